"""Characters that YAML 1.1 breaks lines at and YAML 1.2 (5.4) and editors do not."""

import pytest

from tagwise.documents.compose import parse
from tagwise.documents.model import Inputs
from tagwise.documents.yaml_events import FASTEST, PURE


@pytest.mark.parametrize("loader", [FASTEST, PURE])
@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029", "\x0c", "\x0b"])
def test_they_end_no_comment_and_no_value(character, loader):
    text = (
        f"# a comment{character}with a break that is none\n"
        "services:\n"
        f"  web: {{command: 'a{character}b', image: alpine:3}} # so{character}on\n"
        f'  other: {{image: "python:{character}3"}}\n'
    )
    document = parse(text, loader=loader).evaluate(Inputs(document="compose.yaml"))
    first, second = document.occurrences
    assert (first.span.of(text), str(first.reference)) == ("alpine:3", "alpine:3")
    assert second.span.of(text) == second.value.text == f"python:{character}3"
    assert second.reference is None

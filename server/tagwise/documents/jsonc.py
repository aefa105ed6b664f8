"""JSON, also with comments and trailing commas, as a YAML tree.

What is left when comments are blanked out is YAML in flow style, broken or not.
Does not know what any key means.
"""

import re
from typing import Final

from tagwise.documents.yaml_events import FASTEST, Loader, masked
from tagwise.documents.yaml_tree import YamlTree
from tagwise.documents.yaml_tree import parse as parse_yaml

# A string that is not closed ends with its line.
_TOKEN: Final = re.compile(
    r"\"(?:[^\"\\\r\n]|\\.)*+\"?|(?P<blank>//[^\r\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?|\t+)"
)
_SHOWN: Final = re.compile(r"[^\r\n]")


def parse(text: str, *, loader: Loader = FASTEST) -> YamlTree:
    """Read JSON; the places are those of `text`."""
    return parse_yaml(text, loader=loader, mask=_masked)


def _masked(text: str) -> str:
    return masked(_TOKEN.sub(_blanked, text))


def _blanked(token: re.Match[str]) -> str:
    return _SHOWN.sub(" ", token[0]) if token["blank"] else token[0]

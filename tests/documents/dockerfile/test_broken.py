"""Whatever the text is: nothing raises, and every place is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.dockerfile_cases import ANY_TEXT, many
from support.dockerfile_drawing import DOCUMENT, builder
from tagwise.documents.dockerfile.syntax import parse
from tagwise.documents.model import Inputs, PinPlace, SkipReason
from tagwise.documents.traced import Span

BUILDERS = (
    builder("web", V="2", contexts={"base": "docker-image://debian:12", "alpine": "./x"}),
    builder("api", platforms=["linux/arm64"], target="base"),
)


def inside(span: Span, text: str) -> bool:
    return 0 <= span.start <= span.end <= len(text)


@many
@given(ANY_TEXT, st.sampled_from([(), BUILDERS[:1], BUILDERS]))
def test_every_place_lies_in_the_text(text, builders):
    document = parse(text).evaluate(Inputs(document=DOCUMENT, builders=builders))
    for problem in document.problems:
        assert inside(problem.span, text)
    for occurrence in document.occurrences:
        assert inside(occurrence.span, text)
        assert len(occurrence.span)
        for piece in occurrence.value.pieces:
            for place in (piece.place, *(use.place for use in piece.via)):
                assert place is None or place.document != DOCUMENT or inside(place.span, text)
            if piece.exact and piece.place and piece.place.document == DOCUMENT:
                assert piece.place.span.of(text) == piece.text
        if isinstance(occurrence.pin, PinPlace) and occurrence.pin.place.document == DOCUMENT:
            assert inside(occurrence.pin.place.span, text)


@many
@given(ANY_TEXT)
def test_an_occurrence_is_a_reference_or_says_why_not(text):
    document = parse(text).evaluate(Inputs(document=DOCUMENT))
    for occurrence in document.occurrences:
        assert (occurrence.reference is None) == (occurrence.skipped is not None)
        if occurrence.reference:
            assert occurrence.reference.text == occurrence.value.text
        elif occurrence.skipped.reason is SkipReason.INVALID:
            assert document.problems


@many
@given(ANY_TEXT)
def test_a_digest_goes_into_the_reference(text):
    """Where the value itself is in the file, the edited file says the pinned value."""
    digest = "sha256:" + "0" * 64
    for occurrence in parse(text).evaluate(Inputs(document=DOCUMENT)).occurrences:
        reference = occurrence.reference
        if reference is None or reference.digest or not isinstance(occurrence.pin, PinPlace):
            continue
        at = occurrence.pin.place.span.end
        suffix = ("" if reference.tag else ":latest") + f"@{digest}"
        again = parse(text[:at] + suffix + text[at:]).evaluate(Inputs(document=DOCUMENT))
        values = [each.value.text for each in again.occurrences]
        assert reference.text + suffix in values


@pytest.mark.parametrize("name", ['""', "''", '"\\\n"'])
def test_an_empty_name_stands_where_its_quotes_do(name):
    """BuildKit: "base name should not be blank"; a person must see where."""
    text = f"FROM {name} AS a\n"
    (found,) = parse(text).evaluate(Inputs()).occurrences
    assert found.span.of(text) == name
    assert found.skipped is not None
    assert found.skipped.reason is SkipReason.INVALID

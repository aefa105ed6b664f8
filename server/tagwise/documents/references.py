"""A value that names an image: the occurrence it makes, and what is wrong with it.

Shared by every format whose references are single values.  Does not know any of them, nor where
a digest would go.
"""

import re
from typing import Final

import attrs

from tagwise.documents.model import (
    Occurrence,
    ParsedDocument,
    Problem,
    Severity,
    Skip,
    SkipReason,
    TagComment,
)
from tagwise.documents.traced import Place, Span
from tagwise.errors import InvalidReference
from tagwise.oci.reference import ImageReference

_UNKNOWN: Final = frozenset({SkipReason.TEMPLATE, SkipReason.UNSET_VARIABLE})
# No character of these can stand in a reference: something puts another text in their place.
_TEMPLATE: Final = re.compile(r"\{\{|\{%|<[<%]|\$")
_TAG_COMMENT: Final = re.compile(
    r"[\"']?[ \t\],}]*[ \t]#[ \t]*(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})[ \t]*(?=[\r\n]|$)"
)


def read_reference(occurrence: Occurrence, document: str, text: str) -> ParsedDocument:
    """Return `occurrence` with the reference that its value is, or why it is none.

    What is skipped because its value is not known keeps none; what is skipped for another reason
    has one if there is one.
    """
    skipped = occurrence.skipped
    if skipped is not None and skipped.reason in _UNKNOWN:
        return ParsedDocument((occurrence,))
    try:
        reference = ImageReference.parse(occurrence.value.text)
    except InvalidReference as error:
        if skipped is not None:
            return ParsedDocument((occurrence,))
        invalid = attrs.evolve(occurrence, skipped=Skip(SkipReason.INVALID, str(error)))
        return ParsedDocument((invalid,), (_problem(error, occurrence, document),))
    comment = _tag_comment(reference, occurrence.span, document, text)
    return ParsedDocument((attrs.evolve(occurrence, reference=reference, tag_comment=comment),))


def not_read(refusal: str) -> Problem:
    """Say that a text was not read, and why."""
    return Problem("not-read", refusal, Span(0, 0), Severity.INFORMATION)


def template_in(text: str) -> Skip | None:
    """Say that a value cannot be known, if something fills it in before it is used."""
    if not _TEMPLATE.search(text):
        return None
    return Skip(SkipReason.TEMPLATE, "a template: which image this is is known once it is rendered")


def _problem(error: InvalidReference, occurrence: Occurrence, document: str) -> Problem:
    """Point at the wrong part; at its neighbours where something is missing between them."""
    start, end = error.start, error.end
    if start == end:
        start, end = max(start - 1, 0), end + 1
    shown = occurrence.value.written_in(document, start, end) or occurrence.span
    return Problem("invalid-reference", str(error), shown, Severity.ERROR)


def _tag_comment(
    reference: ImageReference, span: Span, document: str, text: str
) -> TagComment | None:
    if reference.digest is None or reference.tag is not None:
        return None
    comment = _TAG_COMMENT.match(text, span.end)
    if comment is None:
        return None
    place = Place(document, Span(comment.start("tag"), comment.end("tag")))
    return TagComment(comment["tag"], place)

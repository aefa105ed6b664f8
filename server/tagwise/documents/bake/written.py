"""Templates as HCL writes them, quoted or as a heredoc, to text with places.

hclsyntax/spec.md, "Template Expressions": backslash escapes in quotes; a heredoc has none, and with
`<<-` loses the blanks that all its lines begin with.  Does not know what `${…}` says.
"""

import re
import sys
from collections.abc import Iterator
from typing import Final

from tagwise.documents.traced import Piece, Place, Span, TracedText

_ESCAPE: Final = re.compile(
    r"\\(?:u(?P<four>[0-9A-Fa-f]{4})|U(?P<eight>[0-9A-Fa-f]{8})|(?P<one>.))"
)
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t"}
_LINE: Final = re.compile(r"(?P<blanks>[ \t]*)(?P<rest>[^\r\n]*(?:\r\n|[\r\n]|\Z))")


def quoted(text: str, content: Span, document: str) -> TracedText:
    """Return a quoted template's text; `content` is what stands between the quotes."""
    return TracedText.join(_quoted_parts(text, content, document))


def _quoted_parts(text: str, content: Span, document: str) -> Iterator[TracedText]:
    at = content.start
    for match in _ESCAPE.finditer(text, content.start, content.end):
        yield TracedText.literal(text[at : match.start()], document, at)
        place = Place(document, Span(match.start(), match.end()))
        yield TracedText((Piece(_character(match), place, exact=False),))
        at = match.end()
    yield TracedText.literal(text[at : content.end], document, at)


def plain(text: str, written: Span, document: str) -> TracedText:
    """Return a number, or `true` or `false`, as the text that bake makes of it."""
    value = written.of(text)
    if "." in value:
        value = value.rstrip("0").rstrip(".")
    place = Place(document, written)
    return TracedText((Piece(value, place, exact=value == written.of(text)),))


def _character(match: re.Match[str]) -> str:
    code = int(match["four"] or match["eight"] or "0", 16)
    if code:
        return chr(code) if code <= sys.maxunicode else "\N{REPLACEMENT CHARACTER}"
    return _ESCAPED.get(match["one"] or "", match["one"] or "\0")


def heredoc(text: str, body: Span, document: str, *, flush: bool) -> TracedText:
    """Return a heredoc's text; `body` are its lines."""
    lines = [match for match in _LINE.finditer(text, body.start, body.end) if match[0]]
    blanks = [len(each["blanks"]) for each in lines if each["rest"].strip()]
    cut = min(blanks, default=0) if flush else 0
    starts = [(each.start() + min(cut, len(each["blanks"])), each.end()) for each in lines]
    return TracedText.join(TracedText.literal(text[a:b], document, a) for a, b in starts)

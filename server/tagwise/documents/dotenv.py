"""`.env` text as compose reads it: variables with the places their values are written at.

Follows compose-go's `dotenv` package: `NAME=value` or `NAME: value`, `export`, quotes that span
lines, escapes in double quotes, comments, and variables of the environment and of earlier lines.
A line compose would refuse is left out, and the others are read.
Does not know which file the text is from, nor who uses it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from tagwise.documents.interpolation import Variables, interpolate
from tagwise.documents.traced import Piece, Place, Span, TracedText

# compose-go, `isSpace`: blanks that do not end a line.
_BLANKS: Final = "\t\v\f\r \x85\xa0"
_STATEMENT: Final = re.compile(
    rf"(?:export\s+)?(?P<name>[\w.\[\]-]+)[{_BLANKS}]*(?:[=:][{_BLANKS}]*(?P<value>)|(?=\n))"
)

_SKIPPED: Final = re.compile(r"(?:\s+|#[^\n]*)*")
_QUOTED: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_SINGLE_ESCAPE: Final = re.compile(r"\\(?P<self>')")
_DOUBLE_ESCAPE: Final = re.compile(
    r"\\(?:(?P<self>[\"\\])|(?P<letter>[abfnrtv])|0(?P<octal>[0-7]{3})|(?P<dollar>\$))"
)
_LETTERS: Final = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))


# Values that use values that use values grow fast: what one use gives, and all uses together.
MOST_PIECES: Final = 100
MOST_USED: Final = 1_000_000


@attrs.frozen
class DotEnv:
    """The variables of a `.env` file; the last line of a name counts."""

    variables: Mapping[str, TracedText] = attrs.Factory(dict[str, TracedText])

    def inner_uses(self) -> frozenset[Place]:
        """Return the places of values that other values of the file use."""
        pieces = (piece for value in self.variables.values() for piece in value.pieces)
        return frozenset(piece.place for piece in pieces if piece.via and piece.place is not None)


def parse(text: str, document: str, environment: Mapping[str, str]) -> DotEnv:
    """Read `.env` text; `environment` is what its lines refer to first, and inherit from."""
    variables: dict[str, TracedText] = {}
    used = 0

    def lookup(name: str) -> TracedText | None:
        nonlocal used
        known = name in environment
        value = TracedText.unplaced(environment[name]) if known else variables.get(name)
        used += 0 if value is None else len(value.text)
        return value if used <= MOST_USED else None

    source = TracedText.literal(text, document, 0)
    for name, value in _statements(text):
        if value is not None:
            variables[name] = _value(source, value, lookup)
        elif name in environment:
            variables[name] = TracedText.unplaced(environment[name])
    return DotEnv(variables)


def _statements(text: str) -> Iterator[tuple[str, Span | None]]:
    """List names with the spans of their values, quotes included; None for a name alone."""
    at = int(text.startswith("\N{BYTE ORDER MARK}"))
    while True:
        skipped = _SKIPPED.match(text, at)
        at = skipped.end() if skipped else at
        if at == len(text):
            return
        statement = _STATEMENT.match(text, at)
        if statement is None:
            at = _line_end(text, at)
            continue
        value = None
        at = statement.end()
        if statement["value"] is not None:
            value = _value_span(text, at)
            at = _line_end(text, at) if value is None else value.end
        if value is not None or statement["value"] is None:
            yield statement["name"], value


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _value_span(text: str, start: int) -> Span | None:
    """Return where a value stands, quotes included; None if its quote is never closed."""
    if text.startswith(("'", '"'), start):
        quoted = _QUOTED.match(text, start)
        return Span(start, quoted.end()) if quoted else None
    value, _, _ = text[start : _line_end(text, start)].partition(" #")
    return Span(start, start + len(value.rstrip()))


def _value(source: TracedText, span: Span, lookup: Variables) -> TracedText:
    quote = source.text[span.start : span.start + 1]
    if quote == "'":
        return _unescaped(source, Span(span.start + 1, span.end - 1), _SINGLE_ESCAPE)
    value = _part(source, span.start, span.end)
    if quote == '"':
        value = _unescaped(source, Span(span.start + 1, span.end - 1), _DOUBLE_ESCAPE)
    interpolated = interpolate(value, lookup)
    if interpolated.faults:
        return value
    found = interpolated.value
    if len(found.pieces) <= MOST_PIECES:
        return found
    return TracedText((Piece(found.text, source.place(span.start, span.end), exact=False),))


def _unescaped(source: TracedText, span: Span, escape: re.Pattern[str]) -> TracedText:
    parts: list[TracedText] = []
    at = span.start
    for match in escape.finditer(source.text, span.start, span.end):
        place = source.place(match.start(), match.end())
        parts.append(_part(source, at, match.start()))
        parts.append(TracedText((Piece(_meaning(match), place, exact=False),)))
        at = match.end()
    return TracedText.join((*parts, _part(source, at, span.end)))


def _part(source: TracedText, start: int, end: int) -> TracedText:
    return source.between(start, end) if start < end else TracedText()


def _meaning(match: re.Match[str]) -> str:
    groups = match.groupdict()
    if groups.get("letter"):
        return _LETTERS[groups["letter"]]
    if groups.get("octal"):
        return chr(int(groups["octal"], 8))
    # `\$` becomes `$$`, which the interpolation that follows makes a dollar sign.
    return "$$" if groups.get("dollar") else groups["self"]

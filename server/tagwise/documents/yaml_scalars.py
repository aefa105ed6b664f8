"""A YAML scalar's value, with the place each of its characters is written at.

The parser says what a scalar's value is and where the scalar stands, not how the two belong
together: here the source is read a second time, following YAML 1.1 chapter 9 (folding, escapes,
indentation).  Where that does not give the parser's value, the value is one inexact piece.
Does not know where scalars are used for what.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from tagwise.documents.traced import Piece, Place, Span, TracedText

_BREAK: Final = r"(?:\r\n|[\r\n])"
_FOLD: Final = rf"(?P<fold>[ \t]*{_BREAK}(?:[ \t]*{_BREAK})*[ \t]*)|(?P<blanks>[ \t]+)"
_PLAIN: Final = re.compile(rf"{_FOLD}|(?P<text>[^ \t\r\n]+)")
_SINGLE: Final = re.compile(rf"{_FOLD}|(?P<quote>'')|(?P<text>[^ \t\r\n']+)")
# How JSON writes a character beyond the Basic Multilingual Plane (RFC 8259, 7).
_PAIR: Final = r"u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}"
_DOUBLE: Final = re.compile(
    rf"{_FOLD}|(?P<text>[^ \t\r\n\\]+)"
    rf"|\\(?:(?P<join>{_BREAK}(?:[ \t]*{_BREAK})*[ \t]*)|(?P<code>{_PAIR}|x.{{2}}|u.{{4}}|U.{{8}})|(?P<escape>.))"
)
_FLOW: Final = {"": _PLAIN, "'": _SINGLE, '"': _DOUBLE}
_LINE: Final = re.compile(rf"(?P<text>[^\r\n]*)(?P<end>{_BREAK}|$)")
_BREAKS: Final = re.compile(_BREAK)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ESCAPES: Final = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}


@attrs.frozen
class Written:
    """A scalar as the parser gave it: `span` holds the quotes or the block header.

    `masked` is the text the parser was shown, `text` what is really there.
    """

    text: str
    masked: str
    span: Span
    style: str
    value: str

    @property
    def content(self) -> Span:
        """The span without quotes; of a block scalar, without its header."""
        start, end = self.span.start, self.span.end
        if self.style in {"'", '"'}:
            return Span(start + 1, max(end - 1, start + 1))
        if self.style:
            header = _BREAKS.search(self.masked, start, end)
            return Span(header.end() if header else end, end)
        return self.span


@attrs.frozen
class _Run:
    """A run of the value and where it is written."""

    value: str
    start: int
    end: int
    exact: bool


def traced(written: Written, document: str) -> TracedText:
    """Return the scalar's value with its places in `document`."""
    content = written.content
    if content.of(written.masked) == written.value:
        return TracedText.literal(content.of(written.text), document, content.start)
    runs = _merged(_block_runs(written) if written.style in {"|", ">"} else _flow_runs(written))
    if "".join(run.value for run in runs) != written.value:
        runs = [_Run(written.value, content.start, content.end, exact=False)]
    return TracedText(tuple(_piece(run, written.text, document) for run in runs if run.value))


def unescaped(written: str) -> str:
    """Return what is written between double quotes on one line."""
    return "".join(map(_flow_value, _DOUBLE.finditer(written)))


def _piece(run: _Run, text: str, document: str) -> Piece:
    value = text[run.start : run.end] if run.exact else run.value
    return Piece(value, Place(document, Span(run.start, run.end)), exact=run.exact)


def _merged(runs: Iterable[_Run]) -> list[_Run]:
    """Join the exact runs that touch."""
    merged: list[_Run] = []
    for run in runs:
        last = merged[-1] if merged else None
        if last and last.exact and run.exact and last.end == run.start:
            merged[-1] = _Run(last.value + run.value, last.start, run.end, exact=True)
        else:
            merged.append(run)
    return merged


def _flow_runs(written: Written) -> Iterator[_Run]:
    content = written.content
    for match in _FLOW[written.style].finditer(written.masked, content.start, content.end):
        value, start, end = _flow_value(match), match.start(), match.end()
        yield _Run(value, start, end, exact=value == match[0])


def _flow_value(match: re.Match[str]) -> str:
    groups = match.groupdict()
    if groups["fold"] is not None:
        breaks = len(_BREAKS.findall(match[0]))
        return "\n" * (breaks - 1) or " "
    if groups.get("join") is not None:
        return "\n" * (len(_BREAKS.findall(match[0])) - 1)
    if groups.get("code") is not None:
        return _character(groups["code"][1:])
    if groups.get("escape") is not None:
        return _ESCAPES.get(groups["escape"], groups["escape"])
    return "'" if groups.get("quote") else match[0]


def _character(code: str) -> str:
    """Return what a code point's digits stand for; half of a pair is no character."""
    high, is_pair, low = code.partition("\\u")
    try:
        if is_pair:
            return chr(0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF))
        return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", chr(int(high, 16)))
    except (ValueError, OverflowError):
        return ""


def _block_runs(written: Written) -> Iterator[_Run]:
    """Find each line of a block scalar in the value, and between them the breaks, folded or not."""
    content, value = written.content, written.value
    indent = _indentation(written)
    at, end = 0, content.start
    for line in _LINE.finditer(written.masked, content.start, content.end):
        start = line.start() + indent
        text = written.masked[start : line.end("text")]
        if not text:
            continue
        found = _next(value, text, at)
        if found is None:
            return
        yield from _break_runs(written.masked, value[at:found], Span(end, start))
        yield _Run(text, start, start + len(text), exact=True)
        at, end = found + len(text), start + len(text)
    yield from _break_runs(written.masked, value[at:], Span(end, content.end))


def _indentation(written: Written) -> int:
    """How far the lines are indented: what their first text has lost of its blanks."""
    source, value = written.content.of(written.masked), written.value
    return _first_indentation(source) - _first_indentation(value)


def _first_indentation(text: str) -> int:
    before = text[: len(text) - len(text.lstrip(" \r\n"))]
    return len(before) - len(before.rstrip(" "))


def _next(value: str, text: str, at: int) -> int | None:
    breaks = at
    while value.startswith("\n", breaks):
        breaks += 1
    for found in (breaks, at + 1):
        if value.startswith(text, found):
            return found
    return None


def _break_runs(source: str, value: str, span: Span) -> Iterator[_Run]:
    breaks = list(_BREAKS.finditer(source, span.start, span.end))
    if value == "\n" * len(breaks):
        for each in breaks:
            yield _Run("\n", each.start(), each.end(), exact=each[0] == "\n")
    elif value:
        yield _Run(value, span.start, span.end, exact=False)

"""A Dockerfile's text as instructions: logical lines without comments and continuations.

Follows BuildKit's frontend/dockerfile/parser/parser.go, `Parse`: lines end at a line feed and lose
the carriage returns before it; a line goes on where it ends in the escape character and blanks,
unless another escape character stands before; comment lines and empty lines inside are no part of
it; the bodies of here-documents belong to their instruction.
Does not know what an instruction says, beyond its keyword and whether a here-document follows.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import takewhile
from typing import Final

import attrs

from tagwise.documents.dockerfile.command_line import split_keyword
from tagwise.documents.dockerfile.heredocs import heredocs_of
from tagwise.documents.dockerfile.written import SPACES, Written
from tagwise.documents.traced import Span

# Empty lines, comment lines, and the indentation of the first line that is neither; then, if it starts
# with a keyword that no continuation can be part of, and something behind that: the lines that go on, each
# with the comments and empty lines behind it, and the line that does not.
_PLAIN: Final = {
    escape: re.compile(
        rf"[{SPACES}]*+(?:#[^\n]*+[{SPACES}]*+)*+()"
        rf"(?:(?=([A-Za-z]++)[ \t]++([A-Za-z0-9_./\"'\[$-]))"
        rf"(?:[^\n]*(?<!{re.escape(escape)}){re.escape(escape)}[ \t]*+\r*+\n"
        rf"(?:[{SPACES.replace(chr(10), '')}]*+(?:#[^\n]*+)?\n)*+)*+[^\n]*+\n?)?+"
    )
    for escape in "\\`"
}


@attrs.frozen(slots=False)
class Instruction:
    """One instruction: its keyword in lower case, and its logical line.

    `span` runs from the keyword to the end of the last line that belongs to it, `body` over its
    here-documents, and `above` over the empty lines and the comments before it.  What most
    instructions say is no image's concern, so all that is put together when it is asked for.
    """

    keyword: str
    _above: int = attrs.field(alias="above", repr=False)
    _first: int = attrs.field(alias="first", repr=False)
    _end: int = attrs.field(alias="end", repr=False)
    _text: str = attrs.field(alias="text", repr=False)
    _escape: str = attrs.field(alias="escape", repr=False)
    _flagless: bool = attrs.field(alias="flagless", repr=False)
    _line: Written | None = attrs.field(default=None, alias="line", repr=False)
    body: Span | None = None

    @property
    def above(self) -> Span:
        return Span(self._above, self._first)

    @property
    def span(self) -> Span:
        return Span(self._first, self._end)

    @property
    def may_have_flags(self) -> bool:
        """Whether the line has to be looked at to know that no flag follows the keyword."""
        return not self._flagless

    @property
    def comments(self) -> Iterator[str]:
        """The comments that belong to the instruction, the nearest first: an empty one ends them.

        BuildKit cuts the first character of a line off, so that an indented comment keeps its sign.
        """
        lines = self.above.of(self._text).split("\n")
        found = [line[1:].strip() for line in lines if line.lstrip().startswith("#")]
        return takewhile(bool, reversed(found))

    @cached_property
    def line(self) -> Written:
        return self._line or _logical_line(self._text, self._first, self._escape)[0]

    @cached_property
    def start(self) -> int:
        """Where in `line` what follows the keyword starts."""
        return split_keyword(self.line, 0)[1]


def read_instructions(text: str, *, start: int, escape: str) -> Iterator[Instruction]:
    """Read the instructions from the offset `start` on, where a line begins."""
    at, plain = start, _PLAIN[escape]
    while match := plain.match(text, at):
        above, first = at, match.end(1)
        if first == len(text):
            return
        at = match.end()
        if at > first and text.find("<", first, at) < 0:
            yield Instruction(
                match[2].lower(),
                above,
                first,
                at,
                text,
                escape,
                match[3] != "-",
            )
            continue
        line, at = _logical_line(text, first, escape)
        end = at
        for heredoc in heredocs_of(line):
            at = heredoc.body_end(text, at)
        body = Span(end, at) if at > end else None
        keyword = split_keyword(line, 0)[0]
        yield Instruction(
            keyword,
            above,
            first,
            at,
            text,
            escape,
            flagless=False,
            line=line,
            body=body,
        )


def _logical_line(text: str, start: int, escape: str) -> tuple[Written, int]:
    """Return the line that starts at `start`, without blanks at its end, and where the next does."""
    end = text.find("\n", start) + 1 or len(text)
    line, continues = _without_continuation(text[start:end].rstrip("\r\n"), escape)
    if not continues:
        return Written.run(line.rstrip(SPACES), start), end
    runs = [(line, start)]
    while continues and end < len(text):
        at, end = end, text.find("\n", end) + 1 or len(text)
        line = text[at:end].rstrip("\r\n")
        content = line.lstrip(SPACES)
        if content and content[0] != "#":
            line, continues = _without_continuation(line, escape)
            runs.append((line, at))
    whole = Written.join(runs)
    return whole.cut(0, len(whole.text.rstrip(SPACES))), end


def _without_continuation(line: str, escape: str) -> tuple[str, bool]:
    stripped = line.rstrip(" \t")
    if not stripped.endswith(escape) or stripped.endswith(escape * 2):
        return line, False
    return stripped[:-1], True

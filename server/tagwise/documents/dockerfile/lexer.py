"""A Dockerfile's text as instructions: logical lines without comments and continuations.

Follows BuildKit's frontend/dockerfile/parser/parser.go, `Parse`: lines end at a line feed and lose
the carriage returns before it; a line goes on where it ends in the escape character and blanks,
unless another escape character stands before; comment lines and empty lines inside are no part of
it; the bodies of here-documents belong to their instruction.
Does not know what an instruction says, beyond its keyword and whether a here-document follows.
"""

import re
from collections.abc import Iterator
from typing import Final

import attrs

from tagwise.documents.dockerfile.command_line import split_keyword
from tagwise.documents.dockerfile.heredocs import heredocs_of
from tagwise.documents.dockerfile.written import SPACES, Written
from tagwise.documents.traced import Span

# Empty lines, comment lines, and the indentation of the first line that is neither.
_IGNORED: Final = re.compile(rf"[{SPACES}]*+(?:#[^\n]*+[{SPACES}]*+)*+")


@attrs.frozen
class Instruction:
    """One instruction: its keyword in lower case, its line, and where in that the rest starts.

    `span` runs from the keyword to the end of the last line that belongs to it.
    """

    keyword: str
    line: Written
    start: int
    span: Span


def read_instructions(text: str, *, start: int, escape: str) -> Iterator[Instruction]:
    """Read the instructions from the offset `start` on, where a line begins."""
    at = start
    while True:
        ignored = _IGNORED.match(text, at)
        first = ignored.end() if ignored else at
        if first == len(text):
            return
        line, at = _logical_line(text, first, escape)
        keyword, rest = split_keyword(line, 0)
        for heredoc in heredocs_of(line):
            at = heredoc.body_end(text, at)
        yield Instruction(keyword, line, rest, Span(first, at))


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

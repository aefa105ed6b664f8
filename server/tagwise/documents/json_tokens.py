"""JSON's tokens (RFC 8259), comments left out, and what may stand where one was meant.

A string that is not closed ends with its line, before the marks there: those are rarely meant to be in
it.  JSON5's strings in single quotes and its names are tokens, too; what is none of these is a word.
Does not know in which order tokens may stand.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final

import attrs


class Mark(Enum):
    """`OPEN_STRING` lacks its second quote; a number is a word as well."""

    OBJECT = "{"
    OBJECT_END = "}"
    ARRAY = "["
    ARRAY_END = "]"
    COLON = ":"
    COMMA = ","
    STRING = '"'
    SINGLE_QUOTED = "'"
    OPEN_STRING = "open"
    WORD = "word"


@attrs.frozen
class Token:
    mark: Mark
    start: int
    end: int


ENDS: Final = {Mark.OBJECT_END: Mark.OBJECT, Mark.ARRAY_END: Mark.ARRAY}

# No token takes longer than its length, and where a quote starts none, the word it is in takes it.
_TOKEN: Final = re.compile(
    r"\"(?:[^\"\\\r\n]|\\[^\r\n])*+(?P<closed>\")?"
    r"|'(?:[^'\\\r\n]|\\[^\r\n])*+'"
    r"|//[^\r\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
    r"|[{}\[\]:,]"
    r"|(?P<word>(?:[^\s\"{}\[\]:,/\ufeff]|/(?![/*]))++)"
)
_MARKS: Final = {mark.value: mark for mark in Mark}
_COMMENT: Final = "/"
_BEHIND: Final = " \t,{}[]"


def tokens_of(text: str) -> Iterator[Token]:
    at = 0
    while (match := _TOKEN.search(text, at)) is not None:
        start, at = match.span()
        if match["word"]:
            yield Token(Mark.WORD, start, at)
        elif text[start] == '"' and not match["closed"]:
            at = start + max(len(match[0].rstrip(_BEHIND)), 1)
            yield Token(Mark.OPEN_STRING, start, at)
        elif text[start] != _COMMENT:
            yield Token(_MARKS[text[start]], start, at)

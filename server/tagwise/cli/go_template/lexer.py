"""A template's text, cut into what is printed as it is and the tokens of its actions.

Follows Go's text/template/parse, lex.go: `{{-` and `-}}` with a blank trim what is around, comments
stand alone in an action, a field follows what it is of without a blank.
Does not know what tokens mean together.
"""

import re
from collections.abc import Generator, Iterator
from enum import Enum
from typing import Final

import attrs

from tagwise.cli.go_template.errors import InvalidTemplate


class Kind(Enum):
    TEXT = "text"
    OPEN = "{{"
    CLOSE = "}}"
    WORD = "word"
    FIELD = "field"
    DOT = "dot"
    VARIABLE = "variable"
    NUMBER = "number"
    CHARACTER = "character"
    STRING = "string"
    SIGN = "sign"
    END = "end"


@attrs.frozen
class Token:
    """`is_close`: no blank stands between it and the token before."""

    kind: Kind
    text: str
    at: int
    is_close: bool = False


_TRIMS_LEFT: Final = re.compile(r"\{\{(-(?=[ \t\r\n]))?")
_COMMENT: Final = re.compile(r"\s*/\*(?s:.*?)\*/([ \t\r\n]+-(?=\}\}))?\}\}|\s*(/\*)")
_BLANK: Final = re.compile(r"[ \t\r\n]+")
_CLOSE: Final = re.compile(r"((?<=[ \t\r\n])-)?\}\}")
_QUOTES: Final = frozenset("\"'`")
_TOKEN: Final = re.compile(
    r"""(?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
    |(?P<character>'(?:[^'\\\n]|\\.)+')
    |(?P<number>[+-]?(?:\.?\d)(?:[\w.]|(?<=[eEpP])[+-])*)
    |(?P<field>\.\w+)
    |(?P<dot>\.)
    |(?P<variable>\$\w*)
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>:=|[=|(),])""",
    re.VERBOSE,
)


def tokens_of(template: str) -> Iterator[Token]:
    """:raises InvalidTemplate: for what no action may hold, or one that is not closed."""
    at, trims = 0, False
    while (opening := _TRIMS_LEFT.search(template, at)) is not None:
        text = template[at : opening.start()]
        text = text.lstrip(" \t\r\n") if trims else text
        text = text.rstrip(" \t\r\n") if opening[1] else text
        if text:
            yield Token(Kind.TEXT, text, at)
        comment = _COMMENT.match(template, opening.end())
        if comment and comment[2]:
            raise InvalidTemplate("a comment is not closed", at=opening.start())
        if comment:
            at, trims = comment.end(), bool(comment[1])
            continue
        yield Token(Kind.OPEN, "{{", opening.start())
        at, trims = yield from _action(template, opening.end(), opening.start())
    text = template[at:].lstrip(" \t\r\n") if trims else template[at:]
    if text:
        yield Token(Kind.TEXT, text, at)
    yield Token(Kind.END, "", len(template))


def _action(template: str, at: int, start: int) -> Generator[Token, None, tuple[int, bool]]:
    """Cut an action; returns where the text goes on, and whether blanks are trimmed there."""
    is_close = False
    while at < len(template):
        if closing := _CLOSE.match(template, at):
            yield Token(Kind.CLOSE, "}}", at)
            return closing.end(), bool(closing[1])
        if blank := _BLANK.match(template, at):
            at, is_close = blank.end(), False
            continue
        match = _TOKEN.match(template, at)
        if match is None or match.lastgroup is None:
            is_quote = template[at] in _QUOTES
            said = (
                "a quotation is not closed" if is_quote else f"{template[at]!r} cannot stand here"
            )
            raise InvalidTemplate(said, at=at)
        yield Token(Kind(match.lastgroup), match[0], at, is_close)
        at, is_close = match.end(), True
    raise InvalidTemplate("an action is not closed: {{ has no }}", at=start)

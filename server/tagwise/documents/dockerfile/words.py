"""A shell word as a tree: literal text, quotes, escapes and substitutions.

    word          := { literal | escaped | single | double | substitution }
    escaped       := escape any                  inside double quotes only before " $ and escape
    single        := "'" anything but "'" "'"
    double        := '"' { literal | escaped | substitution } '"'
    substitution  := "$" name | "${" name [ operator ] "}"
    operator      := [":"] one of + - ? # %, and a word     "/" or "//", a word, "/" and a word
    name          := letters, digits and _ | digits | one of @ * # ? - $ !

That is the grammar of BuildKit's frontend/dockerfile/shell/lex.go, oddities included.
Does not know any variable's value: that is `expansion.py`.
"""

import re
from typing import Final, TypeAlias

import attrs

NESTING: Final = 64

_SPECIAL_PARAMETERS: Final = frozenset("@*#?-$!")
_OPERATORS: Final = frozenset("+-?#%")
_SPECIAL: Final = re.compile(r"[$'\"\\`]")
_PLAIN: Final = {
    (escape, stop): re.compile(f"[^$'\"{re.escape(escape + stop)}]+")
    for escape in "\\`"
    for stop in ("", "}", "/")
}
_PLAIN_QUOTED: Final = {escape: re.compile(f'[^$"{re.escape(escape)}]+') for escape in "\\`"}


@attrs.frozen
class Literal:
    start: int
    end: int


@attrs.frozen
class Escaped:
    """The escape character and the one it makes literal, if the text does not end before it."""

    start: int
    end: int


@attrs.frozen
class Quoted:
    start: int
    end: int
    word: "Word"


@attrs.frozen
class Substitution:
    """`operator` is empty, or as written (`:-`, `#`, `//`), and `words` what follows it.

    Whether `#` and `%` are doubled shows in the word: BuildKit looks once it is expanded.
    """

    start: int
    end: int
    name: str
    operator: str = ""
    words: tuple["Word", ...] = ()


@attrs.frozen
class Malformed:
    """The text is no word: `message` says why, and the reading stopped at `start`."""

    message: str
    start: int
    end: int


Node: TypeAlias = Literal | Escaped | Quoted | Substitution
Word: TypeAlias = tuple[Node, ...]


def read_word(text: str, escape: str) -> Word | Malformed:
    """Read all of `text` as one word; blanks are characters like any other."""
    if not _SPECIAL.search(text):
        return (Literal(0, len(text)),) if text else ()
    try:
        return _Reader(text, escape).until("")
    except _UnreadableWord as error:
        return error.malformed


class _UnreadableWord(Exception):
    def __init__(self, malformed: Malformed) -> None:
        super().__init__(malformed.message)
        self.malformed = malformed


class _Reader:
    """Reads from `at` on; each method leaves `at` behind what it has read."""

    __slots__ = ("at", "depth", "escape", "text")

    def __init__(self, text: str, escape: str) -> None:
        self.text = text
        self.escape = escape
        self.at = 0
        self.depth = 0

    def until(self, stop: str) -> Word:
        """Read up to the character `stop` and over it; an empty one stands for the end."""
        nodes: list[Node] = []
        plain = _PLAIN[self.escape, stop]
        start = self.at
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == stop:
                self.at += 1
                return tuple(nodes)
            if match := plain.match(self.text, self.at):
                self.at = match.end()
                nodes.append(Literal(match.start(), self.at))
            elif character == "$":
                nodes.append(self.substitution())
            elif character == "'":
                nodes.append(self.single_quoted())
            elif character == '"':
                nodes.append(self.double_quoted())
            else:
                nodes.append(self.escaped())
        if stop:
            raise self.unreadable(f"the {stop!r} that ends a variable is missing", start)
        return tuple(nodes)

    def escaped(self) -> Escaped:
        start = self.at
        self.at = min(start + 2, len(self.text))
        return Escaped(start, self.at)

    def single_quoted(self) -> Quoted:
        start = self.at
        end = self.text.find("'", start + 1)
        if end < 0:
            raise self.unreadable("a single quote is left open", start)
        self.at = end + 1
        return Quoted(start, self.at, (Literal(start + 1, end),) if end > start + 1 else ())

    def double_quoted(self) -> Quoted:
        nodes: list[Node] = []
        plain = _PLAIN_QUOTED[self.escape]
        start = self.at
        self.at += 1
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == '"':
                self.at += 1
                return Quoted(start, self.at, tuple(nodes))
            if match := plain.match(self.text, self.at):
                self.at = match.end()
                nodes.append(Literal(match.start(), self.at))
            elif character == "$":
                nodes.append(self.substitution())
            elif self.text[self.at + 1 : self.at + 2] in {'"', "$", self.escape}:
                nodes.append(self.escaped())
            else:
                self.at += 1
                nodes.append(Literal(self.at - 1, self.at))
        raise self.unreadable("a double quote is left open", start)

    def substitution(self) -> Node:
        start = self.at
        self.at += 1
        if not self.text.startswith("{", self.at):
            name = self.name()
            return Substitution(start, self.at, name) if name else Literal(start, self.at)
        self.at += 1
        if self.text[self.at : self.at + 1] in {"{", "}", ":"}:
            raise self.unreadable("a variable's name is missing", start)
        if self.depth == NESTING:
            raise self.unreadable("variables are nested too deeply", start)
        self.depth += 1
        name = self.name()
        operator, words = self.operator(start)
        self.depth -= 1
        return Substitution(start, self.at, name, operator, words)

    def operator(self, start: int) -> tuple[str, tuple[Word, ...]]:
        operator = self.take()
        if operator == "}":
            return "", ()
        if operator == "/":
            if self.text.startswith("/", self.at):
                operator += self.take()
            pattern = self.until("/")
            return operator, (pattern, self.until("}"))
        if operator == ":":
            operator += self.take()
        if not operator:
            raise self.unreadable("the '}' that ends a variable is missing", start)
        if operator[-1] not in _OPERATORS:
            raise self.unreadable(f"{operator!r} is no operator on a variable", start)
        return operator, (self.until("}"),)

    def name(self) -> str:
        start = self.at
        first = self.text[start : start + 1]
        if first in _SPECIAL_PARAMETERS:
            self.at += 1
        elif first.isdecimal():
            while self.text[self.at : self.at + 1].isdecimal():
                self.at += 1
        else:
            while _in_name(self.text[self.at : self.at + 1]):
                self.at += 1
        return self.text[start : self.at]

    def take(self) -> str:
        self.at += 1
        return self.text[self.at - 1 : self.at]

    def unreadable(self, message: str, start: int) -> _UnreadableWord:
        return _UnreadableWord(Malformed(message, start, len(self.text)))


def _in_name(character: str) -> bool:
    """Go's unicode.IsLetter and IsDigit: categories L and Nd."""
    return character.isalpha() or character.isdecimal() or character == "_"

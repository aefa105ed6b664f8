"""The strings of a TOML file, each under its keys, with the places of its characters.

toml.io/en/v1.0.0; Python's own reader keeps no places and reads nothing of a text with an error.
Here a statement that is wrong is passed over, up to its line's end.  Does not know what a key means.
"""

import re
import sys
from collections.abc import Iterator
from typing import Final

import attrs

from tagwise.documents.traced import Piece, Place, Span, TracedText

DEEPEST: Final = 50

_TOKEN: Final = re.compile(
    r"(?P<skip>[ \t]+|#[^\r\n]*)"
    r"|(?P<line>\r\n|[\r\n])"
    r'|"""(?P<long>(?:[^"\\]|\\.|"(?!""))*+"{0,2})"""'
    r"|'''(?P<raw>(?:[^']|'(?!''))*+'{0,2})'''"
    r'|"(?P<basic>(?:[^"\\\r\n]|\\[^\r\n])*+)"'
    r"|'(?P<literal>[^'\r\n]*)'"
    r"|(?P<word>[A-Za-z0-9_-]+)"
    r"|(?P<mark>[\[\]{}=.,])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_STRINGS: Final = ("long", "raw", "basic", "literal")
_ESCAPE: Final = re.compile(
    r"\\(?:[ \t]*(?:\r\n|[\r\n])\s*|u(?P<four>[0-9A-Fa-f]{4})|U(?P<eight>[0-9A-Fa-f]{8})|(?P<one>.))",
    re.DOTALL,
)
_ESCAPED: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}
_SURROGATES: Final = range(0xD800, 0xE000)
_FIRST_LINE: Final = re.compile(r"\r\n|\n")


@attrs.frozen
class TomlString:
    """`keys` from the root; an array's items are numbered."""

    keys: tuple[str, ...]
    span: Span
    is_escaped: bool
    _text: str = attrs.field(repr=False)

    def traced(self, document: str) -> TracedText:
        if not self.is_escaped:
            return TracedText.literal(self.span.of(self._text), document, self.span.start)
        return TracedText.join(_unescaped(self._text, self.span, document))


def strings_of(text: str) -> Iterator[TomlString]:
    """List the strings in the text's order."""
    yield from _Reader(text, tuple(_tokens(text))).statements()


@attrs.frozen
class _Token:
    """`kind` is the mark itself, a group of `_TOKEN`, or empty at the end."""

    kind: str
    span: Span


_END: Final = _Token("", Span(0, 0))


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        start, end = match.span(kind)
        first = _FIRST_LINE.match(text, start, end) if kind in {"long", "raw"} else None
        if kind != "skip":
            yield _Token(
                match[0] if kind == "mark" else kind, Span(first.end() if first else start, end)
            )


@attrs.define
class _Reader:
    text: str
    tokens: tuple[_Token, ...]
    at: int = 0
    tables: dict[tuple[str, ...], int] = attrs.Factory(dict[tuple[str, ...], int])

    def statements(self) -> Iterator[TomlString]:
        table: tuple[str, ...] = ()
        while self._peek().kind:
            if self._peek().kind == "[":
                table = self._header()
            else:
                yield from self._assignment(table, 0)
            while self._peek().kind not in {"line", ""}:
                self._next()
            self._next()

    def _header(self) -> tuple[str, ...]:
        self._next()
        is_array = self._peek().kind == "["
        if is_array:
            self._next()
        keys = self._keys()
        if not is_array:
            return self._in_last_items(keys)
        array = (*self._in_last_items(keys[:-1]), *keys[-1:])
        self.tables[array] = self.tables.get(array, -1) + 1
        return (*array, str(self.tables[array]))

    def _in_last_items(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Return where a header leads: of an array of tables, into the last one (1.0.0, "Array of Tables")."""
        path: tuple[str, ...] = ()
        if len(keys) > DEEPEST:
            return keys
        for key in keys:
            path = (*path, key)
            if path in self.tables:
                path = (*path, str(self.tables[path]))
        return path

    def _keys(self) -> tuple[str, ...]:
        keys: list[str] = []
        while self._peek().kind in {"word", "basic", "literal"}:
            token = self._next()
            raw = TomlString((), token.span, token.kind == "basic", self.text)
            keys.append(raw.traced("").text)
            if self._peek().kind != ".":
                break
            self._next()
        return tuple(keys)

    def _assignment(self, above: tuple[str, ...], depth: int) -> Iterator[TomlString]:
        keys = self._keys()
        if keys and self._peek().kind == "=":
            self._next()
            yield from self._value((*above, *keys), depth)

    def _value(self, keys: tuple[str, ...], depth: int) -> Iterator[TomlString]:
        token = self._peek()
        if token.kind in _STRINGS:
            self._next()
            yield TomlString(keys, token.span, token.kind in {"long", "basic"}, self.text)
        elif token.kind == "[" and depth < DEEPEST:
            self._next()
            yield from self._array(keys, depth + 1)
        elif token.kind == "{" and depth < DEEPEST:
            self._next()
            yield from self._inline_table(keys, depth + 1)
        else:
            while self._peek().kind in {"word", "other", "."}:
                self._next()

    def _array(self, keys: tuple[str, ...], depth: int) -> Iterator[TomlString]:
        index = 0
        while self._peek().kind not in {"]", "=", ""}:
            before = self.at
            if self._peek().kind in {"line", ","}:
                self._next()
                continue
            yield from self._value((*keys, str(index)), depth)
            index += 1
            if self.at == before:
                return
        if self._peek().kind == "]":
            self._next()

    def _inline_table(self, keys: tuple[str, ...], depth: int) -> Iterator[TomlString]:
        while self._peek().kind not in {"}", "line", ""}:
            before = self.at
            yield from self._assignment(keys, depth)
            if self._peek().kind == ",":
                self._next()
            if self.at == before:
                return
        if self._peek().kind == "}":
            self._next()

    def _peek(self) -> _Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    def _next(self) -> _Token:
        token = self._peek()
        self.at += 1
        return token


def _unescaped(text: str, content: Span, document: str) -> Iterator[TracedText]:
    at = content.start
    for match in _ESCAPE.finditer(text, content.start, content.end):
        yield TracedText.literal(text[at : match.start()], document, at)
        place = Place(document, Span(match.start(), match.end()))
        if character := _character(match):
            yield TracedText((Piece(character, place, exact=False),))
        at = match.end()
    yield TracedText.literal(text[at : content.end], document, at)


def _character(match: re.Match[str]) -> str:
    if digits := match["four"] or match["eight"]:
        code = int(digits, 16)
        is_one = code <= sys.maxunicode and code not in _SURROGATES
        return chr(code) if is_one else "\N{REPLACEMENT CHARACTER}"
    return _ESCAPED.get(match["one"] or "", match["one"] or "")

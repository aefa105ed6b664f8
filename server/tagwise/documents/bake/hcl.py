"""HCL's native syntax as far as bake files need it: blocks, attributes, and values with places.

Follows github.com/hashicorp/hcl, `hclsyntax/spec.md`: comments, quoted templates, heredocs, lists
and objects; operators, calls and loops are values that are not known.  python-hcl2 was weighed and
left out: it needs a compiled package, takes a second to start, and reads nothing of a text with an
error, which text being typed has.  Here a block that begins at a line's start begins anew, whatever
is open before it.  Does not know what any block means.
"""

import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Final

import attrs

from tagwise.documents.bake.values import (
    Block,
    Expression,
    ListOf,
    Name,
    ObjectOf,
    Text,
    Unknown,
)
from tagwise.documents.bake.written import heredoc, plain, quoted
from tagwise.documents.traced import Span

DEEPEST: Final = 50

_MOST_UNCLOSED: Final = 5
_LINE_END: Final = re.compile(r"[\r\n]|\Z")
_TOP: Final = re.compile(r"(?:target|group|variable|function)\b[^=\r\n]*\{")
_TOKEN: Final = re.compile(
    r"(?P<skip>[ \t]+|#[^\r\n]*|//[^\r\n]*)"
    r"|(?P<comment>/\*)"
    r"|(?P<line>\r\n|[\r\n])"
    r"|<<(?P<flush>-?)(?P<word>[A-Za-z_][\w-]*)(?:\r\n|[\r\n])"
    r"|(?P<quote>\")"
    r"|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<name>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)"
    r"|(?P<mark>==|=>|[=:,{}\[\]()])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_BOOLEANS: Final = frozenset({"true", "false"})
_CLOSING: Final = {"{": "}", "[": "]", "(": ")"}
_ENDS: Final = frozenset({",", "}", "]", ")", "", "\n"})


def blocks_of(text: str) -> tuple[Block, ...]:
    """Read the blocks of a file; attributes at the top level are those of a block without type."""
    tokens = tuple(_Scanner(text).tokens())
    starts = [index for index, token in enumerate(tokens) if token.is_top]
    found: list[Block] = []
    for start, end in pairwise((0, *starts, len(tokens))):
        attributes, blocks = _Reader(tokens[start:end], text).body(0)
        found += [Block("", (), attributes), *blocks]
    return tuple(found)


@attrs.frozen
class _Token:
    r"""`kind` is the mark itself, or `name`, `text`, `literal`, `other`, `\n` for a line's end.

    `is_top`: a block of the top level starts here.
    """

    kind: str
    span: Span
    text: Text | None = None
    is_top: bool = False


@attrs.define
class _Scanner:
    """Cuts a text into tokens.

    `unclosed` counts the heredocs that never end, to end the search for ends; `is_commented`: there
    may be a comment's end ahead.
    """

    text: str
    at: int = 0
    unclosed: int = 0
    is_commented: bool = True

    def tokens(self) -> Iterator[_Token]:
        text = self.text
        while match := _TOKEN.match(text, self.at):
            start, self.at = match.start(), match.end()
            if match["comment"]:
                self._pass_comment()
            elif match["word"]:
                yield from self._heredoc(match["word"], flush=bool(match["flush"]))
            elif match["quote"]:
                content, self.at = _quoted_span(text, self.at)
                yield _Token("text", content, Text(content, partial(quoted, text, content)))
            elif match["line"]:
                yield _Token("\n", Span(start, self.at))
            elif match["number"] or match["name"] in _BOOLEANS:
                span = Span(start, self.at)
                yield _Token("literal", span, Text(span, partial(plain, text, span)))
            elif match["name"]:
                is_first = text[start - 1 : start] in {"", "\n", "\r", "\N{BYTE ORDER MARK}"}
                is_top = is_first and bool(_TOP.match(text, start))
                yield _Token("name", Span(start, self.at), is_top=is_top)
            elif not match["skip"]:
                yield _Token(match["mark"] or "other", Span(start, self.at))

    def _pass_comment(self) -> None:
        """Go on behind a comment; behind its first line, if it is not closed."""
        end = self.text.find("*/", self.at) if self.is_commented else -1
        self.is_commented = end >= 0
        line = None if end >= 0 else _LINE_END.search(self.text, self.at)
        self.at = line.start() if line else end + 2

    def _heredoc(self, word: str, *, flush: bool) -> Iterator[_Token]:
        """Read the lines up to the word alone on one, if there is such a line."""
        last = re.compile(rf"^[ \t]*{word}[ \t]*(?=[\r\n]|\Z)", re.MULTILINE)
        match = last.search(self.text, self.at) if self.unclosed < _MOST_UNCLOSED else None
        if match is None:
            self.unclosed += 1
            yield _Token("\n", Span(self.at, self.at))
            return
        body = Span(self.at, match.start())
        yield _Token("text", body, Text(body, partial(heredoc, self.text, body, flush=flush)))
        self.at = match.end()


_QUOTED: Final = re.compile(r"\\.|\$\$\{|%%\{|[$%]\{|[\"\r\n]", re.DOTALL)
_INSIDE: Final = re.compile(r"\"(?:[^\"\\\r\n]|\\.)*+\"?|[{}]|[\r\n]")


def _quoted_span(text: str, start: int) -> tuple[Span, int]:
    """Return a quoted template's content; one that is not closed ends with its line."""
    at = start
    while match := _QUOTED.search(text, at):
        at = match.end()
        if match[0] == '"':
            return Span(start, match.start()), at
        if match[0] in "\r\n":
            return Span(start, match.start()), match.start()
        if match[0] in {"${", "%{"}:
            at = _interpolation_end(text, at)
    return Span(start, len(text)), len(text)


def _interpolation_end(text: str, at: int) -> int:
    depth = 1
    while match := _INSIDE.search(text, at):
        if match[0] in "\r\n":
            return match.start()
        at = match.end()
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return at
    return len(text)


@attrs.define
class _Reader:
    tokens: tuple[_Token, ...]
    text: str
    at: int = 0

    def body(self, depth: int) -> tuple[dict[str, Expression], list[Block]]:
        """Read attributes and blocks up to a closing brace; what is neither is passed over."""
        attributes: dict[str, Expression] = {}
        blocks: list[Block] = []
        while (token := self._next()).kind and not (token.kind == "}" and depth):
            if token.kind not in {"name", "text"}:
                continue
            name, labels = self._named(token), list[str]()
            while self._peek().kind in {"name", "text"}:
                labels.append(self._named(self._next()))
            if self._peek().kind == "=":
                self._next()
                attributes[labels[-1] if labels else name] = self._expression(depth)
            elif self._peek().kind == "{" and depth < DEEPEST:
                self._next()
                inner, _ = self.body(depth + 1)
                blocks.append(Block(name, tuple(labels), inner))
        return attributes, blocks

    def _expression(self, depth: int) -> Expression:
        """Read a value; one that something follows on its line is part of something unknown."""
        start = self._peek().span.start
        if self._peek().kind in _ENDS:
            return Unknown(Span(start, start))
        value = self._value(depth)
        if self._peek().kind in _ENDS:
            return value
        while self._peek().kind not in _ENDS:
            self._value(depth)
        return Unknown(Span(start, self._peek().span.start))

    def _value(self, depth: int) -> Expression:
        token = self._next()
        if token.text is not None and (token.kind == "text" or self._peek().kind in _ENDS):
            return token.text
        if token.kind == "name" and self._peek().kind in _ENDS:
            return Name(token.span, self._named(token))
        if token.kind in _CLOSING:
            is_loop = self._peek_past_lines().kind == "name" and self._is_loop()
            if token.kind == "(" or is_loop or depth >= DEEPEST:
                self._skip_to(_CLOSING[token.kind])
                return Unknown(token.span)
            return self._list(token, depth) if token.kind == "[" else self._object(token, depth)
        return Unknown(token.span)

    def _list(self, opening: _Token, depth: int) -> ListOf:
        items: list[Expression] = []
        while self._peek_past_lines().kind not in {"]", "}", ""}:
            if self._peek().kind == ",":
                self._next()
            else:
                items.append(self._expression(depth + 1))
                self._pass(")")
        end = self._next() if self._peek().kind == "]" else self._peek()
        return ListOf(Span(opening.span.start, end.span.end), tuple(items))

    def _object(self, opening: _Token, depth: int) -> ObjectOf:
        items: list[tuple[str, Expression]] = []
        while self._peek_past_lines().kind not in {"}", "]", ""}:
            token = self._next()
            if token.kind in {"name", "text"} and self._peek().kind in {"=", ":"}:
                self._next()
                items.append((self._named(token), self._expression(depth + 1)))
                self._pass(")")
        end = self._next() if self._peek().kind == "}" else self._peek()
        return ObjectOf(Span(opening.span.start, end.span.end), tuple(items))

    def _named(self, token: _Token) -> str:
        return token.span.of(self.text)

    def _peek(self) -> _Token:
        if self.at < len(self.tokens):
            return self.tokens[self.at]
        end = self.tokens[-1].span.end if self.tokens else 0
        return _Token("", Span(end, end))

    def _peek_past_lines(self) -> _Token:
        while self._peek().kind == "\n":
            self.at += 1
        return self._peek()

    def _next(self) -> _Token:
        token = self._peek()
        self.at += 1
        return token

    def _pass(self, kind: str) -> None:
        while self._peek().kind == kind:
            self.at += 1

    def _is_loop(self) -> bool:
        return self._peek().span.of(self.text) == "for"

    def _skip_to(self, closing: str) -> None:
        """Pass over everything up to the bracket that closes the one just opened."""
        opening = {"}": "{", "]": "[", ")": "("}[closing]
        depth = 1
        while depth and (token := self._next()).kind:
            depth += (token.kind == opening) - (token.kind == closing)

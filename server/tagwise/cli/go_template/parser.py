"""Tokens to a tree, by the grammar of Go's text/template/parse, parse.go.

Does not know what functions do, only which there are.
"""

import ast
import re
from collections.abc import Collection, Iterable
from typing import Final, NoReturn

import attrs

from tagwise.cli.go_template.errors import InvalidTemplate
from tagwise.cli.go_template.lexer import Kind, Token, tokens_of
from tagwise.cli.go_template.nodes import (
    Call,
    Command,
    Dot,
    If,
    Include,
    Inner,
    Leave,
    Literal,
    Node,
    Nodes,
    Operand,
    Pipeline,
    Print,
    Range,
    Text,
    Value,
)

DEEPEST: Final = 100

_KEYWORDS: Final = frozenset(
    "if else end range with template define block break continue nil".split()
)
_TRUTHS: Final = {"true": True, "false": False}
_INTEGER: Final = re.compile(r"[+-]?(?:0[xXbBoO][0-9A-Fa-f_]+|[0-9_]+)")
_GO_ESCAPE: Final = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-7]{3}|.)")
_ESCAPES: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@attrs.frozen
class Parsed:
    """`defined` are the templates that the text defines, by name."""

    nodes: Nodes
    defined: dict[str, Nodes]


def parse(template: str, *, functions: Collection[str]) -> Parsed:
    """:raises InvalidTemplate: with the place of what cannot be read."""
    return _Parser(tuple(tokens_of(template)), functions).whole()


@attrs.define
class _Parser:
    tokens: tuple[Token, ...]
    functions: Collection[str]
    at: int = 0
    depth: int = 0
    loops: int = 0
    variables: list[str] = attrs.Factory(lambda: ["$"])
    defined: dict[str, Nodes] = attrs.Factory(dict[str, Nodes])

    def whole(self) -> Parsed:
        nodes, stop = self._nodes()
        if stop.kind is not Kind.END:
            self._fail(f"{{{{{stop.text}}}}} ends nothing", stop)
        return Parsed(nodes, self.defined)

    def _nodes(self) -> tuple[Nodes, Token]:
        """Read up to an `end`, an `else` or the template's end, which is returned."""
        self.depth += 1
        if self.depth > DEEPEST:
            self._fail("the template is nested too deeply", self._peek())
        nodes: list[Node] = []
        while (token := self._next()).kind is not Kind.END:
            if token.kind is Kind.TEXT:
                nodes.append(Text(token.text))
                continue
            word = self._peek()
            if word.text in {"end", "else"} and word.kind is Kind.WORD:
                token = self._next()
                break
            nodes += self._action(word)
        self.depth -= 1
        return tuple(nodes), token

    def _action(self, word: Token) -> Iterable[Node]:
        if word.kind is not Kind.WORD or word.text not in _KEYWORDS or word.text == "nil":
            pipeline = self._pipeline(Kind.CLOSE, "}}")
            return (Print(pipeline),)
        self._next()
        match word.text:
            case "if" | "with":
                return (self._if(looks=word.text == "with"),)
            case "range":
                return (self._range(),)
            case "break" | "continue":
                if not self.loops:
                    self._fail(f"{{{{{word.text}}}}} stands outside a {{{{range}}}}", word)
                self._expect_close()
                return (Leave(word.text == "break"),)
            case "define":
                self._define(self._name())
                return ()
            case "template":
                return (self._include(),)
            case _:
                name = self._name()
                include = self._include(name)
                self._body(name)
                return (include,)

    def _if(self, *, looks: bool) -> If:
        known = len(self.variables)
        pipeline = self._pipeline(Kind.CLOSE, "}}")
        then, stop = self._nodes()
        otherwise = self._otherwise(stop, looks=looks)
        del self.variables[known:]
        return If(pipeline, then, otherwise, looks)

    def _otherwise(self, stop: Token, *, looks: bool | None) -> Nodes:
        """Read what follows `{{else}}`, where it does; `looks` None stands for a loop."""
        if stop.kind is Kind.END:
            self._fail("an {{if}}, {{with}} or {{range}} has no {{end}}", stop)
        if stop.text == "end":
            self._expect_close()
            return ()
        chained = self._peek()
        if looks is not None and chained.text == ("with" if looks else "if"):
            self._next()
            return (self._if(looks=looks),)
        self._expect_close()
        nodes, stop = self._nodes()
        if stop.text != "end":
            self._fail("an {{else}} has no {{end}}", stop)
        self._expect_close()
        return nodes

    def _range(self) -> Range:
        known = len(self.variables)
        pipeline = self._pipeline(Kind.CLOSE, "}}", most_variables=2)
        self.loops += 1
        body, stop = self._nodes()
        self.loops -= 1
        otherwise = self._otherwise(stop, looks=None)
        del self.variables[known:]
        return Range(pipeline, body, otherwise)

    def _define(self, name: str) -> None:
        self._expect_close()
        self._body(name)

    def _body(self, name: str) -> None:
        """Read a template that is defined: it sees no variables but its own `$`."""
        outer, self.variables = self.variables, ["$"]
        loops, self.loops = self.loops, 0
        nodes, stop = self._nodes()
        if stop.text != "end":
            self._fail(f"the template {name!r} has no {{{{end}}}}", stop)
        self._expect_close()
        self.variables, self.loops = outer, loops
        self.defined[name] = nodes

    def _include(self, name: str | None = None) -> Include:
        at = self._peek().at
        name = self._name() if name is None else name
        if self._peek().kind is Kind.CLOSE:
            self._expect_close()
            return Include(name, None, at)
        return Include(name, self._pipeline(Kind.CLOSE, "}}"), at)

    def _name(self) -> str:
        token = self._next()
        if token.kind is not Kind.STRING:
            self._fail("a template's name stands in quotes", token)
        return _string(token)

    def _pipeline(self, end: Kind, closing: str, *, most_variables: int = 1) -> Pipeline:
        at = self._peek().at
        variables, declares = self._declared(most_variables)
        commands: list[Command] = []
        while True:
            words: list[Operand] = []
            while not self._stops(end, closing):
                words.append(self._operand())
            if not words:
                self._fail("a value is missing", self._peek())
            if commands and not isinstance(words[0], Call):
                self._fail("what follows a | is no function", self._peek(), at=words[0].at)
            commands.append(Command(tuple(words)))
            if self._next().text != "|":
                break
        if declares:
            self.variables += variables
        return Pipeline(tuple(commands), at, tuple(variables), declares)

    def _stops(self, end: Kind, closing: str) -> bool:
        token = self._peek()
        if token.kind is Kind.END or (token.kind is Kind.CLOSE and end is not Kind.CLOSE):
            self._fail("a ( is not closed", token)
        return token.text == "|" or (token.kind is end and token.text == closing)

    def _declared(self, most: int) -> tuple[list[str], bool]:
        """Read `$x :=`, `$x =`, or `$i, $x :=` of a range."""
        start, names = self.at, list[str]()
        while self._peek().kind is Kind.VARIABLE and len(names) < most:
            names.append(self._next().text)
            if self._peek().text in {":=", "="}:
                sign = self._next()
                if sign.text == "=":
                    for name in names:
                        self._known(name, sign)
                return names, sign.text == ":="
            if self._peek().text == ",":
                self._next()
        self.at = start
        return [], False

    def _operand(self) -> Operand:
        token = self._next()
        match token.kind:
            case Kind.DOT:
                return Dot((), token.at)
            case Kind.FIELD:
                return Dot((token.text[1:], *self._chain()), token.at)
            case Kind.VARIABLE:
                self._known(token.text, token)
                return Dot(self._chain(), token.at, token.text)
            case Kind.STRING:
                return Literal(_string(token), token.at)
            case Kind.NUMBER | Kind.CHARACTER:
                return Literal(_number(token), token.at)
            case Kind.WORD:
                return self._word(token)
            case Kind.SIGN if token.text == "(":
                self.depth += 1
                if self.depth > DEEPEST:
                    self._fail("the template is nested too deeply", token)
                inner = self._pipeline(Kind.SIGN, ")")
                self.depth -= 1
                return Inner(inner, self._chain(), token.at)
            case _:
                raise InvalidTemplate(f"{token.text!r} cannot stand here", at=token.at)

    def _word(self, token: Token) -> Operand:
        if token.text in _TRUTHS:
            return Literal(_TRUTHS[token.text], token.at)
        if token.text == "nil":
            return Literal(None, token.at)
        if token.text not in self.functions:
            known = ", ".join(sorted(self.functions))
            self._fail(f"there is no function {token.text}: there are {known}", token)
        return Call(token.text, token.at)

    def _chain(self) -> tuple[str, ...]:
        names: list[str] = []
        while self._peek().kind is Kind.FIELD and self._peek().is_close:
            names.append(self._next().text[1:])
        return tuple(names)

    def _known(self, name: str, token: Token) -> None:
        if name not in self.variables:
            self._fail(f"the variable {name} is not set before", token)

    def _expect_close(self) -> None:
        token = self._next()
        if token.kind is not Kind.CLOSE:
            self._fail(f"{token.text!r} cannot stand here", token)

    def _peek(self) -> Token:
        return self.tokens[self.at]

    def _next(self) -> Token:
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def _fail(self, message: str, token: Token, *, at: int | None = None) -> NoReturn:
        raise InvalidTemplate(message, at=token.at if at is None else at)


def _number(token: Token) -> Value:
    """Read a number as Go writes it, or a character as its code."""
    if token.kind is Kind.CHARACTER:
        text = _unescaped(token.text[1:-1])
        if len(text) != 1:
            raise InvalidTemplate(f"{token.text} is no single character", at=token.at)
        return ord(text)
    try:
        if _INTEGER.fullmatch(token.text):
            value: object = ast.literal_eval(token.text.lstrip("+"))
            return value if isinstance(value, int) else 0
        return float(token.text)
    except (ValueError, SyntaxError) as error:
        raise InvalidTemplate(f"{token.text} is no number", at=token.at) from error


def _string(token: Token) -> str:
    inner = token.text[1:-1]
    return inner.replace("\r", "") if token.text[0] == "`" else _unescaped(inner)


def _unescaped(text: str) -> str:
    return _GO_ESCAPE.sub(lambda match: _character(match[0][1:]), text)


def _character(escape: str) -> str:
    if escape[0] in "xuU":
        return chr(min(int(escape[1:], 16), 0x10FFFF))
    if escape.isdigit():
        return chr(int(escape, 8))
    return _ESCAPES.get(escape, escape)

"""A template's tree and a row, to text.

Follows Go's text/template, exec.go.  Does not know how a template is written.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from tagwise.cli.go_template.errors import InvalidTemplate
from tagwise.cli.go_template.functions import LEAST, PARAMETERS, Function, UnfitError, is_true
from tagwise.cli.go_template.nodes import (
    Call,
    Command,
    Dot,
    Fields,
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
from tagwise.cli.go_template.parser import Parsed
from tagwise.cli.go_template.printing import shown, type_of
from tagwise.ide.phrases import counted

MOST_STEPS: Final = 100_000
DEEPEST: Final = 50

_SHORT_CIRCUIT: Final = {"and": False, "or": True}
_KINDS: Final = {str: "a text", int: "a number"}


class _Left(Exception):
    """A `{{break}}`, or a `{{continue}}`."""

    def __init__(self, *, ends: bool) -> None:
        self.ends = ends


@attrs.define
class Evaluation:
    """Evaluates once; `steps` bound what a template may do."""

    parsed: Parsed
    functions: Mapping[str, Function]
    steps: int = 0
    depth: int = 0

    def pieces(self, row: Fields) -> Iterator[str]:
        """Yield what is printed, piece by piece.

        :raises InvalidTemplate: at what cannot be done, after what came before it.
        """
        return self._nodes(self.parsed.nodes, row, [("$", row)])

    def _nodes(self, nodes: Nodes, dot: Value, variables: list[tuple[str, Value]]) -> Iterator[str]:
        for node in nodes:
            yield from self._node(node, dot, variables)

    def _node(self, node: Node, dot: Value, variables: list[tuple[str, Value]]) -> Iterator[str]:
        self.steps += 1
        match node:
            case Text(text):
                yield text
            case Print(pipeline):
                value = self._piped(pipeline, dot, variables)
                if not pipeline.variables:
                    yield _printed(value)
            case If():
                known = len(variables)
                value = self._piped(node.pipeline, dot, variables)
                if is_true(value):
                    inner = value if node.looks else dot
                    yield from self._nodes(node.then, inner, variables)
                else:
                    yield from self._nodes(node.otherwise, dot, variables)
                del variables[known:]
            case Range():
                yield from self._range(node, dot, variables)
            case Leave(ends):
                raise _Left(ends=ends)
            case Include():
                yield from self._include(node, dot, variables)

    def _range(self, node: Range, dot: Value, variables: list[tuple[str, Value]]) -> Iterator[str]:
        known = len(variables)
        names = node.pipeline.variables
        value = self._piped(attrs.evolve(node.pipeline, variables=()), dot, variables)
        items = _items(value, node.pipeline.at)
        for key, item in items:
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise InvalidTemplate("the template takes too long", at=node.pipeline.at)
            told = (item,) if len(names) == 1 else (key, item)
            if node.pipeline.declares:
                variables += zip(names, told, strict=False)
            else:
                for name, each in zip(names, told, strict=False):
                    _assign(variables, name, each)
            try:
                yield from self._nodes(node.body, item, variables)
            except _Left as left:
                if left.ends:
                    break
            finally:
                del variables[known:]
        if not items:
            yield from self._nodes(node.otherwise, dot, variables)

    def _include(
        self, node: Include, dot: Value, variables: list[tuple[str, Value]]
    ) -> Iterator[str]:
        nodes = self.parsed.defined.get(node.name)
        if nodes is None:
            raise InvalidTemplate(f"there is no template {node.name!r}", at=node.at)
        self.depth += 1
        if self.depth > DEEPEST:
            raise InvalidTemplate("templates include one another too deeply", at=node.at)
        value = self._piped(node.pipeline, dot, variables) if node.pipeline else None
        yield from self._nodes(nodes, value, [("$", value)])
        self.depth -= 1

    def _piped(self, pipeline: Pipeline, dot: Value, variables: list[tuple[str, Value]]) -> Value:
        """Evaluate: each command's value is the last one that the next is given."""
        first, *others = pipeline.commands
        value = self._command(first, (), dot, variables)
        for command in others:
            value = self._command(command, (value,), dot, variables)
        for name in pipeline.variables:
            if pipeline.declares:
                variables.append((name, value))
            else:
                _assign(variables, name, value)
        return value

    def _command(
        self,
        command: Command,
        passed: tuple[Value, ...],
        dot: Value,
        variables: list[tuple[str, Value]],
    ) -> Value:
        first, *rest = command.words
        if isinstance(first, Call):
            return self._called(first, tuple(rest), passed, dot, variables)
        if rest:
            raise InvalidTemplate("it is no function, and can be given nothing", at=first.at)
        if isinstance(first, Literal) and first.value is None:
            raise InvalidTemplate("nil is not a command", at=first.at)
        return self._operand(first, dot, variables)

    def _operand(self, operand: Operand, dot: Value, variables: list[tuple[str, Value]]) -> Value:
        match operand:
            case Literal(value):
                return value
            case Dot(names, at, variable):
                value = _variable(variables, variable) if variable else dot
                return _field(value, names, at)
            case Inner(pipeline, names, at):
                return _field(self._piped(pipeline, dot, variables), names, at)
            case Call():
                return self._called(operand, (), (), dot, variables)

    def _called(
        self,
        call: Call,
        words: tuple[Operand, ...],
        passed: tuple[Value, ...],
        dot: Value,
        variables: list[tuple[str, Value]],
    ) -> Value:
        self.steps += 1
        _check_count(call, len(words) + len(passed))
        if call.name in _SHORT_CIRCUIT:
            return self._decided(call, words, passed, dot, variables)
        values = (*(self._operand(each, dot, variables) for each in words), *passed)
        places = [*(each.at for each in words), *(call.at for _ in passed)]
        for value, kind, at in zip(values, _parameters(call.name), places, strict=False):
            is_fit = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
            if kind in _KINDS and not is_fit:
                said = f"{call.name} wants {_KINDS[kind]} here, not {shown(value)}"
                raise InvalidTemplate(said, at=at)
        try:
            return self.functions[call.name](*values)
        except (UnfitError, TypeError, AttributeError) as error:
            raise InvalidTemplate(f"{call.name}: {error}", at=call.at) from error

    def _decided(
        self,
        call: Call,
        words: tuple[Operand, ...],
        passed: tuple[Value, ...],
        dot: Value,
        variables: list[tuple[str, Value]],
    ) -> Value:
        """Return the first value that decides, without looking at those after it."""
        value: Value = None
        for each in words:
            value = self._operand(each, dot, variables)
            if is_true(value) is _SHORT_CIRCUIT[call.name]:
                return value
        return passed[0] if passed else value


def _check_count(call: Call, count: int) -> None:
    exact, least = PARAMETERS.get(call.name), LEAST.get(call.name)
    if exact is not None and count != len(exact):
        wanted = counted(len(exact), "value")
    elif least is not None and count < len(least):
        wanted = f"at least {counted(len(least), 'value')}"
    else:
        return
    raise InvalidTemplate(f"{call.name} takes {wanted}, not {count}", at=call.at)


def _parameters(name: str) -> tuple[type, ...]:
    return PARAMETERS.get(name) or LEAST.get(name, ())


def _printed(value: Value) -> str:
    return "<no value>" if value is None else shown(value)


def _field(value: Value, names: tuple[str, ...], at: int) -> Value:
    for name in names:
        if not isinstance(value, Fields):
            raise InvalidTemplate(f"{type_of(value)} has no field .{name}", at=at)
        if name not in value.values and not value.is_map:
            known = ", ".join(value.values)
            raise InvalidTemplate(f"there is no field .{name}: use {known}", at=at)
        value = value.values.get(name)
    return value


def _items(value: Value, at: int) -> list[tuple[Value, Value]]:
    match value:
        case tuple():
            return list(enumerate(value))
        case bool() | None:
            pass
        case int():
            return [(each, each) for each in range(min(value, MOST_STEPS))]
        case Fields(values, is_map=True):
            return [(name, values[name]) for name in sorted(values)]
        case _:
            pass
    raise InvalidTemplate(f"range can't iterate over {type_of(value)}", at=at)


def _variable(variables: list[tuple[str, Value]], name: str) -> Value:
    return next(value for known, value in reversed(variables) if known == name)


def _assign(variables: list[tuple[str, Value]], name: str, value: Value) -> None:
    for index in range(len(variables) - 1, -1, -1):
        if variables[index][0] == name:
            variables[index] = (name, value)
            return

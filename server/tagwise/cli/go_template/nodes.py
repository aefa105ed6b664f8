"""A template that has been read: a tree of these.  `at` is where in the template each begins."""

from typing import TypeAlias

import attrs

Value: TypeAlias = "str | int | float | bool | tuple[str, ...] | Fields | None"


@attrs.frozen
class Fields:
    """The fields of a row, by name; with `is_map` those of a header, where any name may be asked."""

    values: "dict[str, str]"
    is_map: bool = False


@attrs.frozen
class Literal:
    value: Value
    at: int


@attrs.frozen
class Dot:
    """What is being looked at, or (`variable`) a variable; then a field of it, and so on."""

    names: tuple[str, ...]
    at: int
    variable: str = ""


@attrs.frozen
class Call:
    """A function alone; what it is given stands beside it."""

    name: str
    at: int


@attrs.frozen
class Inner:
    """A pipeline in brackets, and fields of what it gives."""

    pipeline: "Pipeline"
    names: tuple[str, ...]
    at: int


Operand: TypeAlias = Literal | Dot | Call | Inner


@attrs.frozen
class Command:
    words: tuple[Operand, ...]

    @property
    def at(self) -> int:
        return self.words[0].at


@attrs.frozen
class Pipeline:
    """Commands, each giving its value to the next; `variables` are set to the last one's."""

    commands: tuple[Command, ...]
    at: int
    variables: tuple[str, ...] = ()
    declares: bool = False


@attrs.frozen
class Text:
    text: str


@attrs.frozen
class Print:
    pipeline: Pipeline


@attrs.frozen
class If:
    """`{{if}}`, and `{{with}}`, which looks at the value inside."""

    pipeline: Pipeline
    then: "Nodes"
    otherwise: "Nodes"
    looks: bool = False


@attrs.frozen
class Range:
    pipeline: Pipeline
    body: "Nodes"
    otherwise: "Nodes"


@attrs.frozen
class Leave:
    """`{{break}}`, or `{{continue}}`."""

    ends: bool


@attrs.frozen
class Include:
    """`{{template "name" pipeline}}`."""

    name: str
    pipeline: Pipeline | None
    at: int


Node: TypeAlias = Text | Print | If | Range | Leave | Include
Nodes: TypeAlias = tuple[Node, ...]

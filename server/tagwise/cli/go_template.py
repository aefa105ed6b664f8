"""The part of Go's templates that people write after `--format`: fields, `json`, a few functions.

    {{.Repository}}:{{.Tag}}    {{json .}}    {{upper .Tag}}    {{.ID | lower}}    {{- … -}}

Follows text/template and docker/cli, templates/templates.go.  What is beyond it (`if`, `range`,
variables) is refused, never printed as something else.  Does not know what the fields are.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from tagwise.cli.usage import WrongUsage

_ACTION: Final = re.compile(r"\{\{(-\s)?(.*?)(\s-)?\}\}", re.DOTALL)
_ESCAPES: Final = re.compile(r"\\([tn])")
_COMMAND: Final = re.compile(r"(?:([a-z]+)\s*)?(?:\.([A-Za-z]*))?")
_HTML: Final = re.compile("[<>&\u2028\u2029]")
_SEPARATORS: Final = re.compile("[\u2028\u2029]")
_WHOLE: Final = ""

_Apply: TypeAlias = Callable[[object], object]


def _as_json(value: object) -> object:
    """Write as docker does: what HTML would read is escaped in an object, not in a text alone.

    `formatJSON` switches Go's escaping off, but `{{json .}}` gets an object that was written before
    (docker/cli, cli/command/formatter/reflect.go, `marshalJSON`).
    """
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    signs = _HTML if isinstance(value, dict) else _SEPARATORS
    return signs.sub(lambda sign: f"\\u{ord(sign[0]):04x}", written)


_FUNCTIONS: Final[Mapping[str, _Apply]] = {
    "json": _as_json,
    "lower": lambda value: str(value).lower(),
    "upper": lambda value: str(value).upper(),
    "title": lambda value: re.sub(r"\b\w", lambda letter: letter[0].upper(), str(value)),
    "println": lambda value: f"{value}\n",
}


@attrs.frozen
class _Piece:
    """Text as it is, or (`field` is not None) a field, `""` for all, through `functions`."""

    text: str = ""
    field: str | None = None
    functions: tuple[str, ...] = ()


@attrs.frozen
class Template:
    """A template that has been read: every field it names is one there is."""

    pieces: tuple[_Piece, ...]

    @classmethod
    def parse(cls, text: str, *, fields: Sequence[str]) -> "Template":
        r"""Read a template; `\t` and `\n` stand for a tab and a new line, as docker has it.

        :raises WrongUsage: with what cannot be read.
        """
        text = _ESCAPES.sub(lambda match: {"t": "\t", "n": "\n"}[match[1]], text)
        pieces: list[_Piece] = []
        end, trims = 0, False
        for match in _ACTION.finditer(text):
            literal = text[end : match.start()]
            literal = literal.lstrip() if trims else literal
            pieces.append(_literal(literal.rstrip() if match[1] else literal))
            pieces.append(_action(match[2].strip(), fields))
            end, trims = match.end(), bool(match[3])
        pieces.append(_literal(text[end:].lstrip() if trims else text[end:]))
        return cls(tuple(pieces))

    @property
    def fields(self) -> frozenset[str]:
        """The fields that are named; all of them where `.` is."""
        return frozenset(each.field for each in self.pieces if each.field)

    def render(self, values: Mapping[str, str]) -> str:
        return "".join(_rendered(each, values) for each in self.pieces)

    def header(self, titles: Mapping[str, str]) -> str:
        """Write the titles in the places of the fields; no function but a change of case counts."""
        return "".join(
            each.text if each.field is None else titles.get(each.field, "") for each in self.pieces
        )


def _rendered(piece: _Piece, values: Mapping[str, str]) -> str:
    if piece.field is None:
        return piece.text
    value: object = dict(values) if piece.field == _WHOLE else values[piece.field]
    for name in piece.functions:
        value = _FUNCTIONS[name](value)
    return str(value)


def _literal(text: str) -> _Piece:
    if "{{" in text:
        raise WrongUsage("--format: a {{ has no }}")
    return _Piece(text)


def _action(text: str, fields: Sequence[str]) -> _Piece:
    first, *others = (each.strip() for each in text.split("|"))
    match = _COMMAND.fullmatch(first)
    if match is None or match[2] is None:
        raise _beyond(text)
    functions = (*filter(None, (match[1],)), *others)
    for name in functions:
        if name not in _FUNCTIONS:
            raise _beyond(text)
    field = match[2]
    if field == _WHOLE and functions[:1] != ("json",):
        raise WrongUsage("--format: all fields at once are written {{json .}}")
    if field != _WHOLE and field not in fields:
        raise WrongUsage(f"--format: there is no field .{field}: use {', '.join(fields)}")
    return _Piece(field=field, functions=functions)


def _beyond(text: str) -> WrongUsage:
    functions = ", ".join(_FUNCTIONS)
    return WrongUsage(
        f"--format: {{{{{text}}}}} cannot be read here: fields such as {{{{.ID}}}}, {{{{json .}}}}"
        f" and the functions {functions} can"
    )

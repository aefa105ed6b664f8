"""Templates as docker takes them after `--format`: Go's text/template, with docker's functions.

    {{.Repository}}:{{.Tag}}    {{json .}}    {{if eq .Tag "latest"}}…{{else}}…{{end}}
    {{range split .Repository "/"}}…{{end}}    {{printf "%-20s" .Tag}}    {{.ID | upper}}

A field that there is not is found before any row is printed.  Does not know what the fields are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

from tagwise.cli.go_template.errors import InvalidTemplate
from tagwise.cli.go_template.evaluation import Evaluation
from tagwise.cli.go_template.functions import FUNCTIONS, HEADER_FUNCTIONS
from tagwise.cli.go_template.nodes import (
    Dot,
    Fields,
    If,
    Include,
    Inner,
    Nodes,
    Pipeline,
    Print,
    Range,
)
from tagwise.cli.go_template.parser import Parsed, parse

_ESCAPES: Final = re.compile(r"\\([tn])")


@attrs.frozen
class Template:
    """A template that has been read: every field it names of a row is one there is."""

    text: str
    parsed: Parsed

    @classmethod
    def parse(cls, text: str, *, fields: Sequence[str]) -> "Template":
        r"""Read a template; `\t` and `\n` stand for a tab and a new line, as docker has it.

        :raises InvalidTemplate: with what cannot be read, and where.
        """
        text = _ESCAPES.sub(lambda match: {"t": "\t", "n": "\n"}[match[1]], text)
        try:
            parsed = parse(text, functions=FUNCTIONS.keys())
            _check(parsed.nodes, fields)
        except InvalidTemplate as error:
            raise _placed(error, text) from error
        return cls(text, parsed)

    def render(self, values: Mapping[str, str]) -> str:
        """:raises InvalidTemplate: with what cannot be done with these values, and where."""
        try:
            return "".join(Evaluation(self.parsed, FUNCTIONS).pieces(Fields(dict(values))))
        except InvalidTemplate as error:
            raise _placed(error, self.text) from error

    def header(self, titles: Mapping[str, str]) -> str:
        """Write a table's header: functions leave titles as they are.

        As in docker, it ends before what cannot be done with titles.
        """
        evaluation = Evaluation(self.parsed, HEADER_FUNCTIONS)
        pieces: list[str] = []
        try:
            for piece in evaluation.pieces(Fields(dict(titles), is_map=True)):
                pieces.append(piece)  # noqa: PERF402 - those before an error are kept.
        except InvalidTemplate:
            pass
        return "".join(pieces)


def _check(nodes: Nodes, fields: Sequence[str]) -> None:
    for dot in _fields_of_row(nodes):
        if dot.names and dot.names[0] not in fields:
            said = f"there is no field .{dot.names[0]}: use {', '.join(fields)}"
            raise InvalidTemplate(said, at=dot.at)


def _fields_of_row(nodes: Nodes) -> Iterator[Dot]:
    """List what is asked of the row itself: inside a loop or a `with`, `.` is something else."""
    for node in nodes:
        match node:
            case Print(pipeline):
                yield from _in_pipeline(pipeline)
            case If():
                yield from _in_pipeline(node.pipeline)
                yield from () if node.looks else _fields_of_row(node.then)
                yield from _fields_of_row(node.otherwise)
            case Range():
                yield from _in_pipeline(node.pipeline)
                yield from _fields_of_row(node.otherwise)
            case Include(_, Pipeline() as pipeline):
                yield from _in_pipeline(pipeline)
            case _:
                pass


def _in_pipeline(pipeline: Pipeline) -> Iterator[Dot]:
    for command in pipeline.commands:
        for word in command.words:
            if isinstance(word, Dot) and (not word.variable or word.variable == "$"):
                yield word
            elif isinstance(word, Inner):
                yield from _in_pipeline(word.pipeline)


def _placed(error: InvalidTemplate, text: str) -> InvalidTemplate:
    """Say where in the template it is, with the template's text from there."""
    if text.count("\n", 0, error.at):
        line = text.count("\n", 0, error.at) + 1
        character = error.at - text.rfind("\n", 0, error.at)
        where = f"line {line}, character {character}"
    else:
        where = f"character {error.at + 1}"
    near = text[error.at : error.at + 30].split("\n", 1)[0]
    shown = f" ({near!r})" if near else ""
    return InvalidTemplate(f"--format, {where}{shown}: {error}", at=error.at)

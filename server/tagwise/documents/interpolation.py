"""Compose's interpolation of variables, on text that keeps its places.

Follows compose-go's `template` package: `$VAR`, `${VAR}`, the operators `:-` `-` `:+` `+` `:?` `?`
with text that is interpolated in turn, whether it is needed or not, and `$$` for a dollar.  A `$`
before anything else is itself, `${` before anything else is an error.  It is no shell.
Does not know where variables come from, nor what the text is for.
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Final

import attrs

from tagwise.documents.traced import Piece, Place, Span, TracedText, Use

DEEPEST: Final = 50
# Characters that variables may put into one text: a few uses of a long value fill the memory.
LONGEST: Final = 65_536

_VARIABLE: Final = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<named>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\{(?:(?P<braced>[A-Za-z_][A-Za-z0-9_]*)(?P<operator>\}|:?[-+?]))?)"
)

Variables = Callable[[str], TracedText | None]


class FaultKind(Enum):
    """What keeps compose from going on."""

    INVALID = "invalid-interpolation"
    REQUIRED = "required-variable"


@attrs.frozen
class Fault:
    """`span` is in the text that was interpolated."""

    kind: FaultKind
    message: str
    span: Span


@attrs.frozen
class Unset:
    """A variable without value or default: compose puts nothing in its place, and warns."""

    name: str
    span: Span


@attrs.frozen
class Interpolated:
    value: TracedText
    unset: tuple[Unset, ...] = ()
    faults: tuple[Fault, ...] = ()


def interpolate(source: TracedText, variables: Variables) -> Interpolated:
    """Replace the variables in `source` by what `variables` says of them."""
    if "$" not in source.text:
        return Interpolated(source)
    reader = _Reader(source, variables)
    value = TracedText.join(reader.parts(Span(0, len(source.text))))
    return Interpolated(value, tuple(reader.unset), tuple(reader.faults))


@attrs.define
class _Reader:
    """Reads one source, and collects what it finds missing or wrong."""

    source: TracedText
    variables: Variables
    unset: list[Unset] = attrs.Factory(list[Unset])
    faults: list[Fault] = attrs.Factory(list[Fault])
    depth: int = 0
    length: int = 0

    def parts(self, span: Span) -> Iterator[TracedText]:
        text, at = self.source.text, span.start
        lines = _LastBraces(text, span.end)
        while match := _VARIABLE.search(text, at, span.end):
            if at < match.start():
                yield self.source.between(at, match.start())
            at = match.end()
            name, operator = match["braced"], match["operator"]
            if match["escaped"]:
                yield self._dollar(match.start())
            elif match["named"] or operator == "}":
                yield self._value(match["named"] or name, Span(match.start(), at), match[0])
            elif operator and (last := lines.last_brace(at)) is not None:
                argument, at = at, _closing_brace(text, match.start(), last + 1)
                yield self._operation(match, Span(argument, at - 1))
            else:
                message = "invalid interpolation format: write $$ for a dollar sign"
                self.faults.append(Fault(FaultKind.INVALID, message, Span(match.start(), at)))
        if at < span.end:
            yield self.source.between(at, span.end)

    def _operation(self, match: re.Match[str], behind: Span) -> TracedText:
        """Read `${NAME`, an operator, and its argument, which is the text `behind` up to a `}`."""
        name, operator = match["braced"], match["operator"]
        argument = self._argument(behind)
        value = self.variables(name) or TracedText()
        is_given = bool(value.text) if operator[0] == ":" else self.variables(name) is not None
        span = Span(match.start(), behind.end + 1)
        if (operator[-1], is_given) in {("-", False), ("+", True)}:
            value = argument
        elif operator[-1] == "?" and not is_given:
            self._require(name, argument.text, span)
        return self._used(value, span, f"${{{name}{operator}…}}")

    def _argument(self, span: Span) -> TracedText:
        if self.depth == DEEPEST:
            message = f"variables nest more than {DEEPEST} levels deep"
            self.faults.append(Fault(FaultKind.INVALID, message, span))
            return TracedText()
        self.depth += 1
        argument = TracedText.join(self.parts(span))
        self.depth -= 1
        return argument

    def _require(self, name: str, reason: str, span: Span) -> None:
        message = f"required variable {name} is missing a value" + (reason and f": {reason}")
        self.faults.append(Fault(FaultKind.REQUIRED, message, span))

    def _value(self, name: str, span: Span, written: str) -> TracedText:
        value = self.variables(name)
        if value is None:
            self.unset.append(Unset(name, span))
            return TracedText()
        return self._used(value, span, written)

    def _used(self, value: TracedText, span: Span, written: str) -> TracedText:
        self.length += len(value.text)
        if self.length > LONGEST:
            self.faults.append(Fault(FaultKind.INVALID, "the values are too long", span))
            return TracedText()
        place = self.source.place(span.start, span.end)
        return value if place is None else value.used(Use(written, place))

    def _dollar(self, start: int) -> TracedText:
        place: Place | None = self.source.place(start, start + 2)
        return TracedText((Piece("$", place, exact=False),))


@attrs.define
class _LastBraces:
    """The last `}` of a line, looked for once a line: an argument reaches no further."""

    text: str
    end: int
    line_end: int = -1
    found: int = -1

    def last_brace(self, at: int) -> int | None:
        if at > self.line_end:
            line_end = self.text.find("\n", at, self.end)
            self.line_end = self.end if line_end < 0 else line_end
            self.found = self.text.rfind("}", at, self.line_end)
        return self.found if self.found >= at else None


def _closing_brace(text: str, start: int, end: int) -> int:
    """Return where the first balanced brace ends, else `end` (compose-go's own way of counting).

    The character behind an opening brace is not looked at.
    """
    depth, at = 0, start
    while at < end:
        if text[at] == "}":
            depth -= 1
            if depth == 0:
                return at + 1
        elif text[at] == "{":
            depth += 1
            at += 1
        at += 1
    return end

"""What a bake file's variables are, and what its values say once they are put in.

docs.docker.com/build/bake/variables: the environment wins over the `default` of a `variable`; in
templates `${NAME}` is used, `$${` is `${`.  A target's matrix gives names several values, which are
not told apart here.  Does not know what the values are for.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from tagwise.documents.bake.values import Block, Expression, Name, ObjectOf, Text
from tagwise.documents.model import Skip, SkipReason
from tagwise.documents.traced import Piece, Place, TracedText, Use

DEEPEST: Final = 5
# Characters that variables may put into one value.
LONGEST: Final = 4096

_TEMPLATE: Final = re.compile(
    r"(?P<escaped>\$\$\{|%%\{)|\$\{~?[ \t]*(?P<name>[A-Za-z_][\w-]*)[ \t]*~?\}|(?P<other>[$%]\{)"
)
_WORD: Final = re.compile(r"[A-Za-z_][\w-]*")
_NULL: Final = frozenset({"null"})
_COMPUTED: Final = Skip(SkipReason.TEMPLATE, "an expression: what it says is known when bake runs")


@attrs.frozen
class Said:
    """What a value says, or why that is not known; `value` is then what there is of it."""

    value: TracedText
    skipped: Skip | None = None


@attrs.frozen
class Variables:
    """`values` are the defaults; `read` are the names that the text uses beside images."""

    values: Mapping[str, Expression]
    read: frozenset[str]

    @classmethod
    def of(cls, blocks: Iterable[Block], images: Iterable[Expression], text: str) -> "Variables":
        values: dict[str, Expression] = {}
        for block in blocks:
            if block.kind == "variable" and block.labels:
                default = block.attributes.get("default")
                if default is not None:
                    values[block.labels[0]] = default
            elif not block.kind:
                values |= block.attributes
        mentions = Counter(_WORD.findall(text))
        mentions.subtract(list(values))
        for span in {each.span for each in images}:
            mentions.subtract(_WORD.findall(text, span.start, span.end))
        return cls(values, frozenset(name for name in values if mentions[name] > 0))


@attrs.define
class Scope:
    """The variables as one evaluation finds them; each is worked out once, in `known`."""

    document: str
    environment: Mapping[str, str]
    variables: Variables
    known: dict[str, TracedText | Skip] = attrs.Factory(dict[str, TracedText | Skip])

    def said(self, expression: Expression, matrix: Expression | None = None) -> Said:
        """Return what a value says in a target with this matrix, whose names have no one value."""
        names = [name for name, _ in matrix.items] if isinstance(matrix, ObjectOf) else []
        return _Evaluation(self, frozenset(names)).said(expression)

    def variable(self, name: str, depth: int) -> TracedText | Skip:
        if name not in self.known:
            self.known[name] = self._variable(name, depth)
        return self.known[name]

    def _variable(self, name: str, depth: int) -> TracedText | Skip:
        if name in self.environment:
            return TracedText.unplaced(self.environment[name])
        expression = self.variables.values.get(name)
        if expression is None or (isinstance(expression, Name) and expression.name in _NULL):
            message = f"{name} is not set: neither the environment nor a default says what to use"
            return Skip(SkipReason.UNSET_VARIABLE, message)
        if depth == DEEPEST:
            return _COMPUTED
        said = _Evaluation(self, frozenset(), depth + 1).said(expression)
        if said.skipped or len(said.value.text) > LONGEST:
            return said.skipped or _COMPUTED
        if name not in self.variables.read:
            return said.value
        return TracedText(tuple(attrs.evolve(each, editable=False) for each in said.value.pieces))


@attrs.define
class _Evaluation:
    scope: Scope
    matrix: frozenset[str]
    depth: int = 0
    length: int = 0

    def said(self, expression: Expression) -> Said:
        match expression:
            case Text():
                source = expression.source(self.scope.document)
                skips: list[Skip] = []
                value = TracedText.join(self._parts(source, skips))
                return Said(value, skips[0] if skips else None)
            case Name():
                place = Place(self.scope.document, expression.span)
                said = self._variable(expression.name)
                if isinstance(said, Skip):
                    return Said(TracedText((Piece(expression.name, place),)), said)
                return Said(said.used(Use(expression.name, place, appendable=False)))
            case _:
                place = Place(self.scope.document, expression.span)
                return Said(TracedText((Piece("…", place, exact=False),)), _COMPUTED)

    def _parts(self, source: TracedText, skips: list[Skip]) -> Iterator[TracedText]:
        """Cut a template at what is put in; what is not known stays as it is written."""
        at = 0
        for match in _TEMPLATE.finditer(source.text):
            place = source.place(match.start(), match.end())
            if match["escaped"]:
                yield source.between(at, match.start())
                yield TracedText((Piece(match[0][1:], place, exact=False),))
                at = match.end()
            elif match["other"] or place is None:
                skips.append(_COMPUTED)
            elif isinstance(said := self._variable(match["name"]), Skip):
                skips.append(said)
            else:
                yield source.between(at, match.start())
                yield said.used(Use(match[0], place))
                at = match.end()
        yield source.between(at, len(source.text))

    def _variable(self, name: str) -> TracedText | Skip:
        if name in self.matrix:
            return Skip(SkipReason.TEMPLATE, f"{name} has several values: the target is a matrix")
        said = self.scope.variable(name, self.depth)
        self.length += 0 if isinstance(said, Skip) else len(said.text)
        return said if self.length <= LONGEST else _COMPUTED

"""What a bake file's variables are, and what its values say once they are put in.

docs.docker.com/build/bake/variables: the environment wins over the `default` of a `variable`; in
templates `${NAME}` is used, `$${` is `${`.  A target's matrix gives names several values; which of
them is meant has to be told.  Several files may share their variables: a later default wins.
Does not know what the values are for.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

import attrs

from tagwise.documents.bake.values import Block, Expression, ListOf, Name, ObjectOf, Text
from tagwise.documents.model import Skip, SkipReason
from tagwise.documents.traced import Piece, Place, Span, TracedText, Use

DEEPEST: Final = 5
# Characters that variables may put into one value.
LONGEST: Final = 4096

_TEMPLATE: Final = re.compile(
    r"(?P<escaped>\$\$\{|%%\{)|\$\{~?[ \t]*(?P<name>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)"
    r"[ \t]*~?\}|(?P<other>[$%]\{)"
)
_WORD: Final = re.compile(r"[A-Za-z_][\w-]*")
_NULL: Final = frozenset({"null"})
_COMPUTED: Final = Skip(SkipReason.TEMPLATE, "an expression: what it says is known when bake runs")


@attrs.frozen
class Gap:
    """A part of a value's text that stands there as it is written, and why it does."""

    span: Span
    skipped: Skip


@attrs.frozen
class Said:
    """What a value says, or why that is not known; `value` is then what there is of it.

    `gaps` are what is not known of its text, if the rest is.
    """

    value: TracedText
    skipped: Skip | None = None
    gaps: tuple[Gap, ...] = ()


@attrs.frozen
class Variables:
    """`values` are the defaults; `read` are the names that the text uses beside `uses`."""

    values: Mapping[str, Expression]
    read: frozenset[str]

    @classmethod
    def of(cls, blocks: Iterable[Block], uses: Iterable[Expression], text: str) -> "Variables":
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
        for span in {each.span for each in uses}:
            mentions.subtract(_WORD.findall(text, span.start, span.end))
        return cls(values, frozenset(name for name, count in mentions.items() if count > 0))


NOTHING: Final[Mapping[str, Expression]] = MappingProxyType({})


@attrs.define
class Scope:
    """The variables as one evaluation finds them; each is worked out once, in `known`.

    `document` is where the expressions stand that are asked for; `files` are the documents that
    share their variables, the strongest first.
    """

    document: str
    environment: Mapping[str, str]
    files: tuple[tuple[str, Variables], ...]
    known: dict[str, TracedText | Skip] = attrs.Factory(dict[str, TracedText | Skip])

    def within(self, document: str) -> "Scope":
        """Return the same variables for what stands in another document."""
        return attrs.evolve(self, document=document)

    def said(
        self,
        expression: Expression,
        matrix: Expression | None = None,
        bound: Mapping[str, Expression] = NOTHING,
    ) -> Said:
        """Return what a value says in a target with this matrix.

        Its names have no one value but those in `bound`.
        """
        names = [name for name, _ in matrix.items] if isinstance(matrix, ObjectOf) else []
        return _Evaluation(self, frozenset(names), bound).said(expression)

    def is_null(self, expression: Expression | None) -> bool:
        """Whether a value is `null`, by itself or because its variable has no other."""
        for _ in range(DEEPEST):
            name = self._only_name(expression)
            if name is None or name in self.environment:
                return False
            if name in _NULL:
                return True
            _, expression = self._default(name)
        return False

    def _only_name(self, expression: Expression | None) -> str | None:
        """Return the name that is all of a value: a template around it alone is none."""
        match expression:
            case Name(_, name):
                return name
            case Text():
                alone = _TEMPLATE.fullmatch(expression.source(self.document).text)
                return alone["name"] if alone else None
            case _:
                return None

    def items(self, expression: Expression | None) -> tuple[Expression, ...]:
        """Return the items of a list, be it written here or a variable's default."""
        listed = self.list_of(expression)
        return () if listed is None else listed.items

    def list_of(self, expression: Expression | None) -> ListOf | None:
        """Return the list that a value is, None if it is none."""
        if isinstance(expression, Name) and expression.name not in self.environment:
            _, expression = self._default(expression.name)
        return expression if isinstance(expression, ListOf) else None

    def variable(self, name: str, depth: int) -> TracedText | Skip:
        if name not in self.known:
            self.known[name] = self._variable(name, depth)
        return self.known[name]

    def _variable(self, name: str, depth: int) -> TracedText | Skip:
        if name in self.environment:
            return TracedText.unplaced(self.environment[name])
        document, expression = self._default(name)
        if expression is None or (isinstance(expression, Name) and expression.name in _NULL):
            message = f"{name} is not set: neither the environment nor a default says what to use"
            return Skip(SkipReason.UNSET_VARIABLE, message)
        if depth == DEEPEST:
            return _COMPUTED
        said = _Evaluation(self.within(document), frozenset(), NOTHING, depth + 1).said(expression)
        if said.skipped or len(said.value.text) > LONGEST:
            return said.skipped or _COMPUTED
        if all(name not in variables.read for _, variables in self.files):
            return said.value
        return said.value.unedited(said.value.origins())

    def _default(self, name: str) -> tuple[str, Expression | None]:
        for document, variables in self.files:
            if name in variables.values:
                return document, variables.values[name]
        return self.document, None


@attrs.define
class _Evaluation:
    scope: Scope
    matrix: frozenset[str]
    bound: Mapping[str, Expression]
    depth: int = 0
    length: int = 0

    def said(self, expression: Expression) -> Said:
        match expression:
            case Text():
                source = expression.source(self.scope.document)
                gaps: list[Gap] = []
                value = TracedText.join(self._parts(source, gaps))
                return Said(value, gaps[0].skipped if gaps else None, tuple(gaps))
            case Name():
                place = Place(self.scope.document, expression.span)
                said = self._variable(expression.name)
                if isinstance(said, Skip):
                    return Said(TracedText((Piece(expression.name, place),)), said)
                return Said(said.used(Use(expression.name, place, appendable=False)))
            case _:
                place = Place(self.scope.document, expression.span)
                return Said(TracedText((Piece("…", place, exact=False),)), _COMPUTED)

    def _parts(self, source: TracedText, gaps: list[Gap]) -> Iterator[TracedText]:
        """Cut a template at what is put in; what is not known stays as it is written."""
        at = grown = 0
        for match in _TEMPLATE.finditer(source.text):
            start, end = match.span()
            place = source.place(start, end)
            put: TracedText | Skip = _COMPUTED
            if match["escaped"]:
                put = TracedText((Piece(match[0][1:], place, exact=False),))
            elif match["other"] or place is None:
                end = source.text.find("}", end) + 1 or len(source.text)
            elif not isinstance(put := self._variable(match["name"]), Skip):
                put = put.used(Use(match[0], place))
            if isinstance(put, Skip):
                gaps.append(Gap(Span(start + grown, end + grown), put))
                continue
            yield source.between(at, start)
            yield put
            grown += len(put.text) - (end - start)
            at = end
        yield source.between(at, len(source.text))

    def _variable(self, name: str) -> TracedText | Skip:
        first, *fields = name.split(".")
        if first in self.bound:
            return self._bound(self.bound[first], fields)
        if first in self.matrix:
            return Skip(SkipReason.TEMPLATE, f"{first} has several values: the target is a matrix")
        if fields:
            return _COMPUTED
        said = self.scope.variable(name, self.depth)
        self.length += 0 if isinstance(said, Skip) else len(said.text)
        return said if self.length <= LONGEST else _COMPUTED

    def _bound(self, expression: Expression, fields: list[str]) -> TracedText | Skip:
        """Return one value of a matrix: a target's name, its tags and more are made of it."""
        for field in fields:
            items = dict(expression.items) if isinstance(expression, ObjectOf) else {}
            if field not in items:
                return _COMPUTED
            expression = items[field]
        if self.depth == DEEPEST:
            return _COMPUTED
        said = _Evaluation(self.scope, frozenset(), NOTHING, self.depth + 1).said(expression)
        return said.skipped or said.value.unedited(said.value.origins())

"""What a word says once its variables have values, and where each part of that is written.

The meaning of the tree in `words.py`: BuildKit's frontend/dockerfile/shell/lex.go,
`processDollar`.  Does not know where a scope's values come from, nor what the word is for.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from tagwise.documents.dockerfile.patterns import (
    Pattern,
    replaced,
    without_prefix,
    without_suffix,
)
from tagwise.documents.dockerfile.words import (
    NESTING,
    Escaped,
    Literal,
    Malformed,
    Quoted,
    Substitution,
    Word,
    read_word,
)
from tagwise.documents.dockerfile.written import Written
from tagwise.documents.model import Skip, SkipReason
from tagwise.documents.traced import Place, TracedText, Use

# No image reference comes near these; a file that means harm would double a value many times.
_LONGEST_VALUE: Final = 4096
_MOST_PIECES: Final = 32
_MOST_COMPARISONS: Final = 20_000
_PATTERN_OPERATORS: Final = frozenset("#%/")


@attrs.frozen
class Expression:
    """Text that may hold variables, read once."""

    written: Written
    word: Word | Malformed

    @classmethod
    def read(cls, written: Written, escape: str) -> "Expression":
        if len(written.text) > _LONGEST_VALUE:
            message = "no image reference is this long"
            return cls(written.cut(0, _LONGEST_VALUE), Malformed(message, 0, _LONGEST_VALUE))
        return cls(written, read_word(written.text, escape))

    @property
    def inner(self) -> Written:
        """The text without the quotes around all of it, unless there is nothing else to see."""
        match self.word:
            case (Quoted(start, end, _),) if end - start > len("''"):
                return self.written.cut(start + 1, end - 1)
            case _:
                return self.written


@attrs.frozen
class Variable:
    """A use of a variable; `found`: the scope has it."""

    name: str
    place: Place
    found: bool


@attrs.frozen
class Expansion:
    """What an expression says: `value`, or why it has none.

    `unset` names variables without a value that it needs: BuildKit puts nothing in their place, but
    whoever builds the file may still give them one.  `aside` names those whose value decides what
    the expression says without being part of it.
    """

    value: TracedText | Skip
    variables: tuple[Variable, ...] = ()
    unset: tuple[str, ...] = ()
    aside: frozenset[str] = frozenset()


@attrs.frozen
class Scope:
    """The variables' values; a Skip stands for a value whose own expansion failed.

    `unset` says of a value that needs a variable without one, which that is.
    """

    document: str
    values: Mapping[str, TracedText | Skip]
    unset: Mapping[str, str]


def expand(expression: Expression, scope: Scope) -> Expansion:
    """Expand with the values of `scope`."""
    if isinstance(expression.word, Malformed):
        return Expansion(Skip(SkipReason.INVALID, expression.word.message))
    evaluation = _Evaluation(expression.written, scope)
    try:
        value: TracedText | Skip = evaluation.value(expression.word, raw=False)
    except _NoValue as error:
        value = error.skip
    return Expansion(
        value,
        tuple(evaluation.variables),
        tuple(evaluation.unset),
        frozenset(evaluation.aside),
    )


class _NoValue(Exception):
    def __init__(self, skip: Skip) -> None:
        super().__init__(skip.message)
        self.skip = skip


class _Evaluation:
    """One expansion under way, and what it has met so far."""

    __slots__ = ("aside", "length", "scope", "unset", "variables", "written")

    def __init__(self, written: Written, scope: Scope) -> None:
        self.written = written
        self.scope = scope
        self.variables: list[Variable] = []
        self.unset: list[str] = []
        self.aside: set[str] = set()
        self.length = 0

    def value(self, word: Word, *, raw: bool) -> TracedText:
        """`raw`: escape characters stay, for the pattern they are part of."""
        parts: list[TracedText] = []
        for node in word:
            match node:
                case Literal(start, end):
                    parts.append(self._literal(start, end))
                case Escaped(start, end):
                    parts.append(self._literal(start if raw else start + 1, end))
                case Quoted(_, _, inner):
                    parts.append(self.value(inner, raw=raw))
                case Substitution():
                    parts.append(self._substituted(node))
        return parts[0] if len(parts) == 1 else TracedText.join(parts)

    def _literal(self, start: int, end: int) -> TracedText:
        return self.written.traced(start, end, self.scope.document)

    def _substituted(self, node: Substitution) -> TracedText:
        unset, met = len(self.unset), len(self.variables)
        raw = node.operator[-1:] in _PATTERN_OPERATORS
        words = [self.value(word, raw=raw) for word in node.words]
        value = self.scope.values.get(node.name)
        place = Place(self.scope.document, self.written.span(node.start, node.end))
        self.variables.append(Variable(node.name, place, value is not None))
        if isinstance(value, Skip):
            raise _NoValue(value)
        missing = value is None or (node.operator.startswith(":") and not value.text)
        use = Use(self.written.text[node.start : node.end], place)
        match node.operator[-1:]:
            case "-" | "+" as operator if missing == (operator == "-"):
                return self._through(use, words[0])
            case "+":
                del self.unset[unset:]
                return TracedText()
            case "-":
                del self.unset[unset:]
            case "?" if missing:
                raise _NoValue(_required(node.name, words[0].text, empty=value is not None))
            case "?":
                del self.unset[unset:]
            case _:
                pass
        if value is None or node.name in self.scope.unset:
            self.unset.append(self.scope.unset.get(node.name, node.name))
        if value is None:
            return TracedText()
        if raw:
            self.aside.update(variable.name for variable in self.variables[met:])
            value = _computed(node.operator, value, *(word.text for word in words))
        return self._through(use, value)

    def _through(self, use: Use, value: TracedText) -> TracedText:
        self.length += len(value.text)
        if self.length > _LONGEST_VALUE or len(value.pieces) > _MOST_PIECES:
            raise _NoValue(Skip(SkipReason.INVALID, f"the value of {use.name} is too long"))
        if any(len(piece.via) >= NESTING for piece in value.pieces):
            raise _NoValue(Skip(SkipReason.INVALID, f"{use.name} goes through too many variables"))
        return value.used(use)


def _computed(operator: str, value: TracedText, word: str, replacement: str = "") -> TracedText:
    """Apply a pattern.

    No piece of the result can be edited, even where it is the value itself: with a digest added to
    that, the pattern may well match.
    """
    kind = operator[-1]
    greedy = kind in {"#", "%"} and word.startswith(kind)
    pattern = Pattern.read(word.removeprefix(kind) if greedy else word)
    if pattern is None:
        raise _NoValue(Skip(SkipReason.INVALID, f"a backslash in the pattern {word!r} is wrong"))
    if len(value.text) * len(word) > _MOST_COMPARISONS:
        raise _NoValue(Skip(SkipReason.INVALID, f"the pattern {word!r} is too long"))
    match kind:
        case "#":
            text = without_prefix(value.text, pattern, greedy=greedy)
        case "%":
            text = without_suffix(value.text, pattern, greedy=greedy)
        case _:
            text = replaced(value.text, pattern, replacement, everywhere=operator == "//")
    pieces = value.derived(text).pieces
    return TracedText(tuple(attrs.evolve(piece, exact=False) for piece in pieces))


def _required(name: str, message: str, *, empty: bool) -> Skip:
    problem = message or f"must not be {'empty' if empty else 'unset'}"
    return Skip(SkipReason.UNSET_VARIABLE, f"{name}: {problem}")

"""Dockerfiles written in a bake file, as far as their text is known.

What a function makes, or a matrix, is known when bake runs: an image it is part of is none yet, and
all others are what they are.  Does not know how a bake file is written.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from tagwise.documents.bake.names import inline_span
from tagwise.documents.bake.values import Expression
from tagwise.documents.bake.variables import Said
from tagwise.documents.model import Builder, Inputs, Occurrence, ParsedDocument
from tagwise.documents.nested import in_outer
from tagwise.documents.traced import Place, Span

# No part of a name, a keyword or a flag.
_GAP: Final = "\N{REPLACEMENT CHARACTER}"


def inline_dockerfile(
    expression: Expression, said: Said, inputs: Inputs, builder: Builder
) -> Iterator[ParsedDocument]:
    """Read the Dockerfile that an expression of the document says."""
    from tagwise.documents.dockerfile.syntax import parse

    if said.skipped is not None and not said.gaps:
        return
    name = f"{inputs.document}#{expression.span.start}"
    inner = attrs.evolve(inputs, document=name, files={}, neighbours=(), builders=(builder,))
    read = parse(_without_gaps(said)).evaluate(inner)
    yield in_outer(
        _as_known(read, said, name) if said.gaps else read,
        said.value,
        inner_name=name,
        outer_name=inputs.document,
        whole=inline_span(expression),
    )


def _without_gaps(said: Said) -> str:
    """Return a text, as long as what is said, in which nothing unknown has a meaning."""
    text, at, parts = said.value.text, 0, list[str]()
    for gap in (each.span for each in said.gaps):
        parts += [text[at : gap.start], _GAP * len(gap)]
        at = gap.end
    return "".join((*parts, text[at:]))


def _as_known(read: ParsedDocument, said: Said, name: str) -> ParsedDocument:
    """Say of images that are not all known that they are not, and nothing else against them."""
    gaps = _Spans.of(each.span for each in said.gaps)
    doubtful: list[Span] = []
    occurrences: list[Occurrence] = []
    for each in read.occurrences:
        met = next((at for span in _spans(each, name) if (at := gaps.met(span)) is not None), None)
        if met is not None:
            doubtful.append(each.span)
        skipped = each.skipped if met is None else said.gaps[met].skipped
        reference = each.reference if met is None else None
        occurrences.append(attrs.evolve(each, reference=reference, skipped=skipped))
    images = _Spans.of(doubtful)
    problems = (
        each
        for each in read.problems
        if gaps.met(each.span) is None and images.met(each.span) is None
    )
    return ParsedDocument(tuple(occurrences), tuple(problems))


def _spans(occurrence: Occurrence, name: str) -> Iterator[Span]:
    """List where the inner document writes an image: at its use, and at its parts' own places."""
    places = (Place(name, occurrence.span), *(piece.place for piece in occurrence.value.pieces))
    return (each.span for each in places if each is not None and each.document == name)


@attrs.frozen
class _Spans:
    """Spans of which none holds another."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> "_Spans":
        listed = sorted(spans, key=lambda each: each.start)
        return cls(tuple(each.start for each in listed), tuple(each.end for each in listed))

    def met(self, span: Span) -> int | None:
        """Return the first of them that has a character in common with `span`."""
        first = bisect_right(self.ends, span.start)
        return first if first < bisect_left(self.starts, span.end) else None

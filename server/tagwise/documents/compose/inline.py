"""`build.dockerfile_inline`: a Dockerfile written in a compose file.

Compose puts its variables in first, then it is a Dockerfile like any other.
Does not know what a Dockerfile says.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

import attrs

from tagwise.documents.compose.builds import builder_of
from tagwise.documents.compose.project import Project
from tagwise.documents.compose.references import fault_problem, unset_message
from tagwise.documents.compose.scope import Scope
from tagwise.documents.compose.services import Service, fields_of, is_reset
from tagwise.documents.density import refusal_of
from tagwise.documents.model import (
    Builder,
    Inputs,
    NoPin,
    Occurrence,
    ParsedDocument,
    Skip,
    SkipReason,
)
from tagwise.documents.names import Name
from tagwise.documents.nested import in_outer, names_in_outer
from tagwise.documents.references import not_read
from tagwise.documents.traced import Span
from tagwise.documents.yaml_tree import MappingNode, ScalarNode, resolved

# Lines and variables of a Dockerfile in a compose file: more than anyone writes there.
_MOST: Final = 5_000
_MARKS: Final = ("\n", "$")


def inline_dockerfiles(
    services: Iterable[Service], project: Project, scope: Scope, inputs: Inputs, text: str
) -> Iterator[ParsedDocument]:
    """Read each inline Dockerfile once, for all the services that build it."""
    builders: dict[Span, list[Builder]] = {}
    scalars: dict[Span, ScalarNode] = {}
    for service in services:
        inline = None if service.is_removed else _inline(service)
        if inline is not None:
            scalars[inline.span] = inline
            builder = builder_of(project.services[service.name])
            builders.setdefault(inline.span, []).append(builder)
    for span, scalar in scalars.items():
        yield _read(scalar, tuple(builders[span]), scope, inputs, text)


def inline_names(services: Iterable[Service], scope: Scope) -> Iterator[Name]:
    """Yield the names that each inline Dockerfile gives, of one for several services once."""
    from tagwise.documents.dockerfile.syntax import parse

    inlines = (None if service.is_removed else _inline(service) for service in services)
    scalars = {inline.span: inline for inline in inlines if inline is not None}
    for span, scalar in scalars.items():
        if refusal_of(scalar.value, marks=_MARKS, most=_MOST) is None:
            value = scope.interpolated(scalar).value
            names = parse(value.text).given_names(Inputs())
            yield from names_in_outer(names, value, scope.document, span)


def _inline(service: Service) -> ScalarNode | None:
    build = service.content("build")
    fields = fields_of(build, "dockerfile_inline") if isinstance(build, MappingNode) else {}
    node = fields.get("dockerfile_inline")
    content = None if node is None else resolved(node)
    if not isinstance(content, ScalarNode) or is_reset(content) or content.is_null:
        return None
    return content


def _read(
    scalar: ScalarNode, builders: tuple[Builder, ...], scope: Scope, inputs: Inputs, text: str
) -> ParsedDocument:
    from tagwise.documents.dockerfile.syntax import parse

    refusal = refusal_of(scalar.value, marks=_MARKS, most=_MOST)
    if refusal is not None:
        return ParsedDocument(problems=(not_read(refusal),))
    interpolated = scope.interpolated(scalar)
    name = f"{scope.document}#{scalar.span.start}"
    inner = attrs.evolve(inputs, document=name, files={}, neighbours=(), builders=builders)
    read = in_outer(
        parse(interpolated.value.text).evaluate(inner),
        interpolated.value,
        inner_name=name,
        outer_name=scope.document,
        whole=scalar.content,
    )
    source = scalar.traced(scope.document)
    faults = tuple(fault_problem(each, source, scalar, scope) for each in interpolated.faults)
    unset = _Unset.of(
        (shown, each.name)
        for each in interpolated.unset
        if (shown := source.shown_in(scope.document, each.span.start, each.span.end))
    )
    lines = frozenset(unset.lines(text))
    return ParsedDocument(
        tuple(_unless_unset(each, unset) for each in read.occurrences),
        faults + tuple(each for each in read.problems if _line(each.span, text) not in lines),
    )


@attrs.frozen
class _Unset:
    """Where unset variables are used, with their names; `ends` is how far those up to each go."""

    uses: tuple[tuple[Span, str], ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, found: Iterable[tuple[Span, str]]) -> "_Unset":
        uses = tuple(sorted(found, key=lambda each: each[0].start))
        ends = accumulate((span.end for span, _ in uses), max)
        return cls(uses, tuple(span.start for span, _ in uses), tuple(ends))

    def touching(self, span: Span) -> tuple[tuple[Span, str], ...]:
        first, last = bisect_left(self.ends, span.start), bisect_right(self.starts, span.end)
        return tuple(each for each in self.uses[first:last] if each[0].end >= span.start)

    def lines(self, text: str) -> Iterator[int]:
        """List where the lines with such a use start: a problem there is likely none."""
        return (line for span, _ in self.uses if (line := _line(span, text)) is not None)


def _unless_unset(occurrence: Occurrence, unset: _Unset) -> Occurrence:
    """Say of a reference with an unset variable in it that it is not known, not that it is wrong."""
    span = occurrence.span
    touching = unset.touching(span)
    if not touching:
        return occurrence
    names = tuple(dict.fromkeys(name for _, name in touching))
    skip = Skip(SkipReason.UNSET_VARIABLE, unset_message(names))
    starts, ends = [each.start for each, _ in touching], [each.end for each, _ in touching]
    return attrs.evolve(
        occurrence,
        span=Span(min(span.start, *starts), max(span.end, *ends)),
        reference=None,
        skipped=skip,
        pin=NoPin(skip.message),
    )


def _line(span: Span, text: str) -> int | None:
    """Return where the line starts on which all of a span is, None if it is on several."""
    return None if "\n" in span.of(text) else text.rfind("\n", 0, span.start) + 1

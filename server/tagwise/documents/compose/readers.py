"""What else reads a value that an image comes from, so that an edit there would change more.

A variable is read wherever a compose file mentions it outside an image, by containers that are
given the whole `.env` file, by other files, by other variables; an anchored scalar by its aliases.
Does not know where digests go: it only says which places are not an image's own.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from tagwise.documents.compose.scope import DOTENV, Scope
from tagwise.documents.compose.services import Service
from tagwise.documents.model import Inputs
from tagwise.documents.traced import Place, Span, TracedText
from tagwise.documents.yaml_tree import (
    AliasNode,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    resolved,
)

# A use, or a name alone, which in `environment` and `args` takes the variable's value.
_MENTION: Final = re.compile(
    r"(?<!\$)(?:\$\$)*\$\{?(?P<used>[A-Za-z_][A-Za-z0-9_]*)"
    r"|^[ \t]*(?:-[ \t]+)?[\"']?(?P<alone>[A-Za-z_][A-Za-z0-9_]*)[\"']?:?[ \t]*$|^[ \t]*#.*",
    re.MULTILINE,
)


@attrs.frozen
class Mention:
    name: str
    offset: int


def mentions(text: str) -> tuple[Mention, ...]:
    """List where a compose file's text mentions variables, comment lines apart."""
    return tuple(
        Mention(match["used"] or match["alone"], match.end() - 1)
        for match in _MENTION.finditer(text)
        if match["used"] or match["alone"]
    )


@attrs.frozen
class Readers:
    """Who reads the variables of `.env` besides images."""

    scope: Scope
    inputs: Inputs
    mentions: tuple[Mention, ...]
    passes_dotenv: bool

    def read_elsewhere(self, values: Iterable[TracedText]) -> frozenset[Place]:
        """Return the places of variables that something besides `values` reads."""
        own = _Spans.of(
            use.place.span
            for value in values
            for piece in value.pieces
            for use in piece.via
            if use.place.document == self.scope.document
        )
        names = {each.name for each in self.mentions if each.offset not in own}
        names |= self._named_by_neighbours()
        variables = self.scope.dotenv.variables
        read = variables if self.passes_dotenv else names & variables.keys()
        places = {place for name in read for place in variables[name].origins()}
        return frozenset(places) | self.scope.dotenv.inner_uses()

    def _named_by_neighbours(self) -> set[str]:
        return {
            match["used"]
            for neighbour in self.inputs.neighbours
            for match in _MENTION.finditer(neighbour.text)
            if match["used"]
        }


def passes_dotenv(services: Iterable[Service]) -> bool:
    """Whether a service hands the whole `.env` file to its container."""
    contents = (service.content("env_file") for service in services)
    return any(path in {DOTENV, f"./{DOTENV}"} for each in contents for path in _paths(each))


def _paths(node: Node | None) -> Iterator[str]:
    content = None if node is None else resolved(node)
    match content:
        case ScalarNode():
            yield content.value
        case SequenceNode():
            for item in content.items():
                named = resolved(item)
                if isinstance(named, MappingNode):
                    yield from (
                        each for entry in named.entries("path") for each in _paths(entry.value)
                    )
                elif isinstance(named, ScalarNode):
                    yield named.value
        case _:
            return


def anchor_places(
    values: Iterable[TracedText], images: Iterable[Node], aliases: Iterable[AliasNode], scope: Scope
) -> frozenset[Place]:
    """Return the places of `values` in image scalars that something else has by an alias.

    Both literal text and uses of variables: an edit at either changes what has the alias.
    """
    nodes = list(images)
    own = {node.span for node in nodes}
    aliased = {alias.target.span for alias in aliases if alias.target and alias.span not in own}
    spans = _Spans.of(
        node.span
        for node in nodes
        if isinstance(node, ScalarNode) and (node.span in aliased or not _is_own(node))
    )
    pieces = [piece for value in values for piece in value.pieces]
    places = [piece.place for piece in pieces if piece.place is not None]
    places += [use.place for piece in pieces for use in piece.via]
    return frozenset(
        place for place in places if place.document == scope.document and place.span.start in spans
    )


def _is_own(scalar: ScalarNode) -> bool:
    """Whether a scalar stands where compose reads an image, or nothing unless by its alias."""
    around = list(scalar.ancestors())
    if scalar.anchor is None or not around or around[0].key == "image":
        return True
    is_extension = (around[-1].key or "").startswith("x-")
    return is_extension and all(each.node.anchor is None for each in around)


@attrs.frozen
class _Spans:
    """Spans, joined where they overlap, to look offsets up in."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> "_Spans":
        starts: list[int] = []
        ends: list[int] = []
        for span in sorted(spans, key=lambda each: each.start):
            if ends and span.start < ends[-1]:
                ends[-1] = max(ends[-1], span.end)
            else:
                starts.append(span.start)
                ends.append(span.end)
        return cls(tuple(starts), tuple(ends))

    def __contains__(self, offset: int) -> bool:
        index = bisect_right(self.starts, offset) - 1
        return index >= 0 and offset < self.ends[index]

"""What else reads a value that an image comes from, so that an edit there would change more.

A variable is read wherever a compose file mentions it outside an image, by containers that are
given the whole `.env` file, by other files, by other variables; an anchored scalar by its aliases.
Does not know where digests go: it only says which places are not an image's own.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from tagwise.documents.compose.references import ImagePlace
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

_USE: Final = re.compile(r"(?<!\$)(?P<dollars>\$++)\{?(?P<name>[A-Za-z_][A-Za-z0-9_]*)")
# What stands before and behind a name alone, which in `environment` and `args` takes the
# variable's value.
_BEFORE: Final = re.compile(r"[ \t]*(?:-[ \t]+)?[\"']?")
_BEHIND: Final = re.compile(r"[\"']?:?[ \t]*(?=[\r\n]|\Z)")
_FARTHEST: Final = 1000
_LETTER: Final = re.compile(r"[A-Za-z0-9_]")
_COMMENT_LINE: Final = re.compile(r"[ \t]*#")


@attrs.frozen
class Mentions:
    """Where a compose file's text mentions variables: most are never asked for."""

    text: str

    def of(self, name: str) -> Iterator[int]:
        """List the last character of each mention of a variable, comment lines apart."""
        text, line, end = self.text, 0, 0
        while (start := text.find(name, end)) >= 0:
            line = text.rfind("\n", end, start) + 1 or line
            end = start + len(name)
            if not _LETTER.match(text, end) and self._is_mention(line, start, end):
                yield end - 1

    def _is_mention(self, line: int, start: int, end: int) -> bool:
        text = self.text
        dollars = start - (text[start - 1 : start] == "{")
        first = dollars
        while first > line and text[first - 1] == "$":
            first -= 1
        if first < dollars:
            return (dollars - first) % 2 == 1 and not _COMMENT_LINE.match(text, line)
        if line == 0 or start - line > _FARTHEST:
            return False
        return bool(_BEFORE.fullmatch(text, line, start) and _BEHIND.match(text, end))


def _uses(text: str) -> Iterator[re.Match[str]]:
    """List the uses of variables; an even number of dollars is none."""
    return (match for match in _USE.finditer(text) if len(match["dollars"]) % 2)


@attrs.frozen
class Readers:
    """Who reads the variables of `.env`; `owners` names them by where their values end."""

    document: str
    mentions: Mentions
    neighbours: frozenset[str]
    owners: Mapping[tuple[str, int], str]
    shared: frozenset[str]

    @classmethod
    def of(
        cls, scope: Scope, inputs: Inputs, mentioned: Mentions, services: Iterable[Service]
    ) -> "Readers":
        variables = scope.dotenv.variables
        owners = {
            (place.document, place.span.end): name
            for name, value in variables.items()
            for place in value.origins()
        }
        inner = {owners[place.document, place.span.end] for place in scope.dotenv.inner_uses()}
        shared = frozenset(variables if variables and _passes_dotenv(services) else inner)
        named = frozenset(
            match["name"]
            for neighbour in (inputs.neighbours if variables else ())
            for match in _uses(neighbour.text)
        )
        return cls(scope.document, mentioned, named, owners, shared)

    def read_elsewhere(self, values: Iterable[TracedText]) -> frozenset[Place]:
        """Return the places `values` come from that something besides them reads."""
        pieces = [piece for value in values for piece in value.pieces if piece.via]
        own = _Spans.of(
            use.place.span
            for piece in pieces
            for use in piece.via
            if use.place.document == self.document
        )
        owned = {
            place: name
            for place in (piece.place for piece in pieces)
            if place and (name := self.owners.get((place.document, place.span.end)))
        }
        read = {name for name in set(owned.values()) if self._is_read(name, own)}
        return frozenset(place for place, name in owned.items() if name in read)

    def _is_read(self, name: str, own: "_Spans") -> bool:
        if name in self.shared or name in self.neighbours:
            return True
        return any(offset not in own for offset in self.mentions.of(name))


def _passes_dotenv(services: Iterable[Service]) -> bool:
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
    values: Iterable[TracedText],
    images: Iterable[ImagePlace],
    aliases: Iterable[AliasNode],
    scope: Scope,
) -> frozenset[Place]:
    """Return the places of `values` in image scalars that something else has by an alias.

    Both literal text and uses of variables: an edit at either changes what has the alias.
    """
    places = list(images)
    own = {each.node.span for each in places}
    aliased = {alias.target.span for alias in aliases if alias.target and alias.span not in own}
    spans = _Spans.of(
        node.span
        for each in places
        if isinstance(node := each.node, ScalarNode)
        and (node.span in aliased or (each.is_target and not _is_extension(node)))
    )
    pieces = [piece for value in values for piece in value.pieces]
    written = [piece.place for piece in pieces if piece.place is not None]
    written += [use.place for piece in pieces for use in piece.via]
    return frozenset(
        place for place in written if place.document == scope.document and place.span.start in spans
    )


def _is_extension(scalar: ScalarNode) -> bool:
    """Whether a scalar stands in an `x-` fragment, where nothing but aliases of it is read."""
    around = list(scalar.ancestors())
    if around and around[0].key == "image":
        return True
    is_extension = bool(around) and (around[-1].key or "").startswith("x-")
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

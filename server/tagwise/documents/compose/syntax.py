"""A compose file that has been read once, and what it says under given variables.

Each place where a reference can stand is one function: see `_places`.
Does not know how YAML is written, nor what else lies in the folder.
"""

from collections.abc import Iterable
from functools import cached_property

import attrs

from tagwise.documents.compose.builds import Build, build_sections
from tagwise.documents.compose.images import image_nodes, service_images
from tagwise.documents.compose.inline import inline_dockerfiles
from tagwise.documents.compose.readers import (
    Mentions,
    Readers,
    anchor_places,
    mentions,
)
from tagwise.documents.compose.scope import DOTENV, Scope
from tagwise.documents.compose.services import Service, services_of
from tagwise.documents.model import (
    Inputs,
    NoPin,
    Occurrence,
    ParsedDocument,
    Problem,
    Severity,
)
from tagwise.documents.pinning import settle_pins
from tagwise.documents.traced import Place, Span, TracedText
from tagwise.documents.yaml_events import FASTEST, Loader
from tagwise.documents.yaml_tree import YamlTree
from tagwise.documents.yaml_tree import parse as parse_yaml


@attrs.frozen(slots=False)
class ComposeSyntax:
    text: str
    tree: YamlTree
    services: tuple[Service, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The `.env` file, if there is a variable it could set."""
        return (DOTENV,) if "$" in self.text else ()

    def evaluate(self, inputs: Inputs) -> ParsedDocument:
        scope = Scope.of(inputs)
        found = list(self._places(scope, inputs))
        occurrences = [occurrence for each in found for occurrence in each.occurrences]
        occurrences.sort(key=lambda each: (each.span.start, each.span.end))
        problems = [*self._refusal(), *(problem for each in found for problem in each.problems)]
        problems.sort(key=lambda each: (each.span.start, each.span.end))
        elsewhere = self._read_elsewhere(occurrences, scope, inputs)
        settled = settle_pins(occurrences, read_elsewhere=elsewhere)
        pairs = zip(occurrences, settled, strict=True)
        final = tuple(_unless_refused(before, after) for before, after in pairs)
        return ParsedDocument(final, tuple(dict.fromkeys(problems)))

    def builds(self, inputs: Inputs) -> tuple[Build, ...]:
        """List the Dockerfiles that the services build, with what each service says to them."""
        scope = Scope.of(inputs)
        readers = self._readers(scope, inputs)
        builds = [each.build for each in build_sections(self.services, scope)]
        return tuple(_guarded(build, readers) for build in builds if build is not None)

    def _places(self, scope: Scope, inputs: Inputs) -> Iterable[ParsedDocument]:
        yield from service_images(self.services, scope, self.text)
        sections = tuple(build_sections(self.services, scope))
        yield from inline_dockerfiles(sections, scope, inputs, self.text)

    def _read_elsewhere(
        self, occurrences: list[Occurrence], scope: Scope, inputs: Inputs
    ) -> frozenset[Place]:
        values = [occurrence.value for occurrence in occurrences]
        nodes = [each.node for each in image_nodes(self.services)]
        shared = anchor_places(values, nodes, self.tree.aliases, scope)
        return shared | self._readers(scope, inputs).read_elsewhere(values)

    def _readers(self, scope: Scope, inputs: Inputs) -> Readers:
        mentioned: Mentions = self._mentions if scope.dotenv.variables else {}
        return Readers.of(scope, inputs, mentioned, self.services)

    @cached_property
    def _mentions(self) -> Mentions:
        return mentions(self.text)

    def _refusal(self) -> Iterable[Problem]:
        if self.tree.refusal is not None:
            yield Problem("not-read", self.tree.refusal, Span(0, 0), Severity.INFORMATION)


def parse(text: str, *, loader: Loader = FASTEST) -> ComposeSyntax:
    """Read a compose file, of any version, broken or not."""
    tree = parse_yaml(text, loader=loader)
    return ComposeSyntax(text, tree, services_of(tree))


def _unless_refused(before: Occurrence, after: Occurrence) -> Occurrence:
    """Keep what the place itself said against a pin."""
    return attrs.evolve(after, pin=before.pin) if isinstance(before.pin, NoPin) else after


def _guarded(build: Build, readers: Readers) -> Build:
    """Mark what else reads the variables an argument comes from: its Dockerfile cannot know."""
    builder = build.builder
    args = {
        name: _unedited(value, readers.read_elsewhere((value,)))
        for name, value in builder.args.items()
    }
    return attrs.evolve(build, builder=attrs.evolve(builder, args=args))


def _unedited(value: TracedText, places: frozenset[Place]) -> TracedText:
    return TracedText(
        tuple(
            attrs.evolve(piece, editable=piece.editable and piece.place not in places)
            for piece in value.pieces
        )
    )

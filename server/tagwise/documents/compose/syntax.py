"""A compose file that has been read once, and what it says under given variables.

Each place where a reference can stand is one function: see `_places`.
Does not know how YAML is written, nor what else lies in the folder.
"""

from collections.abc import Iterable
from functools import cached_property

import attrs

from tagwise.documents.compose.images import image_nodes, service_images
from tagwise.documents.compose.readers import (
    Mention,
    Readers,
    anchor_places,
    mentions,
    passes_dotenv,
)
from tagwise.documents.compose.scope import DOTENV, Scope
from tagwise.documents.compose.services import Service, services_of
from tagwise.documents.model import (
    Inputs,
    Occurrence,
    ParsedDocument,
    Problem,
    Severity,
)
from tagwise.documents.pinning import settle_pins
from tagwise.documents.traced import Place, Span
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
        found = list(self._places(scope))
        occurrences = [occurrence for each in found for occurrence in each.occurrences]
        occurrences.sort(key=lambda each: (each.span.start, each.span.end))
        problems = [*self._refusal(), *(problem for each in found for problem in each.problems)]
        problems.sort(key=lambda each: (each.span.start, each.span.end))
        elsewhere = self._read_elsewhere(occurrences, scope, inputs)
        settled = settle_pins(occurrences, read_elsewhere=elsewhere)
        return ParsedDocument(settled, tuple(dict.fromkeys(problems)))

    def _places(self, scope: Scope) -> Iterable[ParsedDocument]:
        yield from service_images(self.services, scope, self.text)

    def _read_elsewhere(
        self, occurrences: list[Occurrence], scope: Scope, inputs: Inputs
    ) -> frozenset[Place]:
        values = [occurrence.value for occurrence in occurrences]
        nodes = [each.node for each in image_nodes(self.services)]
        shared = anchor_places(values, nodes, self.tree.aliases, scope)
        return shared | self._readers(scope, inputs).read_elsewhere(values)

    def _readers(self, scope: Scope, inputs: Inputs) -> Readers:
        is_used = bool(scope.dotenv.variables)
        found = self._mentions if is_used else ()
        return Readers(scope, inputs, found, is_used and passes_dotenv(self.services))

    @cached_property
    def _mentions(self) -> tuple[Mention, ...]:
        return mentions(self.text)

    def _refusal(self) -> Iterable[Problem]:
        if self.tree.refusal is not None:
            yield Problem("not-read", self.tree.refusal, Span(0, 0), Severity.INFORMATION)


def parse(text: str, *, loader: Loader = FASTEST) -> ComposeSyntax:
    """Read a compose file, of any version, broken or not."""
    tree = parse_yaml(text, loader=loader)
    return ComposeSyntax(text, tree, services_of(tree))

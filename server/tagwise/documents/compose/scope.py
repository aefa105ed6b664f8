"""What compose's variables are, and what a scalar says once they are put in.

The process environment wins over the `.env` file beside the compose file.
Does not know what the scalars are for.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from tagwise.documents.dotenv import DotEnv
from tagwise.documents.dotenv import parse as parse_dotenv
from tagwise.documents.interpolation import Interpolated, interpolate
from tagwise.documents.model import Inputs
from tagwise.documents.traced import Place, TracedText, Use
from tagwise.documents.yaml_tree import AliasNode, Node, ScalarNode, resolved

DOTENV: Final = ".env"


@attrs.frozen
class Scope:
    """The variables of a compose file named `document`."""

    document: str
    environment: Mapping[str, str]
    dotenv: DotEnv

    @classmethod
    def of(cls, inputs: Inputs) -> "Scope":
        source = inputs.files.get(DOTENV)
        dotenv = DotEnv()
        if source is not None:
            dotenv = parse_dotenv(source.text, source.document, inputs.environment)
        return cls(inputs.document, inputs.environment, dotenv)

    def variable(self, name: str) -> TracedText | None:
        if name in self.environment:
            return TracedText.unplaced(self.environment[name])
        return self.dotenv.variables.get(name)

    def interpolated(self, node: ScalarNode) -> Interpolated:
        return interpolate(node.traced(self.document), self.variable)

    def text(self, node: Node | None) -> TracedText | None:
        """Return what a node says, None if it says nothing or nothing that can be known."""
        content = None if node is None else resolved(node)
        if not isinstance(content, ScalarNode) or content.is_null:
            return None
        interpolated = self.interpolated(content)
        return None if interpolated.faults else self.seen_from(node, interpolated.value)

    def seen_from(self, node: Node | None, value: TracedText) -> TracedText:
        """Return the value of a node's content as the node gives it: through an alias, if it is."""
        if not isinstance(node, AliasNode):
            return value
        place = Place(self.document, node.span)
        return value.used(Use(f"*{node.name}", place, appendable=False))

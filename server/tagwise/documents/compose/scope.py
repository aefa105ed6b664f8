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
from tagwise.documents.traced import Piece, Place, Span, TracedText, Use
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

    def shown_at(self, value: TracedText, start: int, end: int) -> Span | None:
        """Return where the document shows `value[start:end]`: itself, or where it is used."""
        spans = [
            shown.span
            for piece in value.between(start, end).pieces
            if (shown := self._shown(piece)) is not None
        ]
        if not spans:
            return None
        return Span(min(span.start for span in spans), max(span.end for span in spans))

    def _shown(self, piece: Piece) -> Place | None:
        places = (piece.place, *(use.place for use in piece.via))
        return next((each for each in places if each and each.document == self.document), None)

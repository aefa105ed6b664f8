"""A text of no format of ours: it says nothing by itself."""

import attrs

from tagwise.documents.model import Inputs, ParsedDocument


@attrs.frozen
class NoSyntax:
    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def evaluate(self, inputs: Inputs) -> ParsedDocument:  # noqa: ARG002 - it says nothing
        return ParsedDocument()


def parse(_: str) -> NoSyntax:
    return NoSyntax()

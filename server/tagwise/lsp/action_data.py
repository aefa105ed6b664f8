"""What travels between a code action and its resolve request, or its command.

The server keeps no state between the two: the data names the document, its version and the place.
Does not know what the actions do.
"""

import attrs
from cattrs import structure, unstructure
from cattrs.errors import BaseValidationError

from tagwise.documents.model import Occurrence
from tagwise.documents.traced import Span
from tagwise.ide.actions.offer import Verb
from tagwise.session.workspace import ReadDocument


@attrs.frozen
class ActionData:
    """`start` and `end` are the occurrence's span; without them, all occurrences are meant.

    `variant` is the occurrence's own: builders may make different images of one span.
    `automatic`: an editor asked by itself, such as on save.
    """

    uri: str
    version: int | None
    verb: Verb
    start: int | None = None
    end: int | None = None
    variant: str | None = None
    automatic: bool = False

    def selects(self, occurrence: Occurrence) -> bool:
        if self.start is None or self.end is None:
            return True
        here = occurrence.span == Span(self.start, self.end)
        return here and occurrence.variant == self.variant

    def selected(self, read: ReadDocument) -> tuple[Occurrence, ...]:
        return tuple(each for each in read.parsed.occurrences if self.selects(each))


def to_wire(data: ActionData) -> dict[str, object]:
    wire: dict[str, object] = unstructure(data)
    return wire


def from_wire(raw: object) -> ActionData | None:
    """Return the data, or None where a client sends something else."""
    try:
        return structure(raw, ActionData)
    except (BaseValidationError, TypeError, ValueError):
        return None

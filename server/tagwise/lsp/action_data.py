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
from tagwise.ide.occurrence_ids import find_occurrence
from tagwise.session.workspace import ReadDocument


@attrs.frozen
class ActionData:
    """`start` and `end` are the occurrence's span, `occurrence` is its id; without either, all
    occurrences are meant.

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
    occurrence: str | None = None

    @property
    def is_on_all(self) -> bool:
        return self.start is None and self.occurrence is None

    def selects(self, occurrence: Occurrence) -> bool:
        if self.start is None or self.end is None:
            return True
        here = occurrence.span == Span(self.start, self.end)
        return here and occurrence.variant == self.variant

    def selected(self, read: ReadDocument) -> tuple[Occurrence, ...]:
        if self.occurrence is not None:
            found = find_occurrence(read.parsed.occurrences, self.occurrence)
            return (found,) if found is not None else ()
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

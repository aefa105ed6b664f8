"""What travels between a code action and its resolve request, or its command.

The server keeps no state between the two: the data names the document, its version and the place.
Does not know what the actions do.
"""

import attrs
from cattrs import structure, unstructure
from cattrs.errors import BaseValidationError
from lsprotocol import types

from tagwise.ide.actions.offer import Verb


@attrs.frozen
class ActionData:
    """An image as in an `ImageTarget`: with neither `occurrence` nor `position`, all are meant.

    `tag` is the one to go to, where that is what the action does.  `automatic`: an editor asked by
    itself, such as on save.
    """

    uri: str
    verb: Verb
    version: int | None = None
    occurrence: str | None = None
    position: types.Position | None = None
    automatic: bool = False
    tag: str | None = None

    @property
    def is_on_all(self) -> bool:
        return self.occurrence is None and self.position is None


def to_wire(data: ActionData) -> dict[str, object]:
    wire: dict[str, object] = unstructure(data)
    return wire


def from_wire(raw: object) -> ActionData | None:
    """Return the data, or None where a client sends something else."""
    try:
        return structure(raw, ActionData)
    except (BaseValidationError, TypeError, ValueError):
        return None

"""What a code action is before an editor asks for its edit.

Does not know the protocol, nor how digests are found out.
"""

from enum import Enum

import attrs

from tagwise.documents.model import Occurrence


class Verb(Enum):
    """What an action does to a reference.  The values are part of the protocol's `data`."""

    PIN = "pin"
    UPDATE = "update"
    UNPIN = "unpin"
    RETAG = "retag"


@attrs.frozen
class Offer:
    """An action on one occurrence, by what a person reads in the menu.

    `tag` is the one to go to, None for the newest there turns out to be.
    """

    verb: Verb
    title: str
    occurrence: Occurrence
    preferred: bool = False
    tag: str | None = None

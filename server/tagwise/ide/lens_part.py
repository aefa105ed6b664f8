"""The parts of a code lens.  Does not know what they say, nor when they stand there."""

from enum import Enum
from typing import Final


class LensPart(Enum):
    """A lens of its own: an editor puts those of one line beside each other."""

    FACTS = "facts"
    PIN = "pin"
    UPDATE = "update"
    NEWER = "newer"
    PULL = "pull"


TITLES: Final = {LensPart.PIN: "Pin", LensPart.UPDATE: "Update pin", LensPart.PULL: "Pull"}

"""A rich client's own commands, which links in cards and code lenses may name.

One that says `commandLinks` has all of them; each takes ONE argument, an `ImageTarget` as JSON.  None
of them pulls or removes anything without asking.  Does not know what the client does.
"""

from enum import Enum
from typing import Final


class ClientCommand(Enum):
    PIN_IMAGE = "tagwise.pinImage"
    PULL_IMAGE = "tagwise.pullImage"
    COPY_DIGEST = "tagwise.copyDigest"
    SHOW_LAYERS = "tagwise.showLayers"


TITLES: Final = {
    ClientCommand.PIN_IMAGE: "Pin",
    ClientCommand.PULL_IMAGE: "Pull…",
    ClientCommand.COPY_DIGEST: "Copy digest",
    ClientCommand.SHOW_LAYERS: "Layers",
}

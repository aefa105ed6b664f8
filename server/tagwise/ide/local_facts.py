"""What a feature is told of an image on this machine, as an engine knows it.

Not knowing is a value: None, where no engine has answered.  Does not know how an engine is asked.
"""

from datetime import datetime
from enum import Enum

import attrs

from tagwise.ide.facts import Answer, Resolved
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference


@attrs.frozen
class LocalImage:
    """An image here: `size` is bytes on the disk, `containers` the names of those that use it.

    `names` and `digests` (of the reference's repository) are as the engine has them.  `platforms`
    are empty, and `pulled`, when its name came here, None, until the engine has been asked more.
    """

    id: str
    names: tuple[str, ...]
    size: int
    digests: tuple[str, ...] = ()
    platforms: tuple[Platform, ...] = ()
    pulled: datetime | None = None
    containers: tuple[str, ...] = ()


@attrs.frozen
class LocalState:
    """What `engine` has of a reference: `image` is None where it is not here.

    `tagged` is what the tag of a pinned reference names here, where that is another image.
    """

    engine: str
    image: LocalImage | None = None
    tagged: LocalImage | None = None


class Standing(Enum):
    """How a local image stands to what its registry has under the same name."""

    UNKNOWN = "unknown"
    CURRENT = "current"
    SAME_IMAGE = "same-image"
    BEHIND = "behind"


def standing(reference: ImageReference, image: LocalImage, answer: Answer | None) -> Standing:
    """Tell whether the tag of `reference` has moved since `image` was pulled.

    `SAME_IMAGE`: the index has moved, this platform's image has not.  A digest never moves, and
    an image that no registry has (one built here) is not behind any.
    """
    if reference.digest is not None:
        return Standing.CURRENT
    if not isinstance(answer, Resolved) or not image.digests:
        return Standing.UNKNOWN
    facts = answer.facts
    if str(facts.digest) in image.digests:
        return Standing.CURRENT
    shown = facts.chosen
    if shown is None:
        return Standing.UNKNOWN if not facts.is_fetched else Standing.BEHIND
    if image.platforms and shown.platform not in image.platforms:
        return Standing.UNKNOWN
    if str(shown.digest) in image.digests or str(shown.image_id) == image.id:
        return Standing.SAME_IMAGE
    return Standing.BEHIND

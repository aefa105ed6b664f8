"""What engines call images: names with a tag or a digest, and ids, whole or their beginnings.

Does not know which images there are.
"""

import re
from typing import Final

from tagwise.oci.reference import ImageReference

_ID: Final = re.compile(r"(?:sha256:)?[0-9a-f]{1,64}")
_SHORT: Final = 12


def is_id(text: str) -> bool:
    """Whether `text` may be an id; a short one may be a name as well: engines know."""
    return _ID.fullmatch(text) is not None


def short_id(identity: str) -> str:
    return identity.rpartition(":")[2][:_SHORT]


def engine_name(reference: ImageReference) -> str:
    """Return what an engine finds an image by: Podman takes no tag beside a digest."""
    if reference.digest is not None:
        return f"{reference.familiar_name}@{reference.digest}"
    return f"{reference.familiar_name}:{reference.followed_tag}"

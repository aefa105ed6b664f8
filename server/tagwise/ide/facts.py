"""What a feature is told of an image: what is known, or why it is not.

Not knowing is a value (ARCHITECTURE.md, invariant 5).  Does not know where facts come from.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum

import attrs

from tagwise.oci.digest import Digest
from tagwise.oci.image_config import ImageConfig
from tagwise.oci.manifest import NOTHING
from tagwise.oci.media_types import ArtifactKind
from tagwise.oci.platform import Platform
from tagwise.oci.trust import TrustSigns


class Ignorance(Enum):
    """Why nothing is known of an image."""

    NOT_FOUND = "not-found"
    UNAUTHORIZED = "unauthorized"
    RATE_LIMITED = "rate-limited"
    UNREACHABLE = "unreachable"
    NO_IMAGE = "no-image"
    PROTOCOL = "protocol"
    STILL_ASKING = "still-asking"
    NOT_ASKED = "not-asked"


@attrs.frozen
class Unresolved:
    """Nothing is known, for `reason`; `message` is a sentence for a person."""

    reason: Ignorance
    message: str


@attrs.frozen
class PlatformFacts:
    """One platform's image; `size` (compressed bytes) and `layers` are None until fetched.

    `is_missing`: the registry lists it and does not have all of it.  `image_id` is the digest of its
    configuration, which is what engines call an image by.  `layer_sizes` are compressed, the lowest
    first.
    """

    platform: Platform | None
    digest: Digest
    size: int | None = None
    layers: int | None = None
    is_missing: bool = False
    image_id: Digest | None = None
    layer_sizes: tuple[int, ...] = ()


@attrs.frozen
class ImageFacts:
    """What a reference's digest leads to.

    `chosen` is the image for `wanted`, None where there is none; `platforms` holds every image,
    the chosen one first.  `annotations` are those on the way to it.  `signs` are None where nobody
    has looked for them.  `learned` is when the registry said so, aware.  `from_store`: nobody was
    asked now.  `is_fetched`: more than the digest is known.
    """

    digest: Digest
    media_type: str
    learned: datetime
    from_store: bool
    wanted: Platform
    asked_for: bool
    is_index: bool
    platforms: tuple[PlatformFacts, ...]
    chosen: PlatformFacts | None
    attestations: int
    is_fetched: bool = True
    kind: ArtifactKind = ArtifactKind.IMAGE
    config: ImageConfig | None = None
    annotations: Mapping[str, str] = attrs.field(default=NOTHING, hash=False)
    signs: TrustSigns | None = None


@attrs.frozen
class PullsLeft:
    """How many pulls a registry still grants of `limit` in each `window`."""

    remaining: int
    limit: int
    window: timedelta | None


@attrs.frozen
class Resolved:
    """`tag_digest`: what the tag of a pinned reference names today, where that is known.

    `pulls`: what is left of the registry's quota, where it has said so of late.
    """

    facts: ImageFacts
    tag_digest: Digest | None = None
    pulls: PullsLeft | None = None


Answer = Resolved | Unresolved

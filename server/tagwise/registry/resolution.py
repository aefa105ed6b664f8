"""What a reference was resolved to: plain values.

Does not know how they were learned.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

import attrs

from tagwise.oci import media_types
from tagwise.oci.digest import Digest
from tagwise.oci.image_config import ImageConfig
from tagwise.oci.manifest import Descriptor, ImageIndex, ImageManifest
from tagwise.oci.media_types import ArtifactKind
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference


class Source(Enum):
    """Where an answer comes from: a registry, asked now, or the disk."""

    REGISTRY = "registry"
    STORE = "store"


@attrs.frozen
class TagAnswer:
    """What a tag stands for, as of `learned` (aware, UTC)."""

    digest: Digest
    media_type: str
    learned: datetime
    source: Source

    @property
    def is_index(self) -> bool:
        return media_types.essence(self.media_type) in media_types.INDEXES


@attrs.frozen
class PlatformImage:
    """One platform's image; what only its manifest tells is None where that was not fetched.

    `is_missing` where the registry lists it and does not have it, or not its configuration.
    """

    platform: Platform
    descriptor: Descriptor
    manifest: ImageManifest | None
    is_missing: bool = False

    @property
    def size(self) -> int | None:
        """The bytes of all layers as they are transferred, compressed."""
        return self.manifest.size if self.manifest else None

    @property
    def layers(self) -> tuple[Descriptor, ...] | None:
        return self.manifest.layers if self.manifest else None


@attrs.frozen
class Description:
    """What stands behind a digest.

    `images` begins with the one `chosen`, which is None where nothing answers the platform asked
    for.  `config` is that of the chosen image, or of the only one there is.
    """

    images: tuple[PlatformImage, ...] = ()
    chosen: PlatformImage | None = None
    config: ImageConfig | None = None
    attestations: int = 0


@attrs.frozen
class Resolution:
    """A reference, and all that is known of it.

    `learned` is when its tag was last seen to have `digest` (for a reference with a digest: now).
    From the disk it may be partial: without index and images where only the digest is known.
    """

    reference: ImageReference
    digest: Digest
    media_type: str
    learned: datetime
    source: Source
    index: ImageIndex | None
    images: tuple[PlatformImage, ...]
    chosen: PlatformImage | None
    config: ImageConfig | None
    attestations: int

    @property
    def is_index(self) -> bool:
        return media_types.essence(self.media_type) in media_types.INDEXES

    @property
    def annotations(self) -> Mapping[str, str]:
        """Those on the way to the chosen image: what stands nearer to it counts."""
        manifest = self.chosen.manifest if self.chosen else None
        return {
            **(self.index.annotations if self.index else {}),
            **(self.chosen.descriptor.annotations if self.chosen else {}),
            **(manifest.annotations if manifest else {}),
        }

    @property
    def kind(self) -> ArtifactKind:
        """What it is; an index is taken for what its chosen or first known image is."""
        known = (each.manifest.kind for each in self.images if each.manifest)
        return next(known, ArtifactKind.IMAGE)

"""An image manifest, an image index, and the descriptors they are made of.

The words are the OCI image-spec's (descriptor.md, manifest.md, image-index.md); Docker's manifest
list is an index, its schema 2 manifest a manifest.  Does not know JSON (`codec.py`), nor where the
content a descriptor points at can be had.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import attrs

from tagwise.oci import media_types
from tagwise.oci.digest import Digest
from tagwise.oci.media_types import ArtifactKind
from tagwise.oci.platform import Platform

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_REFERENCE_TYPE: Final = "vnd.docker.reference.type"


@attrs.frozen
class Descriptor:
    """Content elsewhere: what it is, its digest and its size in bytes."""

    media_type: str
    digest: Digest
    size: int
    platform: Platform | None = None
    annotations: Mapping[str, str] = attrs.field(default=NOTHING, hash=False)
    artifact_type: str = ""

    @property
    def is_index(self) -> bool:
        return media_types.essence(self.media_type) in media_types.INDEXES

    @property
    def is_attestation(self) -> bool:
        """Whether BuildKit put it there about another image (docs/attestations, "Storage")."""
        return _REFERENCE_TYPE in self.annotations


@attrs.frozen
class ImageManifest:
    """One image, or an artifact that is packed like one: `kind` says which."""

    media_type: str
    config: Descriptor
    layers: tuple[Descriptor, ...]
    annotations: Mapping[str, str] = attrs.field(default=NOTHING, hash=False)
    artifact_type: str = ""

    @property
    def kind(self) -> ArtifactKind:
        return media_types.artifact_kind(
            artifact_type=self.artifact_type,
            config=self.config.media_type,
            layers=tuple(layer.media_type for layer in self.layers),
        )

    @property
    def size(self) -> int:
        """The bytes of all layers as they are transferred, compressed."""
        return sum(layer.size for layer in self.layers)


@attrs.frozen
class ImageIndex:
    """A list of manifests, usually one for each platform, in the order of preference."""

    media_type: str
    manifests: tuple[Descriptor, ...]
    annotations: Mapping[str, str] = attrs.field(default=NOTHING, hash=False)

    @property
    def images(self) -> tuple[Descriptor, ...]:
        """The entries that can be run, one for each platform, nested indexes among them.

        Of twins (one platform compressed with gzip and with zstd) the first one stands here.
        """
        return without_twins(each for each in self.manifests if not each.is_attestation)

    @property
    def attestations(self) -> tuple[Descriptor, ...]:
        return tuple(each for each in self.manifests if each.is_attestation)


def without_twins(descriptors: Iterable[Descriptor]) -> tuple[Descriptor, ...]:
    """Keep the first entry of each platform, and every one that names none."""
    seen = set[Platform]()
    kept: list[Descriptor] = []
    for descriptor in descriptors:
        platform = descriptor.platform and descriptor.platform.normalized()
        if platform is None or platform.is_unknown or platform not in seen:
            kept.append(descriptor)
        if platform is not None:
            seen.add(platform)
    return tuple(kept)

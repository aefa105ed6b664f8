"""From a manifest or index to the image of a platform: index -> manifest -> configuration.

A conversation without a network: `describe` yields what it wants to read next and is sent what was
found, None where nothing is known.  One driver asks registries, another only the disk; the steps
are the same.  Does not know where documents come from.
"""

from collections.abc import Generator, Iterable
from typing import Final, TypeAlias, TypeVar

import attrs

from tagwise.oci.image_config import ImageConfig
from tagwise.oci.manifest import Descriptor, ImageIndex, ImageManifest, without_twins
from tagwise.oci.media_types import ArtifactKind
from tagwise.oci.platform import Platform, best_match
from tagwise.registry.resolution import Description, PlatformImage

NESTED_LEVELS: Final = 3
NESTED_INDEXES: Final = 16
UNNAMED_PLATFORMS: Final = 16
EVERY_PLATFORM: Final = 128
_UNKNOWN: Final = Platform("unknown", "unknown")


@attrs.frozen
class WantedManifest:
    """The manifest or index that `descriptor` points at."""

    descriptor: Descriptor


@attrs.frozen
class WantedConfig:
    """The configuration that `descriptor` points at."""

    descriptor: Descriptor


@attrs.frozen
class Gone:
    """The registry points at it, and says that it is not there."""


Wanted: TypeAlias = WantedManifest | WantedConfig
Found: TypeAlias = ImageIndex | ImageManifest | ImageConfig | Gone | None

_T = TypeVar("_T")
Conversation: TypeAlias = Generator[tuple[Wanted, ...], tuple[Found, ...], _T]


def describe(
    root: Descriptor, document: ImageIndex | ImageManifest, *, wanted: Platform, every: bool = False
) -> Conversation[Description]:
    """Find the image for `wanted` in what `root` points at; with `every` read all manifests."""
    if isinstance(document, ImageManifest):
        return (yield from _describe_single(root, document, wanted))
    images, attestations = yield from _images_of(document)
    if every:
        images = yield from _with_manifests(images)
    position = _choice(images, wanted)
    if position is None:
        return Description(images=images, attestations=attestations)
    (chosen,) = yield from _with_manifests(images[position : position + 1])
    config = yield from _config_of(chosen.manifest)
    if isinstance(config, Gone):
        chosen, config = attrs.evolve(chosen, is_missing=True), None
    return Description(
        images=(chosen, *images[:position], *images[position + 1 :]),
        chosen=chosen,
        config=config,
        attestations=attestations,
    )


def choose(document: ImageIndex, *, wanted: Platform) -> Conversation[Descriptor | None]:
    """Find the manifest for `wanted` without reading it."""
    images, _ = yield from _images_of(document)
    position = _choice(images, wanted)
    return None if position is None else images[position].descriptor


def _describe_single(
    root: Descriptor, manifest: ImageManifest, wanted: Platform
) -> Conversation[Description]:
    config = yield from _config_of(manifest)
    is_missing = isinstance(config, Gone)
    config = config if isinstance(config, ImageConfig) else None
    image = PlatformImage(_platform_of(config), root, manifest, is_missing=is_missing)
    runs = image.platform.is_unknown or _choice((image,), wanted) is not None
    return Description(images=(image,), chosen=image if runs else None, config=config)


def _choice(images: tuple[PlatformImage, ...], wanted: Platform) -> int | None:
    """Return where the best image for `wanted` stands; Windows where there is nothing else."""
    platforms = tuple(image.platform for image in images)
    position = best_match(platforms, wanted)
    named = [platform for platform in platforms if not platform.is_unknown]
    if position is None and all(platform.os == "windows" for platform in named):
        return best_match(platforms, Platform("windows", wanted.architecture))
    return position


def _images_of(index: ImageIndex) -> Conversation[tuple[tuple[PlatformImage, ...], int]]:
    """List the images of an index and of those nested in it, and count the attestations.

    A nested index that is gone stands for the images it held.
    """
    entries, attestations = yield from _entries_of(index)
    named = {each: PlatformImage(each.platform, each, None) for each in entries if each.platform}
    named |= {each: _lost(each) for each in entries if each.is_index}
    unnamed = [each for each in entries if each not in named]
    named |= yield from _read_platforms(unnamed[:UNNAMED_PLATFORMS])
    return tuple(named[each] for each in entries if each in named), attestations


def _entries_of(index: ImageIndex) -> Conversation[tuple[tuple[Descriptor, ...], int]]:
    """Replace nested indexes by what they list; those that are left over are gone."""
    entries, attestations = list(index.images), len(index.attestations)
    gone = set[Descriptor]()
    budget = NESTED_INDEXES
    for _ in range(NESTED_LEVELS):
        nested = [each for each in entries if each.is_index and each not in gone][:budget]
        if not nested:
            break
        budget -= len(nested)
        found = yield from _manifests(nested)
        for descriptor, document in zip(nested, found, strict=True):
            if isinstance(document, Gone):
                gone.add(descriptor)
                continue
            position = entries.index(descriptor)
            inner = document if isinstance(document, ImageIndex) else None
            entries[position : position + 1] = inner.images if inner else ()
            attestations += len(inner.attestations) if inner else 0
    kept = without_twins(each for each in entries if not each.is_index or each in gone)
    return kept, attestations


def _read_platforms(
    unnamed: list[Descriptor],
) -> Conversation[dict[Descriptor, PlatformImage]]:
    """Read from their configurations the platforms that the index does not name."""
    found = yield from _manifests(unnamed)
    images: dict[Descriptor, PlatformImage] = {}
    for descriptor, manifest in zip(unnamed, found, strict=True):
        if isinstance(manifest, Gone):
            images[descriptor] = _lost(descriptor)
        if isinstance(manifest, ImageManifest) and manifest.kind is ArtifactKind.IMAGE:
            config = yield from _config_of(manifest)
            platform = _platform_of(config)
            is_missing = isinstance(config, Gone)
            images[descriptor] = PlatformImage(platform, descriptor, manifest, is_missing)
    return images


def _with_manifests(images: tuple[PlatformImage, ...]) -> Conversation[tuple[PlatformImage, ...]]:
    """Read the manifests that have not been read, up to a limit."""
    left = (each.descriptor for each in images if each.manifest is None and not each.is_missing)
    unread = tuple(left)[:EVERY_PLATFORM]
    found = dict(zip(unread, (yield from _manifests(unread)), strict=True))
    return tuple(_with_manifest(each, found.get(each.descriptor)) for each in images)


def _with_manifest(image: PlatformImage, found: Found) -> PlatformImage:
    match found:
        case ImageManifest():
            return attrs.evolve(image, manifest=found)
        case Gone():
            return attrs.evolve(image, is_missing=True)
        case _:
            return image


def _lost(descriptor: Descriptor) -> PlatformImage:
    return PlatformImage(descriptor.platform or _UNKNOWN, descriptor, None, is_missing=True)


def _manifests(
    descriptors: Iterable[Descriptor],
) -> Conversation[tuple[Found, ...]]:
    wanted = tuple(WantedManifest(each) for each in descriptors)
    return (yield wanted) if wanted else ()


def _config_of(manifest: ImageManifest | None) -> Conversation[ImageConfig | Gone | None]:
    """Read an image's configuration; an artifact has none of this kind."""
    if manifest is None or manifest.kind is not ArtifactKind.IMAGE:
        return None
    (found,) = yield (WantedConfig(manifest.config),)
    return found if isinstance(found, ImageConfig | Gone) else None


def _platform_of(config: ImageConfig | Gone | None) -> Platform:
    platform = config.platform if isinstance(config, ImageConfig) else None
    return platform or _UNKNOWN

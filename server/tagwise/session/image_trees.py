"""Local images with what is in them: their platforms, and the layers of each that is here.

Does not know how a tree is drawn, nor any registry.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

import attrs

from tagwise.engine.client import EngineClient
from tagwise.engine.models import ImageSummary
from tagwise.errors import EngineError, EngineUnreachable
from tagwise.oci.platform import Platform
from tagwise.session.layer_list import Layer, local_layers

_AT_ONCE: Final = 8


@attrs.frozen
class LocalPlatform:
    """One platform of an image; `layers` are the newest first, and none where they cannot be told.

    `digest` is the manifest's where the engine keeps several of an image, else the image's id.
    """

    platform: Platform
    digest: str
    is_here: bool
    size: int
    layers: tuple[Layer, ...] = ()


@attrs.frozen
class ImageTree:
    image: ImageSummary
    platforms: tuple[LocalPlatform, ...]


async def image_trees(
    engine: EngineClient, images: Iterable[ImageSummary]
) -> tuple[ImageTree, ...]:
    """Ask the engine for what is in each image; one that is gone meanwhile has no platforms."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def tree(image: ImageSummary) -> ImageTree:
        async with turns:
            try:
                return ImageTree(image, await _platforms(engine, image))
            except EngineUnreachable:
                raise
            except EngineError:
                return ImageTree(image, ())

    return tuple(await asyncio.gather(*map(tree, images)))


async def _platforms(engine: EngineClient, image: ImageSummary) -> tuple[LocalPlatform, ...]:
    several = [each for each in image.manifests if each.platform is not None]
    if not several:
        return (await _only(engine, image),)
    can_choose = await engine.has_platforms()
    found: list[LocalPlatform] = []
    for manifest in several:
        platform = manifest.platform
        if platform is None:
            continue
        layers: tuple[Layer, ...] = ()
        if manifest.available and (can_choose or len(several) == 1):
            layers = await _layers(engine, image.id, platform if can_choose else None)
        size = manifest.size
        found.append(LocalPlatform(platform, manifest.digest, manifest.available, size, layers))
    return tuple(found)


async def _only(engine: EngineClient, image: ImageSummary) -> LocalPlatform:
    details = await engine.inspect(image.id)
    layers = await _layers(engine, image.id, None)
    return LocalPlatform(details.platform, image.id, is_here=True, size=image.size, layers=layers)


async def _layers(engine: EngineClient, name: str, platform: Platform | None) -> tuple[Layer, ...]:
    details = await engine.inspect(name, platform=platform)
    steps = await engine.history(name, platform=platform)
    return tuple(each for each in local_layers(details, steps, ()).layers if each.digest)

"""Asks for the layers of an image: the engine for one that is here, else its registry, without pulling.

Does not know how the layers are shown.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

from tagwise.engine.client import EngineClient
from tagwise.engine.models import ImageDetails
from tagwise.errors import NoSuchImage
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.resolver import Resolver
from tagwise.session.layer_list import LayerList, local_layers, remote_layers

_AT_ONCE: Final = 8


async def layers_here(engine: EngineClient, name: str) -> LayerList:
    """Return the layers of a local image, and which other local images share them.

    :raises NoSuchImage: if the engine does not have it.
    """
    details = await engine.inspect(name)
    steps = await engine.history(name)
    return local_layers(details, steps, await images_here(engine))


async def images_here(engine: EngineClient) -> tuple[ImageDetails, ...]:
    """Inspect every local image."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def inspected(other: str) -> ImageDetails | None:
        async with turns:
            try:
                return await engine.inspect(other)
            except NoSuchImage:  # Somebody has removed it since.
                return None

    found = await asyncio.gather(*(inspected(each.id) for each in await engine.images()))
    return tuple(each for each in found if each is not None)


async def layers_in_registry(
    resolver: Resolver,
    reference: ImageReference,
    platform: Platform,
    *,
    local: Iterable[ImageDetails] = (),
) -> LayerList:
    """:raises RegistryError: if there is no such image, or none for the platform."""
    resolution = await resolver.resolve(reference, platform=platform)
    if resolution.chosen is None:
        # Says which platforms there are instead.
        await resolver.platform_digest(reference, platform)
    return remote_layers(resolution, local)

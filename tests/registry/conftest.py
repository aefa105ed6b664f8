"""What every test of the client has."""

from collections.abc import AsyncGenerator

import pytest

from support.real_parts import two_platform_image
from support.registry_world import World
from tagwise.demo.images import BuiltImage


@pytest.fixture
async def world(tmp_path) -> AsyncGenerator[World, None]:
    world = World(tmp_path / "cache")
    yield world
    for client in world.clients:
        await client.aclose()


@pytest.fixture
def image() -> BuiltImage:
    return two_platform_image()

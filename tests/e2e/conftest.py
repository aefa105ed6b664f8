"""A registry on loopback that holds one image, and editors on a folder of the test's own."""

from functools import partial

import attrs
import pytest

from support.editor import editor
from support.real_parts import two_platform_image
from support.registries import running_registry
from tagwise.demo.catalogue import store_image
from tagwise.demo.images import BuiltImage


@attrs.define
class World:
    """`name` is the image's, with its host and without its tag `1.0`."""

    registry: object
    host: str
    image: BuiltImage

    @property
    def name(self):
        return f"{self.host}/demo/app"

    @property
    def digest(self):
        return str(self.image.digest)

    @property
    def asked(self):
        return len(self.registry.requests)

    def push(self, image, *tags):
        store_image(self.registry, "demo/app", image, *tags)


@pytest.fixture
async def world():
    async with running_registry() as running:
        world = World(running.registry, running.host, two_platform_image())
        world.push(world.image, "1.0", "latest")
        yield world


@pytest.fixture
def edit(tmp_path):
    """Start an editor; see `support.editor.editor`."""
    return partial(editor, tmp_path)

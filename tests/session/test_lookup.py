"""What is known of an image: what is asked for it, and what never is."""

import pytest

from support.real_parts import two_platform_image
from support.registry_world import AMD64, World, asked, parse, put
from tagwise.ide.facts import Resolved
from tagwise.oci.trust import Provenance
from tagwise.session.background import BackgroundTasks
from tagwise.session.lookup import Lookup

REFERENCE = parse("r.example/app:1")


@pytest.fixture
async def world(tmp_path):
    world = World(tmp_path / "cache")
    yield world
    for client in world.clients:
        await client.aclose()


@pytest.fixture
async def lookup(world):
    tasks = BackgroundTasks()
    yield Lookup(world.resolver, platform=AMD64, clock=world.clock, tasks=tasks)
    await tasks.aclose()


async def test_a_hover_asks_for_no_signs_and_shows_those_on_disk(world, lookup):
    registry = world.add("r.example")
    put(registry, "app", two_platform_image(), "1")
    cold = await lookup.answer(REFERENCE)
    assert isinstance(cold, Resolved)
    assert cold.facts.signs is None
    assert asked(registry) == ["GET by 1", "GET by digest", "GET blob digest"]

    signed = await lookup.with_signs(REFERENCE, cold.facts)
    assert signed.signs is not None
    assert signed.signs.provenances == (Provenance("", "", ""),)
    asked(registry)

    warm = await lookup.answer(REFERENCE)
    assert isinstance(warm, Resolved)
    assert warm.facts.signs == signed.signs
    assert asked(registry) == []

"""What is known of an image: what is asked for it, and what never is."""

import asyncio
from datetime import timedelta

import pytest

from support.real_parts import two_platform_image
from support.registry_world import AMD64, World, asked, parse, put
from tagwise.demo.http_message import Response
from tagwise.ide.facts import Ignorance, PullsLeft, Resolved, Unresolved
from tagwise.oci.media_types import OCI_INDEX
from tagwise.oci.platform import Platform
from tagwise.oci.trust import Provenance
from tagwise.session.background import BackgroundTasks
from tagwise.session.lookup import Lookup

ARM64 = Platform("linux", "arm64")
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


async def what_runs_behind():
    _, running = await asyncio.wait(
        asyncio.all_tasks() - {asyncio.current_task()}, timeout=5, return_when="ALL_COMPLETED"
    )
    assert not running


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


async def test_a_platform_that_the_settings_name_is_not_this_machines(world):
    put(world.add("r.example"), "app", two_platform_image(), "1")
    tasks = BackgroundTasks()
    set_to = Lookup(world.resolver, platform=AMD64, setting=ARM64, clock=world.clock, tasks=tasks)
    for _ in ("from the registry", "from the disk"):
        answer = await set_to.answer(REFERENCE)
        assert isinstance(answer, Resolved)
        assert (answer.facts.wanted, answer.facts.asked_for) == (ARM64, True)
        assert answer.facts.chosen is not None
        assert answer.facts.chosen.platform == ARM64
    of_a_file = await set_to.facts(REFERENCE, AMD64)
    assert of_a_file.wanted == AMD64
    await tasks.aclose()


async def test_what_is_left_of_the_pulls_is_told_while_it_holds(world, lookup):
    hub = world.hub()
    image = put(hub, "library/app", two_platform_image(), "1")
    stated = {"RateLimit-Limit": "100;w=21600", "RateLimit-Remaining": "97;w=21600"}
    head = {"Content-Type": OCI_INDEX, "Docker-Content-Digest": str(image.digest), **stated}
    hub.interceptor = lambda asks: Response(200, head) if asks.method == "HEAD" else None
    cold = await lookup.answer(parse("app:1"))
    assert isinstance(cold, Resolved)
    assert cold.pulls == PullsLeft(97, 100, timedelta(hours=6))
    world.pass_time(hours=5)
    known = lookup.known(parse("app:1"))
    assert known.pulls == cold.pulls
    world.pass_time(hours=2)
    assert lookup.known(parse("app:1")).pulls is None


async def test_what_is_on_disk_is_shown_at_once_and_refreshed_behind(world, lookup):
    registry = world.add("r.example")
    old = put(registry, "app", two_platform_image(), "1")
    await lookup.answer(REFERENCE)
    world.pass_time(minutes=11)
    gate, asked_again = asyncio.Event(), asyncio.Event()

    async def wait(_):
        asked_again.set()
        await gate.wait()

    registry.interceptor = wait
    shown = await lookup.answer(REFERENCE)
    assert isinstance(shown, Resolved)
    assert (shown.facts.digest, world.now - shown.facts.learned) == (
        old.digest,
        timedelta(minutes=11),
    )
    async with asyncio.timeout(5):
        await asked_again.wait()
    gate.set()
    await what_runs_behind()
    assert lookup.known(REFERENCE).facts.learned == world.now


async def test_nothing_known_is_waited_for_a_moment_and_learned_behind(world, lookup):
    registry = world.add("r.example")
    put(registry, "app", two_platform_image(), "1")
    gate = asyncio.Event()

    async def wait(_):
        await gate.wait()

    registry.interceptor = wait
    unknown = await lookup.answer(REFERENCE, patience=0.01)
    assert unknown == Unresolved(Ignorance.STILL_ASKING, "still asking r.example …")
    gate.set()
    again = await lookup.answer(REFERENCE, patience=5)
    assert isinstance(again, Resolved)
    assert asked(registry).count("GET by 1") == 1


async def test_a_registry_that_is_gone_leaves_what_was_known_until_it_is_back(world, lookup):
    registry = world.add("r.example")
    put(registry, "app", two_platform_image(), "1")
    await lookup.answer(REFERENCE)
    del world.registries["r.example"]
    world.pass_time(days=3)
    for _ in range(3):
        shown = await lookup.answer(REFERENCE)
        assert isinstance(shown, Resolved)
        assert world.now - shown.facts.learned >= timedelta(days=3)
        await what_runs_behind()
    world.registries["r.example"] = registry
    world.pass_time(seconds=31)
    await lookup.answer(REFERENCE)
    await what_runs_behind()
    assert lookup.known(REFERENCE).facts.learned == world.now

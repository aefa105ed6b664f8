"""Which tags are known, who is asked for the others, and how often."""

import asyncio

import pytest

from support.real_parts import two_platform_image
from support.registry_world import World, asked, parse, put
from tagwise.demo.http_message import Response
from tagwise.errors import NameUnknown, RegistryError
from tagwise.session import known_tags
from tagwise.session.background import BackgroundTasks
from tagwise.session.known_tags import KnownTags

REFERENCE = parse("r.example/a/app")
LONG = 30.0


@pytest.fixture
async def world(tmp_path):
    world = World(tmp_path / "cache")
    yield world
    for client in world.clients:
        await client.aclose()


@pytest.fixture
async def tasks():
    tasks = BackgroundTasks()
    yield tasks
    await tasks.aclose()


@pytest.fixture
def registry(world):
    registry = world.add("r.example")
    put(registry, "a/app", two_platform_image(), "1.0", "1.1", "2.0")
    return registry


@pytest.fixture
def known(world, tasks):
    return KnownTags(world.resolver, clock=world.clock, tasks=tasks)


async def test_many_who_ask_make_one_flight(known, registry):
    answers = await asyncio.gather(*(known.soon(REFERENCE, patience=LONG) for _ in range(20)))
    assert {each.catalogue.tags for each in answers} == {("2.0", "1.1", "1.0")}
    assert all(each.settled for each in answers)
    assert asked(registry) == ["GET tags list"]
    await known.soon(REFERENCE, patience=LONG)
    assert asked(registry) == []


async def test_nobody_waits_longer_than_their_patience_and_then_it_is_there(known, registry):
    held = asyncio.Event()

    async def slow(request):
        await held.wait()

    registry.interceptor = slow
    first = await known.soon(REFERENCE, patience=0.01)
    assert first.catalogue is None
    assert not first.settled
    held.set()
    assert (await known.all(REFERENCE)).tags == ("2.0", "1.1", "1.0")
    assert (await known.soon(REFERENCE, patience=0)).settled


async def test_what_is_on_disk_is_answered_and_asked_anew_behind(world, tasks, known, registry):
    await known.all(REFERENCE)
    put(registry, "a/app", two_platform_image(), "3.0")
    world.pass_time(hours=1)
    asked(registry)
    later = KnownTags(world.resolver, clock=world.clock, tasks=tasks)
    answer = await later.soon(REFERENCE, patience=LONG)
    assert answer.catalogue is not None
    assert (await later.all(REFERENCE)).tags[0] == "3.0"


async def test_in_silence_the_disk_is_all_there_is(world, tasks, known, registry):
    await known.all(REFERENCE)
    asked(registry)
    world.pass_time(days=3)
    silent = KnownTags(world.resolver, clock=world.clock, tasks=tasks, silent=True)
    assert (await silent.soon(REFERENCE, patience=LONG)).catalogue.tags == ("2.0", "1.1", "1.0")
    unknown = await silent.soon(parse("r.example/other"), patience=LONG)
    assert unknown == known_tags.Soon(None, settled=True)
    assert await silent.all(parse("r.example/other")) is None
    assert asked(registry) == []


async def test_a_refusal_holds_for_half_a_minute_and_is_told_to_who_waits(world, known, registry):
    missing = parse("r.example/a/none")
    with pytest.raises(NameUnknown):
        await known.all(missing)
    assert asked(registry) == ["GET tags list"]
    assert await known.soon(missing, patience=LONG) == known_tags.Soon(None, settled=True)
    assert asked(registry) == []
    world.pass_time(seconds=31)
    await known.soon(missing, patience=LONG)
    assert asked(registry) == ["GET tags list"]


@pytest.mark.parametrize("status", [429, 500])
async def test_a_refusal_holds_where_an_old_list_is_known_too(
    world, tasks, known, registry, status
):
    await known.all(REFERENCE)
    world.pass_time(hours=1)
    later = KnownTags(world.resolver, clock=world.clock, tasks=tasks)
    registry.interceptor = lambda _: Response(status)
    with pytest.raises(RegistryError):
        await later.all(REFERENCE)
    asked(registry)
    for _ in range(10):
        answer = await later.soon(REFERENCE, patience=LONG)
        assert answer.settled
        assert answer.catalogue.tags == ("2.0", "1.1", "1.0")
        if behind := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(behind)
    assert asked(registry) == []
    world.pass_time(seconds=31)
    registry.interceptor = None
    await later.soon(REFERENCE, patience=LONG)
    assert (await later.all(REFERENCE)).tags[0] == "2.0"
    assert asked(registry) == ["GET tags list"]


async def test_the_first_pages_are_there_before_the_last(known, registry):
    put(registry, "a/app", two_platform_image(), *(f"1.{n}" for n in range(3000)))
    held = asyncio.Event()
    pages = 0

    async def last_page_is_slow(request):
        nonlocal pages
        pages += 1
        if pages > 2:
            await held.wait()

    registry.interceptor = last_page_is_slow
    async with asyncio.timeout(LONG):
        while (answer := await known.soon(REFERENCE, patience=0.01)).catalogue is None:
            pass
    assert not answer.settled
    assert not answer.catalogue.is_complete
    assert 1000 <= len(answer.catalogue) <= 2000
    held.set()
    assert len(await known.all(REFERENCE)) == 3001


async def test_memory_is_bounded_by_all_tags_together(world, tasks, registry, monkeypatch):
    for name in ("b", "c"):
        put(registry, name, two_platform_image(), "1.0", "1.1", "2.0")
    monkeypatch.setattr(known_tags, "MOST_OF_ALL", 7)
    known = KnownTags(world.resolver, clock=world.clock, tasks=tasks)
    first, second, third = REFERENCE, parse("r.example/b"), parse("r.example/c")
    await known.all(first)
    await known.all(second)
    await known.soon(first, patience=0)
    await known.all(third)
    assert known.known(second) is None
    assert known.known(first) is not None
    assert known.known(third) is not None

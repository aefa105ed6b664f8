"""What this machine has, kept true by the engine's events, whatever becomes of the engine."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import attrs
import pytest

from support.engines import Says, fake_engine, new_client, said, socket_path
from support.scripted_engine import ScriptedEngine, container, image
from tagwise.errors import EngineUnreachable
from tagwise.ide.local_facts import LocalImage, LocalState
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.clock import system_clock
from tagwise.session.background import BackgroundTasks
from tagwise.session.session_engine import SessionEngine

PYTHON, ALPINE = "sha256:" + "1" * 64, "sha256:" + "2" * 64
DIGEST, OTHER = "sha256:" + "d" * 64, "sha256:" + "e" * 64
PATIENCE = 20
ARM64 = Platform("linux", "arm64")


@attrs.define
class Watched:
    """A session's engine, and when something new is known through it."""

    engine: SessionEngine
    changed: asyncio.Event

    async def until(self, holds, text="python:3.12"):
        """Wait until what is known of an image is as wanted; give it."""
        async with asyncio.timeout(PATIENCE):
            while not holds(known := self.engine.images.known(ImageReference.parse(text))):
                await self.changed.wait()
                self.changed.clear()
        return known


@asynccontextmanager
async def watched(path):
    tasks, changed = BackgroundTasks(), asyncio.Event()
    engine = SessionEngine(
        lambda: new_client(f"unix://{path}"),
        keychain=lambda: None,
        tasks=tasks,
        changed=changed.set,
        clock=system_clock,
        pause=0.05,
    )
    try:
        yield Watched(engine, changed)
    finally:
        await tasks.aclose()
        await engine.aclose()


@pytest.fixture
def path():
    with socket_path() as path:
        yield path


@asynccontextmanager
async def running(path, has):
    async with fake_engine(has.answers, at=path, decides=has.answer) as fake, watched(path) as here:
        yield here, fake


async def eventually(holds):
    async with asyncio.timeout(PATIENCE):
        while True:
            if holds():
                return
            await asyncio.sleep(0.01)


def is_here(state):
    return state is not None and state.image is not None


def is_absent(state):
    return state is not None and state.image is None


def is_known_well(state):
    return is_here(state) and bool(state.image.platforms)


async def test_nobody_is_asked_before_somebody_wants_to_know(path):
    has = ScriptedEngine()
    has.has()
    async with running(path, has) as (here, fake):
        await asyncio.sleep(0)
        assert fake.asked == []
        assert here.engine.images.known(ImageReference.parse("python")) is None


async def test_everything_that_is_known_of_an_image(path):
    has = ScriptedEngine()
    has.has(
        image(PYTHON, "python:3.12", "app:dev", digests=[f"python@{DIGEST}", f"r.io/x@{OTHER}"]),
        containers=[container("web", PYTHON), container("db", ALPINE)],
    )
    async with running(path, has) as (here, _):
        assert await here.until(is_known_well) == LocalState(
            "Docker",
            LocalImage(
                id=PYTHON,
                names=("python:3.12", "app:dev"),
                size=1000,
                digests=(DIGEST,),
                platforms=(ARM64,),
                pulled=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
                containers=("web",),
            ),
        )


@pytest.mark.parametrize(
    ("text", "found", "tagged"),
    [
        ("docker.io/library/python:3.12", PYTHON, None),
        (f"python@{DIGEST}", PYTHON, None),
        (f"python:3.12@{DIGEST}", PYTHON, None),
        (f"python:3.12@{OTHER}", None, PYTHON),
        (f"python@{OTHER}", None, None),
        ("alpine", ALPINE, None),
        ("ghcr.io/library/python:3.12", None, None),
    ],
)
async def test_names_are_found_however_they_are_spelled(path, text, found, tagged):
    has = ScriptedEngine()
    has.has(
        image(PYTHON, "python:3.12", digests=[f"python@{DIGEST}"]),
        image(ALPINE, "docker.io/library/alpine:latest", "strange::name"),
    )
    async with running(path, has) as (here, _):
        state = await here.until(lambda state: state is not None, text)
        assert (state.image and state.image.id, state.tagged and state.tagged.id) == (found, tagged)


@pytest.mark.parametrize(
    "actor",
    [
        {"ID": "python:3.12", "Attributes": {"name": "python"}},  # Docker
        {"ID": PYTHON, "Attributes": {"name": "docker.io/library/python:3.12"}},  # Podman
    ],
)
async def test_an_engine_that_keeps_no_date_of_a_pull_remembers_it(path, actor):
    has = ScriptedEngine()
    has.has(image(PYTHON, "python:3.12"))
    for name in (PYTHON, "python:3.12"):
        has.answers[f"GET /images/{name}/json"] = said({"Id": PYTHON, "Os": "linux"})
    event = {"Type": "image", "Action": "pull", "Actor": actor, "time": 1_700_000_000}
    has.past = (event, {**event, "time": 1_600_000_000, "Actor": {"ID": "alpine:3"}})
    async with running(path, has) as (here, _):
        state = await here.until(lambda state: is_here(state) and state.image.pulled)
        assert state.image.pulled == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


async def test_what_happens_is_known_without_polling(path):
    has = ScriptedEngine()
    has.has()
    async with running(path, has) as (here, fake):
        await here.until(is_absent)
        has.has(image(PYTHON, "python:3.12"))
        has.tells("pull")
        await here.until(is_known_well)
        has.has(image(PYTHON, "python:3.12"), containers=[container("web", PYTHON)])
        has.tells("create", "container")
        await here.until(lambda state: is_here(state) and state.image.containers)
        has.has()
        has.tells("untag")
        await here.until(is_absent)
        lists = [each for each in fake.asked if "/images/json" in each]
        assert len(lists) <= 4
        for action in ("exec_start: sh", "health_status: healthy", "start"):
            has.tells(action, "container")
        await eventually(has.news.empty)
        await asyncio.sleep(0.5)
        assert [each for each in fake.asked if "/images/json" in each] == lists


async def test_an_engine_that_goes_away_and_comes_back(path):
    has = ScriptedEngine()
    has.has(image(PYTHON, "python:3.12"))
    async with watched(path) as here:
        async with fake_engine(has.answers, at=path, decides=has.answer):
            await here.until(is_here)
        await here.until(lambda state: state is None)
        await eventually(
            lambda: "nothing listens there: start Docker" in here.engine.images.complaint
        )
        again = ScriptedEngine()
        again.has(image(ALPINE, "python:3.12"))
        async with fake_engine(again.answers, at=path, api="1.41", decides=again.answer):
            state = await here.until(is_here)
            assert state.image.id == ALPINE


@pytest.mark.parametrize(
    "broken",
    [Says((b"[" * 200_000,)), Says((b"<html>",)), said({"message": "no"}, status=500)],
    ids=["nested", "no JSON", "refused"],
)
async def test_whatever_is_wrong_with_an_answer_the_engine_is_followed_anew(path, broken):
    has = ScriptedEngine()
    has.has(image(PYTHON, "python:3.12"))
    good, has.answers["GET /images/json"] = has.answers["GET /images/json"], broken
    async with running(path, has) as (here, _):
        here.engine.images.listen()
        await eventually(lambda: here.engine.images.complaint)
        has.answers["GET /images/json"] = good
        await here.until(is_here)
        has.has(image(ALPINE, "python:3.12"))
        has.tells("tag")
        await here.until(lambda state: is_here(state) and state.image.id == ALPINE)


async def test_news_that_cannot_be_listed_at_once_are_listed_later(path):
    has = ScriptedEngine()
    has.has(image(PYTHON, "python:3.12"))
    async with running(path, has) as (here, fake):
        await here.until(is_known_well)
        has.has()
        gone = has.answers["GET /images/json"]
        has.answers["GET /images/json"] = said({"message": "busy"}, status=500)
        before = len(fake.asked)
        has.tells("delete")
        await eventually(lambda: any("/images/json" in each for each in fake.asked[before:]))
        has.answers["GET /images/json"] = gone
        await here.until(is_absent)


@pytest.mark.parametrize("status", [404, 500])
async def test_one_broken_image_keeps_nothing_from_the_others(path, status):
    has = ScriptedEngine()
    has.has(image(ALPINE, "alpine:3"), image(PYTHON, "python:3.12"))
    broken = said({"message": "image is broken"}, status=status)
    has.answers[f"GET /images/{ALPINE}/json"] = broken
    async with running(path, has) as (here, _):
        here.engine.images.known(ImageReference.parse("alpine:3"))
        await here.until(is_here, "alpine:3")
        await here.until(is_known_well)


async def test_what_one_engine_may_do_no_other_does(path):
    addresses = [f"unix://{path}", f"unix://{path}", "unix:///nowhere/engine.sock"]
    engine = SessionEngine(
        lambda: new_client(addresses.pop(0)),
        keychain=lambda: None,
        tasks=BackgroundTasks(),
        changed=lambda: None,
        clock=system_clock,
    )
    first = engine.client()
    engine.renew()
    assert engine.still(first.endpoint) is not first
    engine.renew()
    with pytest.raises(EngineUnreachable, match=r"nothing is done: the engine was .*; try again"):
        engine.still(first.endpoint)
    await engine.aclose()


async def test_an_engine_that_never_answers_holds_nobody(path):
    has = ScriptedEngine()
    has.answers["GET /version"] = Says((), hangs=True)
    async with running(path, has) as (here, fake):
        assert here.engine.images.known(ImageReference.parse("python")) is None
        await eventually(lambda: fake.asked)
        assert here.engine.images.known(ImageReference.parse("python")) is None

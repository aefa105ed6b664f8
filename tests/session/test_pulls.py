"""Pulls that several ask for, and that are asked for again while they end."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from support.engines import fake_engine, new_client
from support.scripted_engine import ScriptedEngine
from tagwise.oci.reference import ImageReference
from tagwise.registry.credentials import AnonymousKeychain
from tagwise.session.background import BackgroundTasks
from tagwise.session.pulls import Pulls

IMAGE = ImageReference.parse("python:3.12")
DIGEST = "sha256:" + "d" * 64


@asynccontextmanager
async def pulling():
    script, tasks = ScriptedEngine(), BackgroundTasks()
    script.pulls()
    async with fake_engine(script.answers) as engine, asyncio.timeout(20):
        client = new_client(engine.address)
        try:
            yield Pulls(lambda: client, AnonymousKeychain, tasks=tasks), script, engine
        finally:
            await tasks.aclose()
            await client.aclose()


def begin(pulls):
    """Ask for a pull; give its task, and what is set when it has come further."""
    moved = asyncio.Event()
    work = pulls.pull(IMAGE, platform=None, report=lambda _: moved.set())
    return asyncio.create_task(work), moved


async def test_a_pull_asked_for_while_the_same_one_is_cancelled_is_a_new_one():
    async with pulling() as (pulls, script, engine):
        first, moved = begin(pulls)
        script.downloads("a", 1)
        await moved.wait()
        first.cancel()
        await asyncio.sleep(0)  # It is being cancelled, and has not ended yet.
        assert not first.done()
        second, _ = begin(pulls)
        await asyncio.wait({first})
        await engine.left.wait()
        assert pulls.are_under_way
        script.ends(DIGEST)
        assert (await second).digest == DIGEST
        with pytest.raises(asyncio.CancelledError):
            await first
        assert sum("/images/create" in each for each in engine.asked) == 2
        assert not pulls.are_under_way


async def test_a_pull_that_two_ask_for_is_one_and_goes_on_for_the_other():
    async with pulling() as (pulls, script, engine):
        first, moved = begin(pulls)
        second, also = begin(pulls)
        script.downloads("a", 1)
        await moved.wait()
        await also.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        script.ends(DIGEST)
        assert (await second).digest == DIGEST
        assert sum("/images/create" in each for each in engine.asked) == 1

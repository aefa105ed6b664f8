"""What a client that shows the server's status is told, and when."""

import asyncio
from itertools import pairwise

from support.engines import fake_engine
from support.scripted_engine import ScriptedEngine
from tagwise.demo.http_message import Response

RICH = {"client": {"commandLinks": True}}


async def test_a_client_that_shows_nothing_is_told_nothing(world, edit):
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        await editor.shown("Dockerfile", "demo")
        await asyncio.sleep(1)
        assert editor.statuses == []


async def test_whom_the_server_asks(edit):
    async with edit(options=RICH) as editor:
        assert (await editor.status(lambda status: "state" in status))["state"] == "ready"
        editor.notify("tagwise/didChangeTrust", {"trusted": False})
        await editor.status(lambda status: status["state"] == "untrusted")
    async with edit(options={"offline": True, **RICH}) as editor:
        assert (await editor.status(lambda status: "state" in status))["state"] == "offline"


async def test_the_pulls_that_are_left(world, edit):
    async def limited(_):
        headers = {"RateLimit-Limit": "100;w=21600", "RateLimit-Remaining": "90;w=21600"}
        return Response(404, headers=headers)

    world.registry.interceptor = limited
    async with edit(options=RICH) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        await editor.shown("Dockerfile", "demo")
        status = await editor.status(lambda status: status["quotas"])
        assert status["quotas"] == [
            {"registry": world.host, "remaining": 90, "limit": 100, "window": 21600}
        ]


async def test_the_same_is_told_once(world, edit):
    async with edit(options=RICH) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\nFROM {world.name}:latest\n")
        for _ in range(3):
            await editor.shown("Dockerfile", "demo")
            await asyncio.sleep(0.5)
        assert editor.statuses  # The first may know of the engine, or not yet.
        for one, other in pairwise(editor.statuses):
            assert one != other


async def test_which_engine_answers(edit):
    script = ScriptedEngine()
    script.has()
    async with fake_engine(script.answers) as engine:
        variables = {"DOCKER_HOST": engine.address}
        async with edit(options={"offline": True, **RICH}, variables=variables) as editor:
            editor.open("Dockerfile", "FROM alpine\n")
            await editor.shown("Dockerfile", "alpine")
            status = await editor.status(lambda status: status["engine"])
            assert status["engine"]["isPresent"]
            assert status["engine"]["name"] in {"Docker", "Podman"}
            assert status["engine"]["complaint"] is None


async def test_why_no_engine_answers(edit, tmp_path):
    variables = {"DOCKER_HOST": f"unix://{tmp_path}/nobody.sock"}
    async with edit(options={"offline": True, **RICH}, variables=variables) as editor:
        editor.open("Dockerfile", "FROM alpine\n")
        await editor.shown("Dockerfile", "alpine")
        status = await editor.status(lambda status: status["engine"])
        assert not status["engine"]["isPresent"]
        assert "nobody.sock" in status["engine"]["complaint"]

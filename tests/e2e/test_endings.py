"""Requests that are taken back, and servers that end, whatever is under way."""

import asyncio

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from support.editor import PATIENCE
from tagwise.demo.http_message import Response

SLACK = 10


@pytest.fixture
def hanging(world):
    """A repository `demo/slow` that is never answered for; the event says that it was asked."""
    asked = asyncio.Event()

    async def hang(request):
        if "slow" in request.path:
            asked.set()
            await asyncio.sleep(60)
            return Response(404)
        return None

    world.registry.interceptor = hang
    return asked


async def test_a_hover_that_is_taken_back_disturbs_no_other(world, edit, hanging):
    async with edit() as editor:
        editor.open("slow/Dockerfile", f"FROM {world.host}/demo/slow:1\n")
        params = editor.hover_params("slow/Dockerfile", "demo")
        send = editor.client.protocol.send_request_async
        first = asyncio.ensure_future(send(types.TEXT_DOCUMENT_HOVER, params, msg_id="first"))
        second = asyncio.ensure_future(send(types.TEXT_DOCUMENT_HOVER, params, msg_id="second"))
        await asyncio.wait_for(hanging.wait(), PATIENCE)
        for unknown in ("first", "never sent", 4711):
            editor.client.cancel_request(types.CancelParams(unknown))
        with pytest.raises(JsonRpcException) as raised:
            await asyncio.wait_for(first, SLACK)
        assert raised.value.code == types.LSPErrorCodes.RequestCancelled.value
        assert "still asking" in (await asyncio.wait_for(second, SLACK)).contents.value

        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        for number in range(20):
            params = editor.hover_params("Dockerfile", "demo")
            taken_back = asyncio.ensure_future(
                send(types.TEXT_DOCUMENT_HOVER, params, msg_id=f"many {number}")
            )
            editor.client.cancel_request(types.CancelParams(f"many {number}"))
            await asyncio.wait({taken_back}, timeout=SLACK)
            assert taken_back.done()
            taken_back.exception()
        assert world.image.digest.short in await editor.shown("Dockerfile", "demo")


async def test_settings_that_change_while_a_registry_is_asked(world, edit, hanging):
    async with edit() as editor:
        editor.open("slow/Dockerfile", f"FROM {world.host}/demo/slow:1\n")
        hover = asyncio.create_task(editor.shown("slow/Dockerfile", "demo"))
        action = await editor.action("Pin", "slow/Dockerfile", "demo", only=["refactor"])
        pin = asyncio.create_task(editor.resolve(action))
        await asyncio.wait_for(hanging.wait(), PATIENCE)
        await asyncio.sleep(0.1)
        params = types.DidChangeConfigurationParams({"platform": "linux/arm64"})
        editor.client.workspace_did_change_configuration(params)
        assert "still asking" in await hover
        with pytest.raises(JsonRpcException, match="settings have changed"):
            await pin
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        assert "**linux/arm64**" in await editor.shown("Dockerfile", "demo")


async def test_the_server_ends_while_registries_are_asked(world, edit, hanging):
    async with edit() as editor:
        editor.open("slow/Dockerfile", f"FROM {world.host}/demo/slow:1\n")
        hover = asyncio.create_task(editor.shown("slow/Dockerfile", "demo"))
        action = await editor.action("Pin", "slow/Dockerfile", "demo", only=["refactor"])
        pin = asyncio.create_task(editor.resolve(action))
        await asyncio.wait_for(hanging.wait(), PATIENCE)
        async with asyncio.timeout(SLACK):
            log = await editor.close()
        assert editor.process.returncode == 0
        assert log == b""
        await asyncio.gather(hover, pin, return_exceptions=True)


async def test_the_server_ends_while_the_editor_thinks_about_an_edit(world, edit):
    async with edit(resolves=False, literals=False) as editor:
        editor.holds = asyncio.Event()
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        command = await editor.action("Pin 1", "Dockerfile", "demo")
        pin = asyncio.create_task(editor.execute(command))
        await asyncio.wait_for(editor.edits.get(), PATIENCE)
        async with asyncio.timeout(SLACK):
            await editor.client.shutdown_async(None)
            await asyncio.gather(pin, return_exceptions=True)
            editor.holds.set()
            editor.client.exit(None)
            await editor.process.wait()
        assert editor.process.returncode == 0
        assert b"Traceback" not in await editor.client.log


async def test_the_server_ends_while_a_command_asks(world, edit, hanging):
    async with edit(resolves=False, literals=False) as editor:
        editor.open("Dockerfile", f"FROM {world.host}/demo/slow:1\n")
        command = await editor.action("Pin 1", "Dockerfile", "demo")
        pin = asyncio.create_task(editor.execute(command))
        await asyncio.wait_for(hanging.wait(), PATIENCE)
        async with asyncio.timeout(SLACK):
            log = await editor.close()
        assert editor.process.returncode == 0
        assert log == b""
        assert not editor.messages
        await asyncio.gather(pin, return_exceptions=True)


async def test_the_server_ends_when_its_editor_is_gone(world, edit, hanging):
    async with edit() as editor:
        editor.open("slow/Dockerfile", f"FROM {world.host}/demo/slow:1\n")
        hover = asyncio.create_task(editor.shown("slow/Dockerfile", "demo"))
        await asyncio.wait_for(hanging.wait(), PATIENCE)
        editor.process.stdin.close()
        async with asyncio.timeout(SLACK):
            await editor.process.wait()
            log = await editor.client.log
        assert b"Traceback" not in log, log.decode()
        await asyncio.gather(hover, return_exceptions=True)


async def test_an_exit_without_a_shutdown_is_a_failure(edit):
    async with edit() as editor:
        editor.client.exit(None)
        async with asyncio.timeout(SLACK):
            await editor.process.wait()
        assert editor.process.returncode == 1

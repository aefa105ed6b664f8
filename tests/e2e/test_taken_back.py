"""Everything an editor can ask for, taken back at once, while registry and engine say nothing."""

import asyncio

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from support.editor import PATIENCE, position
from support.engines import Says, fake_engine
from tagwise.lsp.commands import ARGUMENTS

SLACK = 15
CANCELLED = types.LSPErrorCodes.RequestCancelled.value


@pytest.fixture
async def silent(world):
    """Nothing is answered; the event says that the registry was asked."""
    asked = asyncio.Event()

    async def hang(_):
        asked.set()
        await asyncio.sleep(60)

    world.registry.interceptor = hang
    return asked


def commands(uri, name):
    """Give what each command is sent, so that it has something to ask."""
    target = {"reference": f"{name}:1.0"}
    own = {
        "applyAction": {"uri": uri, "verb": "pin"},
        "listReferences": {"uri": uri},
        "doctor": {"references": [f"{name}:1.0"]},
        "tagImage": {"target": target, "name": "other:1"},
        "composeBuildCommand": {"uri": uri},
    }
    plain = {"clearCache", "pinWorkspace", "updateWorkspace", "pullAll", "listImages", "prune"}
    for command in ARGUMENTS:
        verb = command.rpartition(".")[2]
        yield command, own.get(verb, {} if verb in plain else target)


def requests(editor, uri, text, name):
    """Give every request about a document, with what the server itself would have made of it."""
    here = types.TextDocumentIdentifier(uri)
    at = position(text, text.index("1.0") + 1, editor.encoding)
    there = types.Range(at, at)
    whole = types.Range(types.Position(0, 0), types.Position(9, 0))
    target = {"uri": uri, "position": {"line": at.line, "character": at.character}}
    lens = {"part": "pull", "target": target}
    context = types.CodeActionContext([])
    yield types.TEXT_DOCUMENT_HOVER, types.HoverParams(here, at)
    yield types.TEXT_DOCUMENT_COMPLETION, types.CompletionParams(here, at)
    yield (
        types.COMPLETION_ITEM_RESOLVE,
        types.CompletionItem("1.0", data={"reference": f"{name}:1.0"}),
    )
    yield types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionParams(here, there, context)
    for verb in ("pin", "update", "retag"):
        data = {"uri": uri, "version": 1, "verb": verb, "position": target["position"]}
        yield types.CODE_ACTION_RESOLVE, types.CodeAction("do", data=data)
    yield types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensParams(here)
    yield types.CODE_LENS_RESOLVE, types.CodeLens(there, data=lens)
    yield types.TEXT_DOCUMENT_INLAY_HINT, types.InlayHintParams(here, whole)
    yield types.TEXT_DOCUMENT_DIAGNOSTIC, types.DocumentDiagnosticParams(here)
    yield types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkParams(here)
    yield types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.DocumentSymbolParams(here)
    yield types.WORKSPACE_SYMBOL, types.WorkspaceSymbolParams("demo")
    references = types.ReferenceContext(include_declaration=True)
    yield types.TEXT_DOCUMENT_REFERENCES, types.ReferenceParams(references, here, at)
    for command, argument in commands(uri, name):
        params = types.ExecuteCommandParams(command, [argument])
        yield types.WORKSPACE_EXECUTE_COMMAND, params


@pytest.mark.parametrize("pause", [0, 0.5])
async def test_everything_is_taken_back_at_once_and_the_server_ends(world, edit, silent, pause):
    """Once before anything is asked, and once while everything waits for its answer."""
    engine_says = Says((), hangs=True)
    async with (
        fake_engine(decides=lambda *_: engine_says) as engine,
        edit(variables={"DOCKER_HOST": engine.address}, diagnostics="pull") as editor,
    ):
        editor.decided.clear()
        text = f"FROM {world.name}:1.0 AS a\nFROM {world.name}:latest@{world.digest}\n"
        uri = editor.open("Dockerfile", text)
        await editor.command("tagwise.server.listReferences", {"uri": uri})
        send = editor.client.protocol.send_request_async
        waiting = {
            name: asyncio.ensure_future(send(method, params, msg_id=name))
            for number, (method, params) in enumerate(requests(editor, uri, text, world.name))
            for name in [f"{number} {getattr(params, 'command', method)}"]
        }
        await asyncio.sleep(0)  # The requests are sent before they are taken back.
        if pause:
            await asyncio.wait_for(silent.wait(), PATIENCE)
            await asyncio.sleep(pause)
        for each in waiting:
            editor.client.cancel_request(types.CancelParams(each))
        _, late = await asyncio.wait(waiting.values(), timeout=SLACK)
        assert [name for name, each in waiting.items() if each in late] == []
        failures = [each.exception() for each in waiting.values() if each.exception()]
        assert all(isinstance(each, JsonRpcException) for each in failures)
        assert {each.code for each in failures} == {CANCELLED}, failures
        if pause:
            assert len(failures) >= len(ARGUMENTS) // 2, "most of them were waiting"
        assert await editor.pulled("Dockerfile") == []
        async with asyncio.timeout(SLACK):
            log = await editor.close()
        assert editor.process.returncode == 0
        assert log.splitlines() == []

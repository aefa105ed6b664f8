"""A workspace nobody trusts: whatever an editor does by itself, nobody is asked for it."""

import asyncio

import pytest
from lsprotocol import types

from support.editor import PATIENCE
from support.engines import fake_engine
from support.scripted_engine import ScriptedEngine, image
from tagwise.lsp.commands import COMPOSE_BUILD_COMMAND, LIST_REFERENCES

TEXT = """\
ARG V=1.0
FROM {name}:${{V}} AS base
FROM {name}:latest@{digest}
COPY --from={name}:1.1 /a /a
FROM base
"""


@pytest.fixture
async def engine(world):
    """An engine that has the image, and would say so."""
    script = ScriptedEngine()
    script.has(image(world.digest, f"{world.name}:1.0"))
    async with fake_engine(script.answers, decides=script.answer) as engine:
        yield engine


async def all_it_does(editor, uri, name):
    """Do what an editor does by itself, and what only reads; give what it was shown."""
    client, here = editor.client, types.TextDocumentIdentifier(uri)
    diagnostics = await editor.pulled("Dockerfile")
    assert diagnostics == []
    lenses = [each.command.title for each in await editor.resolved_lenses("Dockerfile")]
    hints = await editor.hints("Dockerfile")
    for hint in hints:
        await editor.resolved_hint(hint)
    for at in ("demo", "1.0\n", "base\n"):
        await editor.shown("Dockerfile", at)
        for only in (None, ["refactor"], ["source.fixAll"]):
            for automatic in (True, False):
                await editor.actions("Dockerfile", at, only=only, automatic=automatic)
    for at in ("1.0", "latest", "/demo", "sha256"):
        for item in (await editor.completed("Dockerfile", at)).items:
            await client.completion_item_resolve_async(item)
    offered = types.CompletionItem("1.0", data={"reference": f"{name}:1.0"})
    await client.completion_item_resolve_async(offered)
    await client.text_document_document_link_async(types.DocumentLinkParams(here))
    await client.text_document_document_symbol_async(types.DocumentSymbolParams(here))
    await client.workspace_symbol_async(types.WorkspaceSymbolParams("demo"))
    await editor.defined("Dockerfile", "base\n")
    await editor.referred("Dockerfile", "demo")
    assert len(await editor.command(LIST_REFERENCES, {"uri": uri})) >= 3
    assert await editor.command(COMPOSE_BUILD_COMMAND, {"uri": uri})
    client.text_document_did_save(types.DidSaveTextDocumentParams(here))
    return lenses


async def test_nothing_that_an_editor_does_by_itself_asks_anybody(world, engine, edit):
    options = {"trusted": False, "inlayHints": True}
    variables = {"DOCKER_HOST": engine.address}
    text = TEXT.format(name=world.name, digest=world.digest)
    async with edit(options=options, variables=variables, diagnostics="pull") as editor:
        uri = editor.open("Dockerfile", text)
        await all_it_does(editor, uri, world.name)
        editor.change("Dockerfile", text + "# typed\n")
        await all_it_does(editor, uri, world.name)
        await asyncio.sleep(1)
        assert (world.registry.requests, engine.asked) == ([], [])

        editor.notify("tagwise/didChangeTrust", {"trusted": True})
        await editor.shown("Dockerfile", "demo")
        async with asyncio.timeout(PATIENCE):
            while True:
                if world.asked and engine.asked:
                    break
                await asyncio.sleep(0.05)

"""Pinning, updating and unpinning, in editors that resolve edits and in those that do not."""

import asyncio
import shutil
import time

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from support.editor import PATIENCE
from support.real_parts import two_platform_image
from tagwise.demo.http_message import Response
from tagwise.documents.model import Inputs
from tagwise.documents.parsers import dockerfile as parse
from tagwise.ide.occurrence_ids import occurrence_ids

PIN_ALL = "source.pinImages.tagwise"
APPLY = "tagwise.server.applyAction"


@pytest.fixture
def newer():
    return two_platform_image("demo app, the next version")


def titles(actions):
    """Give what edits the document; the engine's actions have tests of their own."""
    return [
        action.title.partition(" ")[0]
        for action in actions
        if getattr(action, "kind", None) != "tagwise.engine"
    ]


async def test_pin_update_and_unpin_leave_every_other_byte_alone(world, edit, newer, tmp_path):
    around = "# a comment\r\nFROM  --platform=linux/amd64 {} as Base \r\nRUN x"
    written = f"{world.name}:1.0"
    async with edit() as editor:
        editor.open("Dockerfile", around.format(written))
        await editor.hover("Dockerfile", "demo")
        changed = await editor.do("Pin", "Dockerfile", "demo", only=["refactor"])
        assert editor.text("Dockerfile") == around.format(f"{written}@{world.digest}")
        (change,) = changed.document_changes
        assert change.text_document.version == 1
        assert [each.new_text for each in change.edits] == [f"@{world.digest}"]

        assert titles(await editor.actions("Dockerfile", "demo")) == ["Unpin", "Go"]
        world.push(newer, "1.0")
        shutil.rmtree(tmp_path / "cache")
        await editor.do("Update", "Dockerfile", "demo")
        assert editor.text("Dockerfile") == around.format(f"{written}@{newer.digest}")

        await editor.do("Unpin", "Dockerfile", "demo")
        assert editor.text("Dockerfile") == around.format(written)


async def test_update_says_what_is_known_to_be_newer_and_nothing_where_nothing_is(
    world, edit, newer
):
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0@{world.digest}\n")
        await editor.hover("Dockerfile", "demo")
        assert titles(await editor.actions("Dockerfile", "demo")) == ["Unpin", "Go"]
        world.push(newer, "1.0")
        editor.open("b/Dockerfile", f"FROM {world.name}:latest@{newer.digest}\n")
        await editor.hover("b/Dockerfile", "demo")
        update = await editor.action("Update", "b/Dockerfile", "demo")
        assert update.title.endswith(f"to sha256:{world.image.digest.short}")
        assert update.is_preferred


async def test_pin_all_and_what_only_asks_for(world, edit):
    text = (
        f"FROM {world.name}:1.0 AS one\nFROM one\nFROM {world.name}\n"
        f"FROM {world.host}/demo/gone:1\nFROM {world.name}:1.0@{world.digest}\n"
    )
    async with edit() as editor:
        editor.open("Dockerfile", text)
        for only in ([PIN_ALL], ["source"], ["source.pinImages"]):
            (action,) = await editor.actions("Dockerfile", 0, only=only)
            assert action.kind == PIN_ALL
        for only in (
            ["quickfix"],
            ["refactor.extract"],
            ["source.pin"],
            ["source.organizeImports"],
        ):
            assert not await editor.actions("Dockerfile", "demo", only=only)
        for everything in ([""], []):
            shown = titles(await editor.actions("Dockerfile", "demo", only=everything))
            assert shown == ["Pin", "Go", "Pin"]
        asked = world.asked
        await editor.actions("Dockerfile", "demo")
        assert world.asked == asked

        await editor.do("Pin all", "Dockerfile", 0)
        pinned = text.replace(f"{world.name}:1.0 AS", f"{world.name}:1.0@{world.digest} AS")
        pinned = pinned.replace(f"{world.name}\n", f"{world.name}:latest@{world.digest}\n")
        assert editor.text("Dockerfile") == pinned
        missing = f"{world.host}/demo/gone:1"
        assert editor.messages == [f"{missing} was not found on {world.host}, or is private"]

        editor.change("Dockerfile", text + "".join(f"FROM {missing}{n}\n" for n in range(5)))
        await editor.do("Pin all", "Dockerfile", 0)
        assert len(editor.messages) == 2
        assert editor.messages[1].endswith("; and 3 more stay as they are")


async def test_a_pin_that_cannot_be_says_why(world, edit):
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.host}/demo/gone:1\n")
        with pytest.raises(JsonRpcException, match="was not found on"):
            await editor.resolve(
                await editor.action("Pin", "Dockerfile", "demo", only=["refactor"])
            )
        compose = f"services:\n  web:\n    image: {world.name}@{world.digest} # 1.0\n"
        editor.open("compose.yaml", compose)
        await editor.resolve(await editor.action("Update", "compose.yaml", "demo"))
        assert editor.messages == ["Tagwise: nothing to change, it is up to date"]


async def test_pin_all_says_what_cannot_be_pinned_unless_an_editor_asks_by_itself(
    world, edit, tmp_path
):
    text = f"ARG V\nFROM {world.name}:1.0 AS one\nFROM {world.name}:${{V}}-x\n"
    async with edit() as editor:
        (tmp_path / "work" / "compose.yaml").write_text(
            "services:\n"
            "  x: {build: {context: ., args: {V: 'latest'}}}\n"
            "  y: {build: {context: ., args: {V: '1.0'}}}\n"
        )
        editor.open("Dockerfile", text)
        pinned = text.replace(":1.0 AS", f":1.0@{world.digest} AS")
        (on_save,) = await editor.actions("Dockerfile", 0, only=[PIN_ALL], automatic=True)
        await editor.resolve(on_save)
        assert editor.messages == []
        await editor.do("Pin all", "Dockerfile", 0)
        assert editor.text("Dockerfile") == pinned
        (message,) = editor.messages
        assert "its builders make different images of it" in message


async def test_an_edit_for_a_text_that_has_changed_is_not_made(world, edit, tmp_path):
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        action = await editor.action("Pin", "Dockerfile", "demo", only=["refactor"])
        editor.change("Dockerfile", f"FROM  {world.name}:1.0\n")
        with pytest.raises(JsonRpcException, match="has changed") as raised:
            await editor.resolve(action)
        assert raised.value.code == types.LSPErrorCodes.ContentModified.value
        action.data = {"uri": "file:///nowhere/Dockerfile"}
        assert await editor.resolve(action) is None
        await editor.do("Pin", "Dockerfile", "demo", only=["refactor"])
        assert editor.text("Dockerfile") == f"FROM  {world.name}:1.0@{world.digest}\n"


async def test_a_value_in_an_env_file(world, edit, tmp_path):
    env = tmp_path / "work" / ".env"
    compose = f"services:\n  web:\n    image: {world.name}:${{TAG}}\n"
    async with edit() as editor:
        env.write_bytes(b"# first\r\nTAG=1.0\r\n")
        editor.open("compose.yaml", compose)
        action = await editor.action("Pin", "compose.yaml", "demo", only=["refactor"])
        env.write_bytes(b"# another line that moves it\r\nTAG=1.0\r\nX=1")
        changed = await editor.resolve(action)
        (change,) = changed.document_changes
        assert change.text_document.uri == env.as_uri()
        assert change.text_document.version is None
        editor.apply(changed)
        pinned = f"# another line that moves it\r\nTAG=1.0@{world.digest}\r\nX=1"
        assert env.read_bytes().decode() == pinned
        assert editor.text("compose.yaml") == compose

        editor.open(".env", "TAG=latest")
        changed = await editor.do("Pin", "compose.yaml", "demo", only=["refactor"])
        assert changed.document_changes[0].text_document.version == 1
        assert editor.text(".env") == f"TAG=latest@{world.digest}"
        assert env.read_bytes().decode() == pinned


async def test_builders_that_make_different_images_of_one_line(world, edit, tmp_path):
    compose = (
        "services:\n"
        "  old: {build: {context: ., args: {V: '1.0'}}}\n"
        "  new: {build: {context: ., args: {V: latest}}}\n"
    )
    async with edit() as editor:
        (tmp_path / "work" / "compose.yaml").write_text(compose)
        editor.open("Dockerfile", f"ARG V=0.1\nFROM {world.name}:${{V}}\n")
        shown = await editor.shown("Dockerfile", "demo")
        assert f"**{world.name}:1.0**" in shown
        assert f"**{world.name}:latest**" in shown
        await editor.do(f"Pin {world.name}:latest", "Dockerfile", "demo")
        assert (tmp_path / "work" / "compose.yaml").read_text() == compose.replace(
            "latest", f"latest@{world.digest}"
        )


async def test_editors_that_cannot_resolve_edits_get_commands(world, edit):
    text = f"FROM {world.name}:1.0\n"
    async with edit(resolves=False, literals=False, versioned=False) as editor:
        editor.open("Dockerfile", text)
        command = await editor.action("Pin 1", "Dockerfile", "demo")
        assert isinstance(command, types.Command)
        assert command.command == APPLY
        await editor.execute(command)
        assert editor.text("Dockerfile") == f"FROM {world.name}:1.0@{world.digest}\n"
        applied = editor.edits.get_nowait()
        assert applied.document_changes is None

        compose = f"services:\n  web:\n    image: {world.name}@{world.digest} # latest\n"
        editor.open("compose.yaml", compose)
        await editor.execute(await editor.action("Update", "compose.yaml", "demo"))
        assert editor.messages == ["Tagwise: nothing to change: the image is up to date"]
        editor.refuses = "the file is read-only"
        await editor.execute(await editor.action("Unpin", "Dockerfile", "demo"))
        assert editor.messages[1:] == ["Tagwise: the edit was refused: the file is read-only"]
        editor.refuses = None

        stale = await editor.action("Unpin", "Dockerfile", "demo")
        editor.change("Dockerfile", text)
        assert await editor.execute(stale) is None
        assert "has changed" in editor.messages[-1]
        editor.open("a/Dockerfile", f"FROM {world.host}/demo/gone:1\n")
        await editor.execute(await editor.action("Pin 1", "a/Dockerfile", "demo"))
        assert "was not found on" in editor.messages[-1]


async def test_a_client_names_the_image_by_the_id_it_was_given(world, edit):
    """Ids outlive edits before them; what has been rewritten since is not guessed at."""
    image = f"{world.name}:1.0"
    text = f"FROM {image}\nFROM {image} AS other\n"
    (_, second) = occurrence_ids(parse(text).evaluate(Inputs()).occurrences)
    async with edit() as editor:
        uri = editor.open("Dockerfile", f"# a line more\n{text}")
        data = {"uri": uri, "version": 1, "verb": "pin", "occurrence": second}
        await editor.execute(types.Command("Pin", APPLY, arguments=[data]))
        pinned = f"# a line more\nFROM {image}\nFROM {image}@{world.digest} AS other\n"
        assert editor.text("Dockerfile") == pinned
        stale = types.Command("Pin", APPLY, arguments=[{**data, "version": 2}])
        assert await editor.execute(stale) is None
        assert "has changed" in editor.messages[-1]


async def test_editors_that_know_actions_but_resolve_nothing(world, edit):
    async with edit(resolves=False) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        action = await editor.action("Pin all", "Dockerfile", "demo", only=[PIN_ALL])
        assert action.kind == PIN_ALL
        assert action.edit is None
        await editor.execute(action.command)
        assert editor.text("Dockerfile") == f"FROM {world.name}:1.0@{world.digest}\n"
        assert editor.edits.get_nowait().document_changes[0].text_document.version == 1


async def test_a_save_is_not_held_up_by_a_registry_that_hangs(world, edit):
    hang = asyncio.Event()

    async def slow(request):
        if "gone" in request.path:
            await hang.wait()
            return Response(404)
        return None

    world.registry.interceptor = slow
    text = f"FROM {world.name}:1.0\nFROM {world.host}/demo/gone:1\n"
    async with edit() as editor:
        editor.open("Dockerfile", text)
        await editor.hover("Dockerfile", "demo/app")
        action = await editor.action("Pin all", "Dockerfile", 0, only=[PIN_ALL], automatic=True)
        started = time.monotonic()
        editor.apply(await editor.resolve(action))
        assert time.monotonic() - started < PATIENCE / 10
        assert editor.text("Dockerfile") == text.replace(":1.0", f":1.0@{world.digest}")
        assert editor.messages == []
        hang.set()


async def test_a_save_in_an_untrusted_workspace_asks_nothing(world, edit):
    async with edit(options={"trusted": False}) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        action = await editor.action("Pin all", "Dockerfile", 0, only=[PIN_ALL], automatic=True)
        assert not (await editor.resolve(action)).document_changes
        assert world.asked == 0
        await editor.do("Pin all", "Dockerfile", 0)
        assert editor.text("Dockerfile") == f"FROM {world.name}:1.0@{world.digest}\n"

"""Settings and trust, from everywhere an editor tells them."""

import asyncio

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from support.editor import PATIENCE
from tagwise.demo.registry_auth import BasicAuthority

BAD = {"platform": "no such platform!", "registries": []}


def mirror(world, name="docker.io"):
    return {"registries": {name: {"mirrors": [f"http://{world.host}"], "upstream": False}}}


def push(editor, settings):
    params = types.DidChangeConfigurationParams(settings=settings)
    editor.client.workspace_did_change_configuration(params)


async def test_at_the_start_and_pushed_later(world, edit):
    async with edit(options=mirror(world, "example.com")) as editor:
        editor.open("Dockerfile", "FROM example.com/demo/app:1.0\nFROM example.org/demo/app:1.0\n")
        first = await editor.shown("Dockerfile", "demo")
        assert first.startswith("**example.com/demo/app:1.0**")
        assert world.image.digest.short in first
        for wrapped in (mirror(world, "example.org"), {"tagwise": mirror(world, "example.org")}):
            push(editor, wrapped)
            shown = await editor.shown("Dockerfile", editor.text("Dockerfile").rindex("demo"))
            assert world.image.digest.short in shown
        push(
            editor,
            {"tagwise": mirror(world) | {"buildArgs": {"V": "1.0"}, "platform": "linux/arm64"}},
        )
        editor.open("a/Dockerfile", "ARG V=0.9\nFROM docker.io/demo/app:$V\n")
        shown = await editor.shown("a/Dockerfile", "demo")
        assert shown.startswith("**demo/app:1.0** — docker.io/demo/app")
        assert "| **linux/arm64**" in shown
        assert editor.messages == []


async def test_asked_of_the_editor_at_the_start_and_when_they_change(world, edit):
    async with edit(configuration=mirror(world, "example.com")) as editor:
        editor.open("Dockerfile", "FROM example.com/demo/app:1.0\nFROM example.org/demo/app:1.0\n")
        assert world.image.digest.short in await editor.shown("Dockerfile", "demo")
        editor.client.set_configuration(mirror(world, "example.org"), section="tagwise")
        push(editor, None)
        # What was asked of the editor is answered before the hover: one connection, in order.
        await editor.hover("Dockerfile", 0)
        shown = await editor.shown("Dockerfile", editor.text("Dockerfile").rindex("demo"))
        assert world.image.digest.short in shown


async def test_settings_that_cannot_be_used_are_told_once(world, edit):
    async with edit(options=BAD, configuration={"platform": "no such platform!"}) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        assert world.image.digest.short in await editor.shown("Dockerfile", "demo")
        push(editor, None)
        await editor.hover("Dockerfile", "demo")
        (message,) = editor.messages
        assert message.startswith("Tagwise: setting registries: expected an object; ")
        assert "setting platform:" in message
        editor.client.set_configuration({"platform": 7}, section="tagwise")
        push(editor, None)
        await editor.hover("Dockerfile", "demo")
        await editor.hover("Dockerfile", "demo")
        assert len(editor.messages) == 2


async def test_an_untrusted_workspace_makes_us_ask_nobody(world, edit):
    async with edit(options={"trusted": False}) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        assert "this workspace is not trusted" in await editor.shown("Dockerfile", "demo")
        await editor.actions("Dockerfile", "demo")
        assert world.asked == 0

        editor.notify("tagwise/didChangeTrust", {"trusted": True})
        known = await editor.shown("Dockerfile", "demo")
        assert world.image.digest.short in known
        asked = world.asked
        assert asked > 0

        for said in ({"trusted": False}, {}, {"trusted": "yes"}, None):
            editor.notify("tagwise/didChangeTrust", said)
            assert await editor.shown("Dockerfile", "demo") == known
            editor.open("a/Dockerfile", f"FROM {world.name}:latest\n")
            assert "not trusted" in await editor.shown("a/Dockerfile", "demo")
        assert world.asked == asked

        await editor.do("Pin", "a/Dockerfile", "demo", only=["refactor"])
        assert editor.text("a/Dockerfile") == f"FROM {world.name}:latest@{world.digest}\n"


async def test_credentials_stay_at_home_while_a_workspace_is_untrusted(world, edit, tmp_path):
    docker = tmp_path / "home" / ".docker"
    docker.mkdir(parents=True)
    login = f'{{"auths": {{"{world.host}": {{"auth": "dXNlcjpzZWNyZXQ="}}}}}}'
    (docker / "config.json").write_text(login)
    world.registry.authority = BasicAuthority({"user": "secret"})
    async with edit(options={"trusted": False}) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        action = await editor.action("Pin", "Dockerfile", "demo", only=["refactor"])
        with pytest.raises(JsonRpcException, match="does not show"):
            await editor.resolve(action)
        assert world.asked > 0
        assert not any(each.is_authorized for each in world.registry.requests)
        editor.notify("tagwise/didChangeTrust", {"trusted": True})
        assert world.image.digest.short in await editor.shown("Dockerfile", "demo")


WATCHED_NAMES = (".env", "tagwise.toml", "pyproject.toml", "Chart.yaml", "compose", "docker-bake")


async def test_files_that_change_on_disk_and_folders_that_come_and_go(world, edit, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".env").write_text("TAG=1.0\n")
    compose = f"services:\n  web:\n    image: {world.name}:${{TAG:-0.9}}\n"
    async with edit(watches=True) as editor:
        (registration,) = await asyncio.wait_for(editor.registrations.get(), PATIENCE)
        assert registration.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        assert all(name in str(registration.register_options) for name in WATCHED_NAMES)
        editor.open("compose.yaml", compose)
        assert (await editor.shown("compose.yaml", "demo")).startswith(f"**{world.name}:0.9**")
        env = tmp_path / "work" / ".env"
        env.write_text("TAG=1.0\n")
        event = types.FileEvent(env.as_uri(), types.FileChangeType.Created)
        changed = types.DidChangeWatchedFilesParams([event])
        editor.client.workspace_did_change_watched_files(changed)
        assert (await editor.shown("compose.yaml", "demo")).startswith(f"**{world.name}:1.0**")

        # A file outside the workspace is not read, until it is inside.
        outside = str((elsewhere / "compose.yaml").as_uri())
        editor.open(outside, compose, language="dockercompose")
        assert (await editor.shown(outside, "demo")).startswith(f"**{world.name}:0.9**")
        folder = types.WorkspaceFolder(elsewhere.as_uri(), "elsewhere")
        added = types.WorkspaceFoldersChangeEvent(added=[folder], removed=[])
        params = types.DidChangeWorkspaceFoldersParams(added)
        editor.client.workspace_did_change_workspace_folders(params)
        assert (await editor.shown(outside, "demo")).startswith(f"**{world.name}:1.0**")


async def test_of_an_editor_that_says_them_at_the_start_and_nothing_when_asked(edit):
    """Helix: `config` is sent as the options of the start, pushed as it is, and has no section."""
    options = {"offline": True, "rules": {"untagged": "off"}}
    async with edit(options=options, configuration={}, diagnostics="push") as editor:
        params = types.DidChangeConfigurationParams(options)
        editor.client.workspace_did_change_configuration(params)
        editor.open("Dockerfile", "FROM a\nFROM Bad\n")
        await editor.found("Dockerfile", until=lambda rules: rules == ["invalid-reference"])

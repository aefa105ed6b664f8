"""What stands over references and behind them, as facts arrive."""

import asyncio

from lsprotocol import types

from support.real_parts import two_platform_image

LENSES = types.WORKSPACE_CODE_LENS_REFRESH
HINTS = types.WORKSPACE_INLAY_HINT_REFRESH
HINTED = {"inlayHints": {"enabled": True}}


async def lenses_with_facts(editor, name):
    """Look, as an editor does, until there is more than what to do."""
    while not any(" · " in title for title in await editor.lenses(name)):
        await editor.refreshed(LENSES)
    return await editor.resolved_lenses(name)


async def hints_shown(editor, name):
    while not (hints := await editor.hints(name)):
        await editor.refreshed(HINTS)
    return hints


async def test_facts_and_what_to_do_stand_over_a_reference(world, edit):
    async with edit(options={"platform": "linux/amd64"}) as editor:
        editor.open("Dockerfile", f"# x\nFROM {world.name}:1.0 AS base\nFROM base\nFROM scratch\n")
        assert await editor.lenses("Dockerfile") == ["Pin"]
        found = await lenses_with_facts(editor, "Dockerfile")
        facts, pin = found
        platform, size, age = facts.command.title.split(" · ")
        assert platform == "linux/amd64"
        assert size.endswith(" kB")
        assert age.endswith(" old")
        assert (
            facts.range
            == pin.range
            == types.Range(types.Position(1, 5), types.Position(1, 5 + len(f"{world.name}:1.0")))
        )
        assert pin.command.title == "Pin"
        await editor.execute(pin.command)
        assert editor.text("Dockerfile").splitlines()[1] == (
            f"FROM {world.name}:1.0@{world.digest} AS base"
        )


async def test_choosing_the_facts_tells_them_where_there_is_no_more_to_show(world, edit):
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        facts, _ = await lenses_with_facts(editor, "Dockerfile")
        await editor.execute(facts.command)
        assert editor.messages[-1].startswith(
            f"{world.name}:1.0\nsha256:{world.image.digest.short}"
        )


async def test_a_client_with_commands_of_its_own_is_given_those(world, edit):
    async with edit(options={"client": {"commandLinks": True}}) as editor:
        uri = editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        facts, pin = await lenses_with_facts(editor, "Dockerfile")
        assert [facts.command.command, pin.command.command] == [
            "tagwise.showLayers",
            "tagwise.pinImage",
        ]
        (target,) = pin.command.arguments
        assert {**target, "occurrence": ""} == {"uri": uri, "version": 1, "occurrence": ""}


async def test_a_pin_that_is_behind_can_be_brought_up(world, edit):
    world.push(two_platform_image("demo app, the next version"), "1.0")
    text = f"FROM {world.name}:1.0@{world.digest}\n"
    async with edit() as editor:
        editor.open("Dockerfile", text)
        while "Update pin" not in await editor.lenses("Dockerfile"):
            await editor.refreshed(LENSES)
        assert "Pin" not in await editor.lenses("Dockerfile")
        update = (await editor.resolved_lenses("Dockerfile"))[-1]
        await editor.execute(update.command)
        assert world.digest not in editor.text("Dockerfile")
        assert editor.text("Dockerfile").startswith(f"FROM {world.name}:1.0@sha256:")


async def test_nothing_is_told_to_an_editor_that_shows_neither(world, edit):
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        await editor.shown("Dockerfile", "demo")
        await asyncio.sleep(1)
        assert editor.refreshes.empty()


async def test_news_is_told_once_and_then_it_is_quiet(world, edit):
    async with edit(options=HINTED) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\nFROM {world.name}:latest\n")
        await lenses_with_facts(editor, "Dockerfile")
        await hints_shown(editor, "Dockerfile")
        await asyncio.sleep(1)
        while not editor.refreshes.empty():
            editor.refreshes.get_nowait()
        asked = world.asked
        for _ in range(3):
            await editor.lenses("Dockerfile")
            await editor.hints("Dockerfile")
            await asyncio.sleep(0.6)
        assert editor.refreshes.empty()
        assert world.asked == asked


async def test_what_is_unknown_shows_nothing(world, edit):
    async with edit(options=HINTED) as editor:
        text = f"FROM {world.name}:gone\nFROM 127.0.0.1:1/a/b@{world.digest}\n"
        editor.open("Dockerfile", text)
        while await editor.lenses("Dockerfile"):
            await editor.refreshed(LENSES)
        assert await editor.hints("Dockerfile") == []


async def test_they_are_switched_by_setting(world, edit, tmp_path):
    off = {"codeLens": {"enabled": False}}
    async with edit(options=off) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        assert await editor.lenses("Dockerfile") == []
        assert await editor.hints("Dockerfile") == []
    (tmp_path / "work" / "tagwise.toml").write_text(
        "[code-lens]\nenabled = false\n[inlay-hints]\nenabled = true\n"
    )
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        assert await editor.lenses("Dockerfile") == []
        assert await hints_shown(editor, "Dockerfile")
    async with edit(options={"codeLens": {"enabled": True}}) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        assert "Pin" in await editor.lenses("Dockerfile")


async def test_a_hint_is_the_digest_and_taking_it_over_pins(world, edit):
    async with edit(options=HINTED) as editor:
        editor.open("Dockerfile", f'ARG V=1.0\nFROM "{world.name}:${{V}}" AS base\n')
        (hint,) = await hints_shown(editor, "Dockerfile")
        assert hint.label == f"sha256:{world.image.digest.short}"
        assert hint.padding_left
        assert hint.text_edits is None
        assert hint.position == types.Position(1, 6 + len(f"{world.name}:${{V}}"))
        resolved = await editor.resolved_hint(hint)
        assert resolved.tooltip.kind is types.MarkupKind.Markdown
        assert resolved.tooltip.value.startswith(f"**{world.name}:1.0**")
        uri = editor.uri("Dockerfile")
        editor.apply(types.WorkspaceEdit(changes={uri: resolved.text_edits}))
        pinned = editor.text("Dockerfile")
        assert f"@{world.digest}" in pinned
        assert (
            pinned.replace(f"@{world.digest}", "")
            == f'ARG V=1.0\nFROM "{world.name}:${{V}}" AS base\n'
        )


async def test_a_hint_of_an_editor_that_resolves_nothing_brings_its_edits(world, edit):
    async with edit(options=HINTED, resolves_hints=False) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        (hint,) = await hints_shown(editor, "Dockerfile")
        (change,) = hint.text_edits
        assert change.new_text == f"@{world.digest}"


async def test_a_pin_that_goes_into_another_file_is_not_the_hints(world, edit, tmp_path):
    async with edit(options=HINTED) as editor:
        (tmp_path / "work" / ".env").write_text("TAG=1.0\n")
        editor.open("compose.yaml", f"services:\n  web:\n    image: {world.name}:${{TAG}}\n")
        (hint,) = await hints_shown(editor, "compose.yaml")
        assert (await editor.resolved_hint(hint)).text_edits is None


async def test_behind_a_pin_stands_how_old_it_is(world, edit):
    async with edit(options=HINTED) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0@{world.digest}\n")
        (hint,) = await hints_shown(editor, "Dockerfile")
        assert hint.label.endswith(" old")
        assert (await editor.resolved_hint(hint)).text_edits is None


async def test_only_what_is_in_view_has_hints(world, edit):
    async with edit(options=HINTED) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n" * 3)
        assert len(await hints_shown(editor, "Dockerfile")) == 3
        shown = types.Range(types.Position(1, 0), types.Position(1, 200))
        params = types.InlayHintParams(
            types.TextDocumentIdentifier(editor.uri("Dockerfile")), shown
        )
        (hint,) = await editor.client.text_document_inlay_hint_async(params)
        assert hint.position.line == 1


async def test_of_an_untrusted_workspace_nothing_is_asked(world, edit):
    async with edit(options={"trusted": False, **HINTED}) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        assert await editor.lenses("Dockerfile") == ["Pin"]
        assert await editor.hints("Dockerfile") == []
        await asyncio.sleep(1)
        assert world.asked == 0


async def test_what_is_stale_does_no_harm(world, edit):
    async with edit(options=HINTED) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        facts, _ = await lenses_with_facts(editor, "Dockerfile")
        (hint,) = await hints_shown(editor, "Dockerfile")
        editor.change("Dockerfile", "FROM scratch\n")
        params = types.CodeLens(facts.range, data=facts.data)
        assert (await editor.client.code_lens_resolve_async(params)).command.title == ""
        assert (await editor.resolved_hint(hint)).text_edits is None
        assert (
            await editor.resolved_hint(types.InlayHint(hint.position, "x", data=7))
        ).label == "x"

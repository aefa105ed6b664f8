"""Findings over stdio: asked for and pushed, with their fixes; the same as `tagwise check`."""

import asyncio
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lsprotocol import types

from support.checking import checked, shown
from support.editor import PATIENCE, offset

GONE = "sha256:" + "0" * 64
KINDS = pytest.mark.parametrize("kind", ["pull", "push"])


def files(world):
    return {
        "Dockerfile": f"FROM {world.name}:1.1\nFROM --platform=linux/s390x {world.name}:1.0\n"
        f"FROM {world.name}:latest AS Big\nFROM {world.name}:1.0@{GONE}\n",
        "compose.yaml": f"services:\n  a:\n    image: {world.name}:9@{world.digest}\n"
        f"  b:\n    image: Bad\n  c:\n    image: {world.name}:$NONE\n"
        f"  d:\n    image: {world.name} # tagwise: ignore[untagged]\n",
    }


EXPECTED = {
    "Dockerfile": [
        "not-found",
        "FromPlatformFlagConstDisallowed",
        "platform-missing",
        "latest",
        "StageNameCasing",
        "digest-gone",
    ],
    "compose.yaml": ["tag-deleted", "invalid-reference", "unset-variable"],
}


@KINDS
async def test_each_rule_appears_and_goes_with_its_cause(world, edit, kind):
    async with edit(diagnostics=kind) as editor:
        for name, text in files(world).items():
            editor.open(name, text)
            await editor.found(name, until=lambda rules, name=name: rules == EXPECTED[name])
        editor.change("Dockerfile", f"FROM {world.name}:1.0\n")
        await editor.found("Dockerfile", until=lambda rules: rules == [])


async def test_an_editor_that_asks_is_told_when_to_ask_again(world, edit):
    async with edit(diagnostics="pull") as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.1\n")
        assert await editor.pulled("Dockerfile") == []
        for _ in range(20 * PATIENCE):
            if editor.client.diagnostic_refresh_count:
                break
            await asyncio.sleep(0.05)
        (found,) = await editor.pulled("Dockerfile")
        assert (found.code, found.source) == ("not-found", "tagwise")
        text = editor.text("Dockerfile")
        assert text[offset(text, found.range.start, "utf-16") :] == "1.1\n"


@KINDS
async def test_a_registry_that_is_not_there_marks_nothing(world, edit, kind):
    async with edit(diagnostics=kind) as editor:
        editor.open("Dockerfile", f"FROM 127.0.0.1:9/a/b:1\nFROM {world.name}:1.1\n")
        await editor.found("Dockerfile", until=lambda rules: rules == ["not-found"])
        await asyncio.sleep(1)
        assert await editor.found("Dockerfile", until=bool) == ["not-found"]


async def test_nothing_is_asked_for_an_untrusted_workspace(world, edit):
    async with edit(diagnostics="pull", options={"trusted": False}) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.1\nFROM Bad\n")
        assert [each.code for each in await editor.pulled("Dockerfile")] == ["invalid-reference"]
        await asyncio.sleep(1)
        assert world.asked == 0
        editor.notify("tagwise/didChangeTrust", {"trusted": True})
        expected = ["not-found", "invalid-reference"]
        await editor.found("Dockerfile", until=lambda rules: rules == expected)


async def test_the_fixes_and_the_switch(world, edit):
    async with edit(diagnostics="push") as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.1\n")
        await editor.found("Dockerfile", until=lambda rules: rules == ["not-found"])
        nearest = await editor.action("Use ", "Dockerfile", "1.1")
        assert nearest.diagnostics[0].code == "not-found"
        editor.apply(nearest.edit)
        assert editor.text("Dockerfile") == f"FROM {world.name}:1.0\n"
        await editor.found("Dockerfile", until=lambda rules: rules == [])
        editor.change("Dockerfile", f"# a\r\nFROM {world.name}\r\n")
        await editor.found("Dockerfile", until=lambda rules: rules == ["untagged"])
        editor.apply((await editor.action("Ignore untagged", "Dockerfile", "demo")).edit)
        expected = f"# a\r\n# tagwise: ignore[untagged]\r\nFROM {world.name}\r\n"
        assert editor.text("Dockerfile") == expected
        await editor.found("Dockerfile", until=lambda rules: rules == [])
        editor.change("Dockerfile", f"FROM {world.name}:1.0@{GONE}\n")
        await editor.found("Dockerfile", until=lambda rules: rules == ["digest-gone"])
        fixes = await editor.actions("Dockerfile", "sha256", only=["quickfix"])
        update = next(each for each in fixes if each.title.startswith("Update"))
        editor.apply(await editor.resolve(update))
        assert editor.text("Dockerfile") == f"FROM {world.name}:1.0@{world.digest}\n"
        await editor.found("Dockerfile", until=lambda rules: rules == [])


async def test_settings_switch_rules_at_once(world, edit):
    async with edit(diagnostics="push", configuration={"rules": {"untagged": "off"}}) as editor:
        editor.open("Dockerfile", f"FROM {world.name}\nFROM Bad\n")
        await editor.found("Dockerfile", until=lambda rules: rules == ["invalid-reference"])


async def test_a_closed_document_has_no_findings(world, edit):
    async with edit(diagnostics="push") as editor:
        uri = editor.open("Dockerfile", "FROM Bad\n")
        await editor.found("Dockerfile", until=bool)
        editor.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        )
        await editor.found("Dockerfile", until=lambda rules: rules == [])


async def test_the_editor_and_check_never_disagree(world, edit, tmp_path):
    async with edit(diagnostics="pull") as editor:
        seen = []
        for name, text in files(world).items():
            (editor.folder / name).write_text(text)
            editor.open(name, text)
        for name in files(world):
            await editor.found(name, until=lambda rules, name=name: rules == EXPECTED[name])
            seen += await shown(editor, name)
        found, code = await checked(editor.folder, tmp_path)
    assert code == 1
    assert sorted(seen) == sorted(found)


async def test_a_rule_is_switched_off_where_the_repository_says_so(world, edit):
    async with edit(diagnostics="push") as editor:
        (editor.folder / "tagwise.toml").write_text('exclude = ["a"]')
        editor.open("Dockerfile", f"FROM {world.name}\nFROM {world.name}:latest\n")
        await editor.found("Dockerfile", until=lambda rules: rules == ["untagged", "latest"])
        editor.apply((await editor.action("Switch untagged", "Dockerfile", "demo")).edit)
        written = (editor.folder / "tagwise.toml").read_text()
        assert written == 'exclude = ["a"]\n\n[rules]\nuntagged = "off"\n'
        params = types.DidChangeWatchedFilesParams([])
        editor.client.workspace_did_change_watched_files(params)
        await editor.found("Dockerfile", until=lambda rules: rules == ["latest"])


@KINDS
async def test_a_finding_leads_to_what_its_page_says(edit, kind):
    async with edit(diagnostics=kind) as editor:
        editor.open("Dockerfile", "FROM Bad\nFROM scratch AS A\n")
        await editor.found("Dockerfile", until=bool)
        found = await editor.pulled("Dockerfile") if kind == "pull" else editor.pushed("Dockerfile")
        assert [each.code for each in found] == ["invalid-reference", "StageNameCasing"]
        for each in found:
            assert line_at(each.code_description.href) == f"## {each.code}"


def line_at(address):
    page, _, line = address.partition("#L")
    return Path(unquote(urlsplit(page).path)).read_text("utf-8").splitlines()[int(line) - 1]


async def test_an_editor_that_does_not_know_such_links_gets_none(edit):
    async with edit(diagnostics="push", describes=False) as editor:
        editor.open("Dockerfile", "FROM Bad\n")
        await editor.found("Dockerfile", until=bool)
        assert [each.code_description for each in editor.pushed("Dockerfile")] == [None]


@KINDS
async def test_one_image_in_other_tags_in_files_that_are_not_open(edit, tmp_path, kind):
    (tmp_path / "work" / "deep").mkdir(parents=True)
    (tmp_path / "work" / "deep" / "Dockerfile").write_text("FROM 127.0.0.1:9/a:2\n")
    rule = "same-image-different-tags"
    options = {"offline": True, "rules": {rule: "warning"}}
    async with edit(diagnostics=kind, options=options) as editor:
        editor.open("Dockerfile", "FROM 127.0.0.1:9/a:1\n")
        await editor.found("Dockerfile", until=lambda rules: rules == [rule])


@KINDS
async def test_what_is_being_written_is_marked_when_it_has_been(world, edit, kind):
    """Nothing flickers at half a name; what was said before stays, and goes at once."""
    async with edit(diagnostics=kind) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\nFROM Bad\n")
        await editor.found("Dockerfile", until=lambda rules: rules == ["invalid-reference"])
        for typed in (f"{world.name}:", f"{world.name}:1", f"{world.name}:1.1"):
            editor.change("Dockerfile", f"FROM {typed}\nFROM Bad\n")
            if kind == "pull":
                found = await editor.pulled("Dockerfile")
                assert [each.code for each in found] == ["invalid-reference"]
        both = ["not-found", "invalid-reference"]
        await editor.found("Dockerfile", until=lambda rules: rules == both)
        editor.change("Dockerfile", f"FROM {world.name}:1.1\nFROM Bado\n")
        if kind == "pull":
            assert [each.code for each in await editor.pulled("Dockerfile")] == both
        editor.change("Dockerfile", f"FROM {world.name}:1.1\nFROM bado\n")
        if kind == "pull":
            assert [each.code for each in await editor.pulled("Dockerfile")] == ["not-found"]
        expected = ["not-found", "untagged"]
        await editor.found("Dockerfile", until=lambda rules: rules == expected)


async def test_half_a_name_is_sent_to_no_registry(world, edit):
    async with edit(diagnostics="push") as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        await editor.found("Dockerfile", until=lambda rules: rules == [])
        whole = f"{world.host}/private/thing:1"
        for end in range(len(world.host) + 1, len(whole) + 1):
            editor.change("Dockerfile", f"FROM {whole[:end]}\n")
            await asyncio.sleep(0.02)
        await editor.found("Dockerfile", until=lambda rules: rules == ["not-found"])
        asked = {each.path.rpartition("/v2/")[2] for each in world.registry.requests}
        about = {each for each in asked if each.startswith("p")}
        assert about == {"private/thing/manifests/1", "private/thing/tags/list"}


async def test_what_an_editor_knows_already_is_not_told_again(edit):
    async with edit(diagnostics="pull") as editor:
        uri = editor.open("Dockerfile", "FROM Bad\n")
        ask = editor.client.text_document_diagnostic_async
        document = types.TextDocumentIdentifier(uri)
        first = await ask(types.DocumentDiagnosticParams(document))
        assert (first.kind, len(first.items)) == ("full", 1)
        known = types.DocumentDiagnosticParams(document, previous_result_id=first.result_id)
        again = await ask(known)
        assert (again.kind, again.result_id) == ("unchanged", first.result_id)
        editor.change("Dockerfile", "\nFROM Bad\n")
        moved = await ask(known)
        assert (moved.kind, len(moved.items)) == ("full", 1)
        assert moved.result_id != first.result_id


@KINDS
async def test_what_another_document_says_is_told_of_those_that_read_it(world, edit, kind):
    async with edit(diagnostics=kind) as editor:
        editor.open("Dockerfile", f"ARG V=1.0\nFROM {world.name}:$V\n")
        build = 'services:\n  a:\n    build:\n      context: .\n      args: {V: "VALUE"}\n'
        (editor.folder / "compose.yaml").write_text(build.replace("VALUE", "1.0"))
        editor.open("compose.yaml", build.replace("VALUE", "1.0"))
        await editor.found("Dockerfile", until=lambda rules: rules == [])
        before = editor.client.diagnostic_refresh_count
        editor.change("compose.yaml", build.replace("VALUE", "1.1"))
        for _ in range(20 * PATIENCE if kind == "pull" else 0):
            if editor.client.diagnostic_refresh_count > before:
                break
            await asyncio.sleep(0.05)
        await editor.found("Dockerfile", until=lambda rules: rules == ["not-found"])
        assert kind == "push" or editor.client.diagnostic_refresh_count > before

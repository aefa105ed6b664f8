"""Commands about references, as clients call them: what they answer, and what a person is told."""

import asyncio

import pytest
from lsprotocol import types

from support.real_parts import two_platform_image
from tagwise.demo.http_message import Response
from tagwise.lsp.commands import (
    APPLY_ACTION,
    CLEAR_CACHE,
    DESCRIBE,
    DOCTOR,
    LIST_REFERENCES,
    PIN_WORKSPACE,
    UPDATE_WORKSPACE,
)
from tagwise.oci.digest import Digest


def at(line, character):
    return {"line": line, "character": character}


async def test_the_references_of_a_document(world, edit):
    text = f"ARG V=1.0\nFROM {world.name}:${{V}} AS base\nFROM base\nFROM ${{NOWHERE}}\n"
    async with edit() as editor:
        uri = editor.open("Dockerfile", text)
        image, stage, unknown = await editor.command(LIST_REFERENCES, {"uri": uri})
        start = len("FROM ")
        assert image == {
            "id": image["id"],
            "text": f"{world.name}:1.0",
            "range": {"start": at(1, start), "end": at(1, start + len(f"{world.name}:${{V}}"))},
            "role": "base-image",
            "familiarName": f"{world.name}:1.0",
            "canonicalName": f"{world.name}:1.0",
            "platform": None,
            "variant": None,
            "isPinned": False,
            "canPin": True,
            "skipped": None,
            "skipReason": None,
        }
        assert (stage["skipReason"], stage["canPin"]) == ("stage", False)
        assert unknown["skipReason"] == "unset-variable"
        assert "NOWHERE" in unknown["skipped"]
        assert len({image["id"], stage["id"], unknown["id"]}) == 3
        assert await editor.command(LIST_REFERENCES, {"uri": editor.uri("other")}) == []


async def test_an_image_is_described(world, edit):
    async with edit() as editor:
        uri = editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        described = await editor.command(DESCRIBE, {"uri": uri, "position": at(0, 8)})
        assert described == {
            "familiarName": f"{world.name}:1.0",
            "canonicalName": f"{world.name}:1.0",
            "registry": world.host,
            "repository": "demo/app",
            "tag": "1.0",
            "digest": world.digest,
            "page": None,
            "site": None,
            "platforms": described["platforms"],
        }
        assert set(described["platforms"]) == {"linux/amd64", "linux/arm64"}
        (listed,) = await editor.command(LIST_REFERENCES, {"uri": uri})
        by_id = {"uri": uri, "version": 1, "occurrence": listed["id"]}
        assert await editor.command(DESCRIBE, by_id) == described
        pinned = await editor.command(DESCRIBE, {"reference": f"{world.name}@{world.digest}"})
        assert (pinned["digest"], pinned["tag"]) == (world.digest, None)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ({"reference": "Not A Reference"}, "invalid reference"),
        ({"uri": "file:///nowhere/Dockerfile", "position": at(0, 0)}, "is not open"),
        ({}, "no image is named"),
    ],
)
async def test_what_is_no_image_is_told(edit, target, told):
    async with edit() as editor:
        assert await editor.command(DESCRIBE, target) is None
        assert told in editor.messages[-1]


async def test_pinning_what_stands_at_the_cursor(world, edit):
    async with edit() as editor:
        uri = editor.open("Dockerfile", f"FROM {world.name}:1.0\nFROM {world.name}:latest\n")
        cursor = {"uri": uri, "verb": "pin", "position": at(1, 9)}
        done = await editor.command(APPLY_ACTION, cursor)
        assert done == {
            "changed": 1,
            "unchanged": 0,
            "documents": [uri],
            "failures": [],
            "isApplied": True,
        }
        assert editor.text("Dockerfile").endswith(f":latest@{world.digest}\n")
        again = await editor.command(APPLY_ACTION, cursor)
        assert (again["changed"], again["unchanged"], again["isApplied"]) == (0, 1, False)
        assert "is pinned to its digest already" in editor.messages[-1]
        await editor.command(APPLY_ACTION, {**cursor, "verb": "unpin"})
        assert editor.text("Dockerfile") == f"FROM {world.name}:1.0\nFROM {world.name}:latest\n"
        assert await editor.command(APPLY_ACTION, {**cursor, "position": at(1, 0)}) is None
        assert "no image is named in line 2" in editor.messages[-1]


@pytest.mark.parametrize(
    "tag", ["[x] y\nRUN evil", "2.0 AS x", "2.0@sha256:0", "$(id)", "2\u202e", "", "-1", "a" * 129]
)
async def test_no_client_has_anything_but_a_tag_written(world, edit, tag):
    async with edit() as editor:
        uri = editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        cursor = {"uri": uri, "verb": "retag", "position": at(0, 9), "tag": tag}
        done = await editor.command(APPLY_ACTION, cursor)
        assert (done["changed"], done["isApplied"]) == (0, False)
        assert "cannot be a tag" in editor.messages[-1]
        assert editor.text("Dockerfile") == f"FROM {world.name}:1.0\n"
        await editor.command(APPLY_ACTION, {**cursor, "tag": "1.0.1-rc_2"})
        assert editor.text("Dockerfile") == f"FROM {world.name}:1.0.1-rc_2\n"


async def test_pinning_all_of_a_document_tells_what_could_not_be(world, edit):
    text = f"FROM {world.name}:1.0\nFROM {world.name}:gone\nFROM {world.name}@{world.digest}\n"
    async with edit() as editor:
        uri = editor.open("Dockerfile", text)
        done = await editor.command(APPLY_ACTION, {"uri": uri, "verb": "pin"})
        assert (done["changed"], done["unchanged"]) == (1, 1)
        (failure,) = done["failures"]
        assert "gone" in failure
        assert failure in editor.messages[-1]


async def test_an_edit_in_another_file_is_told(world, edit, tmp_path):
    async with edit() as editor:
        (tmp_path / "work" / ".env").write_text("TAG=1.0\n")
        uri = editor.open("compose.yaml", f"services:\n  web:\n    image: {world.name}:${{TAG}}\n")
        await editor.command(APPLY_ACTION, {"uri": uri, "verb": "pin"})
        assert "the edit is in .env" in editor.messages[-1]


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


async def test_every_file_of_the_workspace_is_pinned_after_asking(world, edit, tmp_path):
    work = tmp_path / "work"
    async with edit() as editor:
        write(
            work,
            {
                "api/Dockerfile": f"FROM {world.name}:1.0\r\nRUN true",
                "web/compose.yaml": f"services:\n  a:\n    image: {world.name}:${{TAG}}\n",
                "web/.env": "TAG=latest\n",
                "done/Dockerfile": f"FROM {world.name}:1.0@{world.digest}\n",
                "broken/Dockerfile": f"FROM {world.host}/demo/gone:1\nFROM {world.host}/demo/gone:1\n",
                "ignored/Dockerfile": f"FROM {world.name}:1.0\n",
                ".gitignore": "ignored/\n",
            },
        )
        # What is typed counts, not what is on disk.
        opened = editor.open("api/Dockerfile", f"# typed\nFROM {world.name}:1.0\n")
        done = await editor.command(PIN_WORKSPACE, {})
        edit_ = editor.edits.get_nowait()
        changes = {each.text_document.uri: each for each in edit_.document_changes}
        assert set(changes) == {opened, (work / "web/.env").as_uri()} == set(done["documents"])
        assert changes[opened].text_document.version == 1
        for change in changes.values():
            for each in change.edits:
                annotation = edit_.change_annotations[each.annotation_id]
                assert annotation.needs_confirmation
                assert annotation.label.startswith(f"Pin {world.name}:")
        assert editor.text("api/Dockerfile") == f"# typed\nFROM {world.name}:1.0@{world.digest}\n"
        assert (work / "web/.env").read_text() == f"TAG=latest@{world.digest}\n"
        assert (done["changed"], done["unchanged"], done["isApplied"]) == (2, 1, True)
        assert len(done["failures"]) == 2
        assert "2 of 5 images cannot be pinned" in editor.messages[-2]
        assert "demo/gone" in editor.messages[-2]
        can_be = "2 images in 2 files can be pinned: look them over, then apply"
        assert editor.messages[-1] == f"Tagwise: {can_be}"
        gone = [each for each in world.registry.requests if "demo/gone" in each.path]
        assert len(gone) == 1
        begun = await editor.progress(types.WorkDoneProgressBegin)
        assert begun[1].title == "Pin all images"
        assert begun[1].cancellable


async def test_every_pin_of_the_workspace_is_updated(world, edit, tmp_path):
    pinned = f"FROM {world.name}:1.0@{world.digest}\n"
    world.push(two_platform_image("demo app, the next version"), "1.0")
    async with edit() as editor:
        write(
            tmp_path / "work", {"a/Dockerfile": pinned, "b/Dockerfile": f"FROM {world.name}:1.0\n"}
        )
        done = await editor.command(UPDATE_WORKSPACE)
        assert (done["changed"], done["unchanged"]) == (1, 1)
        assert (tmp_path / "work/b/Dockerfile").read_text() == f"FROM {world.name}:1.0\n"
        assert world.digest not in (tmp_path / "work/a/Dockerfile").read_text()
        nothing = await editor.command(UPDATE_WORKSPACE, {})
        assert nothing["changed"] == 0
        assert editor.messages[-1] == "Tagwise: nothing to change in 2 images"


async def test_one_folder_of_the_workspace(world, edit, tmp_path):
    files = dict.fromkeys(("a/Dockerfile", "b/Dockerfile"), f"FROM {world.name}:1.0\n")
    async with edit() as editor:
        write(tmp_path / "work", files)
        done = await editor.command(PIN_WORKSPACE, {"folder": (tmp_path / "work" / "a").as_uri()})
        assert done["documents"] == [(tmp_path / "work/a/Dockerfile").as_uri()]
        assert await editor.command(PIN_WORKSPACE, {"folder": tmp_path.as_uri()}) is None
        assert "is no folder of this workspace" in editor.messages[-1]


async def test_an_editor_that_cannot_ask_first_is_given_the_edit_plainly(world, edit, tmp_path):
    async with edit(annotates=False) as editor:
        write(tmp_path / "work", {"Dockerfile": f"FROM {world.name}:1.0\n"})
        assert (await editor.command(PIN_WORKSPACE, {}))["isApplied"]
        assert editor.edits.get_nowait().change_annotations is None
        assert editor.messages == ["Tagwise: 1 image pinned in 1 file"]
        assert world.digest in (tmp_path / "work/Dockerfile").read_text()


async def test_a_person_who_discards_the_changes_is_told_no_more(world, edit, tmp_path):
    async with edit() as editor:
        editor.refuses = ""
        write(tmp_path / "work", {"Dockerfile": f"FROM {world.name}:1.0\n"})
        done = await editor.command(PIN_WORKSPACE, {})
        assert (done["changed"], done["isApplied"]) == (1, False)
        assert len(editor.messages) == 1
        assert "can be pinned" in editor.messages[0]


async def test_pinning_the_workspace_can_be_cancelled(world, edit, tmp_path):
    hang = asyncio.Event()

    async def slow(_):
        await hang.wait()
        return Response(404)

    world.registry.interceptor = slow
    async with edit() as editor:
        write(tmp_path / "work", {"Dockerfile": f"FROM {world.name}:1.0\n"})
        pinning = asyncio.create_task(editor.command(PIN_WORKSPACE, {}))
        token, _ = await editor.progress(types.WorkDoneProgressBegin)
        editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
        assert await pinning is None
        assert editor.edits.empty()
    hang.set()


async def test_what_is_typed_while_registries_are_asked_is_not_overwritten(world, edit, tmp_path):
    asked, hang = asyncio.Event(), asyncio.Event()

    async def slow(_):
        asked.set()
        await hang.wait()

    async with edit() as editor:
        editor.open("Dockerfile", "FROM scratch\n")
        editor.change("Dockerfile", f"FROM {world.name}:1.0\n")
        world.registry.interceptor = slow
        pinning = asyncio.create_task(editor.command(PIN_WORKSPACE, {}))
        await asked.wait()
        editor.change("Dockerfile", f"FROM {world.name}:latest\n")
        await editor.command(LIST_REFERENCES, {"uri": editor.uri("Dockerfile")})
        hang.set()
        assert await pinning is None
        assert "Dockerfile, or what it has values from, has changed" in editor.messages[-1]
        assert editor.edits.empty()


@pytest.mark.parametrize("opened", [True, False])
async def test_what_is_typed_above_a_value_meanwhile_moves_no_pin(world, edit, tmp_path, opened):
    """The edit would go where the value was: into the comment."""
    asked, hang = asyncio.Event(), asyncio.Event()

    async def slow(_):
        asked.set()
        await hang.wait()

    before, after = f"IMAGE={world.name}:1.0\n", f"# a comment\nIMAGE={world.name}:1.0\n"
    async with edit() as editor:
        compose = "services:\n  a:\n    image: ${IMAGE}\n"
        write(tmp_path / "work", {"compose.yaml": compose, ".env": before})
        if opened:
            editor.open(".env", before)
        world.registry.interceptor = slow
        pinning = asyncio.create_task(editor.command(PIN_WORKSPACE, {}))
        await asked.wait()
        if opened:
            editor.change(".env", after)
            await editor.command(LIST_REFERENCES, {"uri": editor.uri(".env")})
        else:
            write(tmp_path / "work", {".env": after})
        hang.set()
        assert await pinning is None
        assert "compose.yaml, or what it has values from, has changed" in editor.messages[-1]
        assert editor.edits.empty()
        world.registry.interceptor = None
        assert (await editor.command(PIN_WORKSPACE, {}))["isApplied"]
        pinned = editor.text(".env") if opened else (tmp_path / "work/.env").read_text()
        assert pinned == f"# a comment\nIMAGE={world.name}:1.0@{world.digest}\n"


async def test_the_doctor_says_how_registries_are_reached(world, edit):
    async with edit(options={"platform": 7}) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        text = await editor.command(DOCTOR)
        assert text.startswith("tagwise ")
        assert "workspace  " in text
        assert "settings   setting platform:" in text
        assert "engine     " in text
        assert f"{world.host}, by {world.name}:1.0\n  credentials  none" in text
        assert "http://127.0.0.1" in text
        named = await editor.command(DOCTOR, {"references": ["127.0.0.1:1/a/b"]})
        assert "cannot be reached" in named
        assert await editor.command(DOCTOR, {"references": ["A B"]}) is None


async def test_what_registries_have_said_is_forgotten_and_asked_again(world, edit):
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        before = Digest.parse(world.digest).short
        assert before in await editor.shown("Dockerfile", "demo/app")
        world.push(two_platform_image("demo app, the next version"), "1.0")
        assert before in await editor.shown("Dockerfile", "demo/app")
        assert (await editor.command(CLEAR_CACHE))["freed"] > 0
        assert "answers forgotten: registries are asked again" in editor.messages[-1]
        card = await editor.shown("Dockerfile", "demo/app")
        assert "sha256" in card
        assert before not in card
        editor.open("Dockerfile", "FROM scratch\n")
        assert (await editor.command(CLEAR_CACHE, {}))["freed"] > 0
        assert (await editor.command(CLEAR_CACHE, {}))["freed"] == 0

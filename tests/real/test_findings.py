"""Every rule there is, against Debian's docker-registry: it appears, its fix works, its switches work (a
comment, and `tagwise.toml`), it goes with its cause; the editor and `tagwise check` say the same.
"""

import json
import re
import tomllib
from datetime import UTC, datetime

import httpx
import pytest
import pytest_asyncio
from lsprotocol import types

from support.checking import checked, shown
from support.editor import editor, offset
from support.real_parts import push_image
from support.rule_cases import CASES, rule_world
from tagwise.demo.images import Content, Recipe, Step, build_image
from tagwise.ide.diagnostics.rules import RULES
from tagwise.oci.media_types import OCI_INDEX
from tagwise.oci.platform import Platform

AMD64, ARM64 = Platform("linux", "amd64"), Platform("linux", "arm64")
NOW = datetime(2025, 3, 4, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world():
    async with rule_world() as world:
        yield world


def test_the_table_has_every_rule():
    assert sorted(case.rule for case in CASES) == sorted(rule.id for rule in RULES)


@pytest.mark.parametrize("case", CASES, ids=lambda each: each.rule)
async def test_a_rule_in_an_editor(world, tmp_path, case):
    async with editor(tmp_path, diagnostics="pull") as session:
        (session.folder / "tagwise.toml").write_text(case.toml)
        text, without = world.text(case.text), world.text(case.without)
        session.open(case.file, text)
        await session.found(case.file, until=lambda rules: sorted(rules) == case.found)

        if case.fix:
            place = await place_of(session, case)
            fixes = await session.actions(case.file, place, only=["quickfix"])
            fix = next(each for each in fixes if each.title.startswith(case.fix))
            session.apply(fix.edit or await session.resolve(fix))
            assert world.text(case.fixed) in session.text(case.file)
            await session.found(case.file, until=lambda rules: case.rule not in rules)
            session.change(case.file, text)
            await session.found(case.file, until=lambda rules: sorted(rules) == case.found)

        for left in range(case.number if case.ignorable else 0, 0, -1):
            place = await place_of(session, case)
            session.apply((await session.action(f"Ignore {case.rule} ", case.file, place)).edit)
            await session.found(
                case.file, until=lambda rules, left=left: rules.count(case.rule) < left
            )
        if case.ignorable:
            assert session.text(case.file).count(f"# tagwise: ignore[{case.rule}]\n") == case.number
            await session.found(case.file, until=lambda rules: sorted(rules) == sorted(case.beside))

        session.change(case.file, text)
        await session.found(case.file, until=lambda rules: sorted(rules) == case.found)
        session.change(case.file, without)
        await session.found(case.file, until=lambda rules: case.rule not in rules)


@pytest.mark.parametrize("case", CASES, ids=lambda each: each.rule)
async def test_a_rule_that_the_repository_switches_off(world, tmp_path, case):
    async with editor(tmp_path, diagnostics="pull") as session:
        file = session.folder / "tagwise.toml"
        file.write_text(case.toml)
        session.open(case.file, world.text(case.text))
        await session.found(case.file, until=lambda rules: case.rule in rules)
        actions = await session.actions(case.file, await place_of(session, case), only=["quickfix"])
        offered = [each for each in actions if each.title.startswith(f"Switch {case.rule} off in ")]
        if case.severity:
            assert offered == []
            file.write_text(case.toml.replace(f'"{case.severity}"', '"off"'))
        else:
            session.apply(offered[0].edit)
        assert tomllib.loads(file.read_text())["rules"] == {case.rule: "off"}
        params = types.DidChangeWatchedFilesParams(
            [types.FileEvent(file.as_uri(), types.FileChangeType.Changed)]
        )
        session.client.workspace_did_change_watched_files(params)
        await session.found(case.file, until=lambda rules: sorted(rules) == sorted(case.beside))


async def place_of(session, case):
    """Give where the first finding of the rule begins."""
    found = await session.pulled(case.file)
    start = next(each.range.start for each in found if each.code == case.rule)
    return offset(session.text(case.file), start, session.encoding)


async def test_editor_and_check_never_disagree(world, tmp_path):
    """All the cases in one workspace, on the registry's word."""
    names = {f"{case.rule}/{case.file}": case for case in CASES}
    severities = "".join(f'{each.rule} = "{each.severity}"\n' for each in CASES if each.severity)
    async with editor(tmp_path, diagnostics="pull") as session:
        (session.folder / "tagwise.toml").write_text(f"[rules]\n{severities}")
        for name, case in names.items():
            (session.folder / name).parent.mkdir()
            (session.folder / name).write_text(world.text(case.text))
            session.open(name, world.text(case.text))
        for name, case in names.items():
            await session.found(name, until=lambda rules, case=case: case.rule in rules)
        found, code = await checked(session.folder, tmp_path, "--fail-on", "hint")
        assert code == 1
        # What `check` has asked thoroughly is on disk, where the editor finds it.
        seen = [each for name in names for each in await shown(session, name)]
    assert {rule for _, rule, *_ in seen} >= {case.rule for case in CASES}
    assert sorted(seen) == sorted(found)


async def test_drift_tells_platforms_apart(world, tmp_path):
    """The index moves, and of two platforms one has a new image."""
    before, after = two_platforms("1"), two_platforms("2")
    (amd64, arm64), (_, newer) = before.platforms.values(), after.platforms.values()
    entries = json.loads(before.top.body)["manifests"]
    changed = [
        *(each for each in entries if each["digest"] != str(arm64)),
        *(each for each in json.loads(after.top.body)["manifests"] if each["digest"] == str(newer)),
    ]
    mixed = Content.of_document(OCI_INDEX, {"schemaVersion": 2, "manifests": changed})
    async with httpx.AsyncClient(base_url=f"http://{world.host}", trust_env=False) as client:
        await push_image(client, "demo/drift", after)
        await push_image(client, "demo/drift", before, "1")
        headers = {"Content-Type": OCI_INDEX}
        put = await client.put("/v2/demo/drift/manifests/1", content=mixed.body, headers=headers)
        put.raise_for_status()
    work = tmp_path / "work"
    work.mkdir()
    for name, platform in (("same", "linux/amd64"), ("moved", "linux/arm64")):
        image = f"{world.host}/demo/drift:1@{before.digest}"
        (work / f"compose.{name}.yaml").write_text(
            f"services:\n  a:\n    image: {image}\n    platform: {platform}\n"
        )
    found, code = await checked(work, tmp_path)
    assert [(path, rule) for path, rule, *_ in found] == [("compose.moved.yaml", "drift")]
    assert re.search(r"; linux/arm64: created .+, the pinned one .+, layers 1 → 2$", found[0][3]), (
        found
    )
    assert code == 0, "a hint fails nobody"
    assert amd64 != newer


def two_platforms(content):
    recipe = Recipe(
        name=f"drift {content}",
        created=NOW.replace(year=2024 + int(content)),
        steps=(Step(f"ADD {content} /", 4000),) * int(content),
        platforms=(AMD64, ARM64),
        attested=False,
    )
    return build_image(recipe)

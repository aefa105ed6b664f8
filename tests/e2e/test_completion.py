"""Completion over stdio: what is offered where, and the text as it is once something is chosen."""

import asyncio

import pytest
from lsprotocol import types

from support.editor import PATIENCE
from support.engines import fake_engine
from support.real_parts import two_platform_image
from support.scripted_engine import ScriptedEngine, image

TAGS = "1.0 1.0-slim 1.1 1.1-slim 1.0.4-slim 2.0-slim 2.1 latest".split()


@pytest.fixture
def tagged(world):
    world.push(world.image, *TAGS)
    return world


def labels(completed):
    return [item.label for item in sorted(completed.items, key=lambda item: item.sort_text)]


def at(marked):
    """Split a text at the cursor's place."""
    offset = marked.index("‸")
    return marked.replace("‸", ""), offset


async def complete(editor, name, marked):
    text, offset = at(marked)
    editor.open(name, text, language="yaml" if name == "values.yaml" else None)
    return await editor.completed(name, offset)


async def settled(editor, name, marked):
    """Ask again as one who types does, until everything is there that will be."""
    completed = await complete(editor, name, marked)
    async with asyncio.timeout(PATIENCE):
        while completed.is_incomplete and not completed.items:
            completed = await editor.completed(name, at(marked)[1])
    return completed


PLACES = {
    "nothing behind": ("Dockerfile", "FROM {name}:‸", "FROM {name}:2.1"),
    "in the middle of a tag": ("Dockerfile", "FROM {name}:1.‸0 AS x", "FROM {name}:1.1 AS x"),
    "a variable": (
        "Dockerfile",
        "ARG V=1.‸0\nFROM {name}:${{V}}-slim\n",
        "ARG V=1.1\nFROM {name}:${{V}}-slim\n",
    ),
    "a whole reference in a variable": (
        "Dockerfile",
        "ARG BASE={name}:‸\nFROM ${{BASE}}\n",
        "ARG BASE={name}:2.1\nFROM ${{BASE}}\n",
    ),
    "quotes": (
        "compose.yaml",
        'services:\n  a:\n    image: "{name}:‸"\n',
        'services:\n  a:\n    image: "{name}:2.1"\n',
    ),
    "a default": (
        "compose.yaml",
        "services:\n  a:\n    image: {name}:${{TAG:-‸}}\n",
        "services:\n  a:\n    image: {name}:${{TAG:-2.1}}\n",
    ),
    "a Helm group": (
        "values.yaml",
        "image:\n  repository: {name}\n  tag: ‸\n",
        "image:\n  repository: {name}\n  tag: 2.1\n",
    ),
}


@pytest.mark.parametrize(("file", "marked", "chosen"), PLACES.values(), ids=PLACES)
async def test_a_tag_is_replaced_as_a_whole_where_it_is_written(tagged, edit, file, marked, chosen):
    async with edit() as editor:
        completed = await settled(editor, file, marked.format(name=tagged.name))
        wanted = "2.1" if "2.1" in chosen else "1.1-slim" if "slim" in chosen else "1.1"
        (item,) = [each for each in completed.items if each.label == wanted]
        assert editor.chosen(file, item) == chosen.format(name=tagged.name)


async def test_the_newest_of_the_same_line_comes_first_then_the_same_flavour(tagged, edit):
    async with edit() as editor:
        completed = await settled(editor, "Dockerfile", f"FROM {tagged.name}:‸1.0-slim\n")
        assert labels(completed) == [
            *("2.0-slim", "1.1-slim", "1.0-slim"),
            "1.0.4-slim",
            *("latest", "2.1", "1.1", "1.0"),
        ]
        again = await editor.completed("Dockerfile", "\n")
        assert labels(again)[:2] == ["2.0-slim", "1.1-slim"]
        assert all(each.filter_text.startswith("1.0-slim") for each in again.items)


async def test_in_env_files_through_whoever_reads_them(tagged, edit, tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    compose = f"services:\n  a:\n    image: {tagged.name}:${{TAG}}\n"
    (work / "compose.yaml").write_text(compose)
    async with edit() as editor:
        completed = await settled(editor, ".env", "OTHER=1\nTAG=‸1.0\n")
        assert labels(completed)[:3] == ["2.1", "1.1", "1.0"]
        first = min(completed.items, key=lambda item: item.sort_text)
        assert editor.chosen(".env", first) == "OTHER=1\nTAG=2.1\n"
        assert not (await editor.completed(".env", "THER")).items


async def test_the_digest_behind_an_at(tagged, edit):
    async with edit() as editor:
        completed = await settled(editor, "Dockerfile", f"FROM {tagged.name}:1.0@‸\n")
        (item,) = completed.items
        assert editor.chosen("Dockerfile", item) == f"FROM {tagged.name}:1.0@{tagged.digest}\n"
        assert not completed.is_incomplete


@pytest.mark.parametrize(
    ("file", "marked"),
    [
        ("Dockerfile", "FROM --platform=‸ {name}:1.0\n"),
        ("compose.yaml", "services:\n  a:\n    image: {name}:1.0\n    platform: ‸\n"),
        ("compose.yaml", "services:\n  a:\n    image: made\n    platform: ‸\n    build: app\n"),
        (
            "compose.yaml",
            "services:\n  a:\n    build:\n      context: app\n      platforms: [linux/amd64, ‸]\n",
        ),
        (
            "compose.yaml",
            "services:\n  a:\n    build:\n      context: app\n      platforms:\n      - linux/‸\n",
        ),
        (
            "compose.yaml",
            (
                "services:\n  a:\n    build:\n      platforms: ['‸']\n"
                "      dockerfile_inline: |\n        FROM {name}:1.0\n"
            ),
        ),
        ("docker-bake.hcl", 'target "a" {{\n  context = "app"\n  platforms = ["‸"]\n}}\n'),
        (
            "docker-bake.hcl",
            'target "a" {{\n  dockerfile-inline = "FROM {name}:1.0"\n  platforms = ["linux/a‸"]\n}}\n',
        ),
        ("docker-bake.json", '{{"target": {{"a": {{"context": "app", "platforms": ["‸"]}}}}}}'),
    ],
)
async def test_the_platforms_that_the_image_has(tagged, edit, tmp_path, file, marked):
    folder = tmp_path / "work" / "app"
    folder.mkdir(parents=True)
    (folder / "Dockerfile").write_text(
        f"FROM --platform=$BUILDPLATFORM {tagged.name}:2.1 AS tools\nFROM {tagged.name}:1.0\n"
    )
    async with edit() as editor:
        completed = await settled(editor, file, marked.format(name=tagged.name))
        assert labels(completed) == ["linux/amd64", "linux/arm64"]


async def test_names_of_this_workspace_and_of_the_registrys_catalogue(tagged, edit):
    async with edit() as editor:
        editor.open("a/Dockerfile", f"FROM {tagged.name}:1.0\nFROM example.com/other:2\n")
        completed = await complete(editor, "Dockerfile", "FROM ‸\n")
        assert set(labels(completed)) == {f"{tagged.name}:1.0", "example.com/other:2"}
        completed = await settled(editor, "b/Dockerfile", f"FROM {tagged.host}/‸:1.0\n")
        assert labels(completed) == [tagged.name]
        (item,) = completed.items
        assert editor.chosen("b/Dockerfile", item) == f"FROM {tagged.name}:1.0\n"


@pytest.mark.parametrize(
    "marked",
    ["RUN echo ‸\n", "FROM python:${{V‸}}\n", "FROM scratch\nCOPY ‸ b\n", "# {name}:‸\n", "‸"],
)
async def test_nothing_where_nothing_is_written(tagged, edit, marked):
    async with edit() as editor:
        assert not (await complete(editor, "Dockerfile", marked.format(name=tagged.name))).items


async def test_more_is_told_of_the_one_that_is_looked_at(tagged, edit):
    async with edit() as editor:
        completed = await settled(editor, "Dockerfile", f"FROM {tagged.name}:2‸\n")
        async with asyncio.timeout(PATIENCE):
            item = await editor.client.completion_item_resolve_async(completed.items[0])
        assert "linux/amd64, linux/arm64" in item.detail
        assert tagged.name in item.documentation.value


async def test_a_cold_repository_never_holds_the_editor_up_and_fills_in(tagged, edit):
    held = asyncio.Event()

    async def slow(request):
        if request.path.endswith("/tags/list"):
            await held.wait()

    tagged.registry.interceptor = slow
    async with edit() as editor:
        completed = await complete(editor, "Dockerfile", f"FROM {tagged.name}:‸\n")
        assert completed.is_incomplete
        assert not completed.items
        held.set()
        async with asyncio.timeout(PATIENCE):
            while not (completed := await editor.completed("Dockerfile", "\n")).items:
                pass
        assert "2.1" in labels(completed)


async def test_in_an_untrusted_workspace_and_offline_nobody_is_asked(tagged, edit):
    for options in ({"trusted": False}, {"offline": True}):
        async with edit(options=options) as editor:
            for marked in (f"FROM {tagged.name}:‸", f"FROM {tagged.host}/‸", "FROM ‸"):
                assert not (await complete(editor, "Dockerfile", marked)).items
    assert tagged.asked == 0


async def test_a_list_that_is_cut_goes_on_as_one_types(world, edit):
    world.push(two_platform_image(), *(f"1.{number}" for number in range(300)))
    async with edit() as editor:
        completed = await settled(editor, "Dockerfile", f"FROM {world.name}:‸\n")
        assert completed.is_incomplete
        assert len(completed.items) == 200
        editor.change("Dockerfile", f"FROM {world.name}:1.11\n")
        completed = await editor.completed("Dockerfile", "\n")
        assert set(labels(completed)) >= {"1.11", "1.110", "1.119"}


STAGED = "FROM alpine AS Build\nFROM scratch AS other\n{}FROM build AS late\n"


@pytest.mark.parametrize(
    "line", ["COPY --from=‸ a b\n", "RUN --mount=type=bind,from=‸ x\n", "FROM ‸\n"]
)
async def test_stages_come_before_images_and_only_earlier_ones(edit, line):
    async with edit() as editor:
        completed = await complete(editor, "Dockerfile", STAGED.format(line))
        assert labels(completed)[:2] == ["build", "other"]
        assert "late" not in labels(completed)


async def test_stages_and_variables_of_the_dockerfile_where_a_builder_names_them(edit, tmp_path):
    folder = tmp_path / "work" / "app"
    folder.mkdir(parents=True)
    (folder / "Dockerfile").write_text("ARG PY=3\n" + STAGED.format(""))
    async with edit() as editor:
        build = "services:\n  a:\n    build:\n      context: app\n"
        completed = await complete(editor, "compose.yaml", f"{build}      target: ‸\n")
        assert labels(completed) == ["build", "other", "late"]
        item = completed.items[1]
        assert editor.chosen("compose.yaml", item) == f"{build}      target: other\n"
        completed = await complete(editor, "b.compose.yaml", f"{build}      args: [‸]\n")
        assert labels(completed) == ["PY"]


INLINE = """\
services:
  a:
    build:
      target: {target}
      args: [{argument}]
      dockerfile_inline: |
        ARG PY=3
        FROM alpine AS Build
        FROM scratch AS other
        {line}
        FROM build AS late
  b:
    build:
      dockerfile_inline: "FROM alpine AS foreign"
"""
INLINE_BAKE = """\
target "a" {{
  target = "{target}"
  dockerfile-inline = <<EOT
FROM alpine AS Build
FROM scratch AS other
{line}
FROM build AS late
EOT
}}
"""


@pytest.mark.parametrize(
    ("file", "text", "field", "written", "all_of"),
    [
        ("compose.yaml", INLINE, "target", "‸", ["build", "other", "late"]),
        ("compose.yaml", INLINE, "target", "o‸", ["build", "other", "late"]),
        ("compose.yaml", INLINE, "argument", "‸", ["PY"]),
        ("compose.yaml", INLINE, "line", "COPY --from=‸ a b", ["build", "other"]),
        ("compose.yaml", INLINE, "line", "RUN --mount=type=bind,from=‸ x", ["build", "other"]),
        ("compose.yaml", INLINE, "line", "FROM ‸", ["build", "other"]),
        ("docker-bake.hcl", INLINE_BAKE, "target", "‸", ["build", "other", "late"]),
        ("docker-bake.hcl", INLINE_BAKE, "line", "COPY --from=‸ a b", ["build", "other"]),
    ],
)
async def test_stages_of_a_dockerfile_that_another_file_holds(
    edit, file, text, field, written, all_of
):
    fields = {"target": "", "argument": "", "line": "", field: written}
    async with edit() as editor:
        completed = await complete(editor, file, text.format(**fields))
        kinds = types.CompletionItemKind
        named = [each for each in completed.items if each.kind in {kinds.Module, kinds.Variable}]
        assert [each.label for each in named] == all_of
        chosen = text.format(
            **{**fields, field: written.replace("‸", all_of[-1]).replace("oo", "o")}
        )
        if written != "o‸":
            assert editor.chosen(file, named[-1]) == chosen


async def test_images_of_files_that_are_not_open(edit, tmp_path):
    (tmp_path / "work" / "deep").mkdir(parents=True)
    (tmp_path / "work" / "deep" / "Dockerfile").write_text("FROM example.com/deep:1\n")
    async with edit() as editor:
        completed = await settled(editor, "Dockerfile", "FROM exa‸\n")
        assert labels(completed) == ["example.com/deep:1"]


async def test_a_builders_argument_by_what_it_becomes_in_the_dockerfile(tagged, edit, tmp_path):
    folder = tmp_path / "work" / "app"
    folder.mkdir(parents=True)
    (folder / "Dockerfile").write_text(f"ARG V=1\nFROM {tagged.name}:${{V}}-slim\n")
    compose = "services:\n  a:\n    build:\n      context: app\n      args:\n        V: ‸\n"
    (tmp_path / "work" / "compose.yaml").write_text(compose.replace("‸", ""))
    async with edit() as editor:
        completed = await settled(editor, "compose.yaml", compose)
        assert labels(completed)[:2] == ["2.0-slim", "1.1-slim"]
        first = min(completed.items, key=lambda item: item.sort_text)
        assert editor.chosen("compose.yaml", first) == compose.replace("‸", "2.0")


async def test_images_that_are_on_this_machine(edit):
    script = ScriptedEngine()
    script.has(image("sha256:" + "1" * 64, "acme/local:7", "<none>:<none>"))
    async with (
        fake_engine(script.answers, decides=script.answer) as engine,
        edit(variables={"DOCKER_HOST": engine.address}) as editor,
    ):
        editor.open("Dockerfile", "FROM acm\n")
        async with asyncio.timeout(PATIENCE):
            while not (completed := await editor.completed("Dockerfile", "\n")).items:
                pass
        assert [(each.label, each.detail) for each in completed.items] == [
            ("acme/local:7", "on this machine")
        ]

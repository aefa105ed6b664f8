"""Definitions, references, highlights, symbols and renaming, over stdio, in files that name each other."""

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

DOCKERFILE = """\
ARG VERSION=3.12
FROM python:${VERSION}-slim AS base
ARG VERSION
RUN echo "$VERSION" 'not $VERSION' && sh -c 'echo ${VERSION:-1}'
FROM base AS build
ENV VERSION=$VERSION
RUN echo $VERSION
FROM scratch
COPY --from=BUILD /a /a
RUN --mount=type=bind,from=base,target=/b true
"""
COMPOSE = """\
x-db: &db postgres:${DB}
services:
  app:
    build:
      context: app
      target: build
      args:
        VERSION: "3.13"
        OTHER: 1
  one:
    build:
      context: ./app
      args: [VERSION=3.14, "VERSION"]
  db:
    image: *db
  again:
    image: postgres:16
"""
BAKE = """\
variable "V" { default = "3.11" }
target "app" {
  context = "app"
  target = "base"
  args = {
    VERSION = V
  }
  contexts = { db = "docker-image://postgres:${V}" }
}
"""
FILES = {
    "app/Dockerfile": DOCKERFILE,
    "compose.yaml": COMPOSE,
    "docker-bake.hcl": BAKE,
    ".env": "# a\nDB=17\n",
    "deep/er/k8s.yaml": (
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: docker.io/library/postgres:17\n"
    ),
    "values.yaml": "image:\n  repository: postgres\n  tag: '17'\n",
}


@pytest.fixture
def work(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / "work" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "work"


def opened(editor, *names):
    for name in names:
        editor.open(name, FILES[name], language="hcl" if name.endswith("hcl") else None)


async def test_definitions_in_and_across_files(work, edit):
    async with edit() as editor:
        opened(editor, "app/Dockerfile", "compose.yaml", "docker-bake.hcl")
        at = DOCKERFILE.index
        assert (await editor.defined("app/Dockerfile", "VERSION}-slim"))[0] == (
            "app/Dockerfile:1: VERSION"
        )
        assert await editor.defined("app/Dockerfile", "base AS build") == ["app/Dockerfile:2: base"]
        assert await editor.defined("app/Dockerfile", "BUILD /a") == ["app/Dockerfile:5: build"]
        assert await editor.defined("app/Dockerfile", at("from=base") + 6) == [
            "app/Dockerfile:2: base"
        ]
        assert await editor.defined("app/Dockerfile", 'VERSION"') == ["app/Dockerfile:3: VERSION"]
        assert await editor.defined("compose.yaml", "DB}") == [".env:2: 17"]
        assert await editor.defined("compose.yaml", "*db") == [
            "compose.yaml:1: postgres:",
            ".env:2: 17",
        ]
        assert await editor.defined("compose.yaml", "build\n      args") == [
            "app/Dockerfile:5: build"
        ]
        assert await editor.defined("compose.yaml", "app:") == ["app/Dockerfile:5: build"]
        assert await editor.defined("compose.yaml", "one:") == ["app/Dockerfile:8: scratch"]
        assert await editor.defined("compose.yaml", "VERSION:") == ["app/Dockerfile:1: VERSION"]
        assert await editor.defined("docker-bake.hcl", 'base"') == ["app/Dockerfile:2: base"]
        assert await editor.defined("docker-bake.hcl", 'V}"') == ["docker-bake.hcl:1: 3.11"]
        assert await editor.defined("app/Dockerfile", "RUN") == []


async def test_references_by_repository_and_by_exact_reference(work, edit):
    async with edit() as editor:
        opened(editor, "compose.yaml")
        assert await editor.referred("compose.yaml", "postgres:16") == [
            "compose.yaml:1: postgres:${DB}",
            "compose.yaml:15: *db",
            "compose.yaml:17: postgres:16",
            "deep/er/k8s.yaml:5: docker.io/library/postgres:17",
            "docker-bake.hcl:8: postgres:${V}",
            "values.yaml:2: postgres",
        ]
        assert await editor.referred("compose.yaml", COMPOSE.index(":16") + 1) == [
            "compose.yaml:17: postgres:16"
        ]
        assert await editor.referred("compose.yaml", "{DB}") == [
            "compose.yaml:1: postgres:${DB}",
            "compose.yaml:15: *db",
            "deep/er/k8s.yaml:5: docker.io/library/postgres:17",
            "values.yaml:2: postgres",
        ]
        editor.open("new/compose.yaml", "services:\n  a:\n    image: postgres:16\n")
        assert "new/compose.yaml:3: postgres:16" in await editor.referred(
            "compose.yaml", COMPOSE.index(":16") + 1
        )


async def test_references_of_names_reach_whoever_builds_the_file(work, edit):
    async with edit() as editor:
        opened(editor, "app/Dockerfile", "compose.yaml")
        assert await editor.referred("app/Dockerfile", "base AS build") == [
            "app/Dockerfile:2: base",
            "app/Dockerfile:5: base",
            "app/Dockerfile:10: base",
            "docker-bake.hcl:4: base",
        ]
        found = await editor.referred("compose.yaml", "VERSION:", declared=False)
        assert found == [
            "app/Dockerfile:2: VERSION",
            "app/Dockerfile:4: VERSION",
            "app/Dockerfile:4: VERSION",
            "app/Dockerfile:6: VERSION",
            *(each for each in found if not each.startswith("app/")),
        ]
        assert "compose.yaml:8: VERSION" in found
        assert "docker-bake.hcl:6: VERSION" in found


async def test_highlights_and_symbols(work, edit):
    async with edit() as editor:
        opened(editor, "app/Dockerfile", "compose.yaml")
        document = types.TextDocumentIdentifier(editor.uri("app/Dockerfile"))
        line = types.Position(4, 5)
        params = types.DocumentHighlightParams(document, line)
        marks = await editor.client.text_document_document_highlight_async(params)
        kinds = types.DocumentHighlightKind
        assert [(each.range.start.line, each.kind) for each in marks] == [
            (1, kinds.Write),
            (4, kinds.Read),
            (9, kinds.Read),
        ]
        symbols = await editor.client.text_document_document_symbol_async(
            types.DocumentSymbolParams(document)
        )
        (symbol,) = symbols
        assert symbol.name.startswith("python:3.1")
        assert symbol.detail == "base image"
        found = await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams("pgr17"))
        assert [editor.located([each.location])[0] for each in found] == [
            "compose.yaml:1: postgres:${DB}",
            "compose.yaml:15: *db",
            "deep/er/k8s.yaml:5: docker.io/library/postgres:17",
            "values.yaml:2: postgres",
        ]


async def test_a_stage_is_renamed_in_the_dockerfile_and_where_builders_name_it(work, edit):
    async with edit() as editor:
        opened(editor, "app/Dockerfile", "compose.yaml")
        await editor.renamed("app/Dockerfile", "build\nENV", "Compile")
        assert editor.text("app/Dockerfile") == DOCKERFILE.replace(
            "AS build", "AS compile"
        ).replace("--from=BUILD", "--from=compile")
        assert editor.text("compose.yaml") == COMPOSE.replace("target: build", "target: compile")
        await editor.renamed("compose.yaml", "compile", "build")
        assert editor.text("compose.yaml") == COMPOSE


async def test_a_variable_is_renamed_with_its_uses_and_builders_arguments(work, edit):
    async with edit() as editor:
        opened(editor, "app/Dockerfile", "compose.yaml")
        await editor.renamed("app/Dockerfile", "VERSION}-slim", "PY")
        assert editor.text("app/Dockerfile") == (
            DOCKERFILE.replace("VERSION", "PY")
            .replace("'not $PY'", "'not $VERSION'")
            .replace("ENV PY=$PY\nRUN echo $PY", "ENV VERSION=$PY\nRUN echo $VERSION")
        )
        assert editor.text("compose.yaml") == COMPOSE.replace(
            'VERSION: "3.13"', 'PY: "3.13"'
        ).replace('[VERSION=3.14, "VERSION"]', '[PY=3.14, "PY=${VERSION}"]')
        assert (work / "docker-bake.hcl").read_text() == BAKE.replace("VERSION = V", "PY = V")


@pytest.mark.parametrize(
    ("at", "new", "why"),
    [
        ("base AS build", "build", "already"),
        ("base AS build", "1st", "no name for a stage"),
        ("base AS build", "scratch", "reserved"),
        ("VERSION}-slim", "a-b", "no name for a variable"),
        ("RUN", "x", "neither a stage nor a variable"),
    ],
)
async def test_what_cannot_be_named_so_is_refused_with_the_reason(work, edit, at, new, why):
    async with edit() as editor:
        opened(editor, "app/Dockerfile")
        with pytest.raises(JsonRpcException, match=why):
            await editor.renamed("app/Dockerfile", at, new)


HOSTILE = [
    *("", " ", "a b", "a\nRUN evil", "a\r", "$(id)", "${V}", "--from", "a\u202eb", "\u0430"),
    *('a"', "'a'", "a`id`", "a\\", "a\0", "a,from=b", "a=b", "a:b", "../a", "#", "a;", "K\u0661"),
]


@pytest.mark.parametrize("at", ["base AS build", "VERSION}-slim"])
async def test_what_would_be_more_than_a_name_is_refused(work, edit, at):
    async with edit() as editor:
        opened(editor, "app/Dockerfile")
        for new in HOSTILE:
            with pytest.raises(JsonRpcException, match="no name for a"):
                await editor.renamed("app/Dockerfile", at, new)
        assert editor.text("app/Dockerfile") == DOCKERFILE


async def test_what_a_rename_would_start_from_is_said_before(edit):
    async with edit() as editor:
        text = "ARG TARGETARCH\nARG V=1\nFROM a:${V}\nFROM --platform=$TARGETARCH b\n"
        editor.open("Dockerfile", text)

        async def prepared(at):
            document = types.TextDocumentIdentifier(editor.uri("Dockerfile"))
            params = types.PrepareRenameParams(document, editor._position("Dockerfile", at))
            return await editor.client.text_document_prepare_rename_async(params)

        assert (await prepared("V}")).placeholder == "V"
        assert await prepared("FROM") is None
        with pytest.raises(JsonRpcException, match="meaning of its own"):
            await prepared("TARGETARCH b")


SHARED = """\
target "_common" { args = { V = "1", W = "2" } }
target "a" {
  inherits = ["_common"]
  context = "a"
}
target "b" {
  inherits = ["_common"]
  context = "b"
}
"""


async def test_what_is_inherited_is_told_to_several_and_renamed_only_where_one_has_it(
    edit, tmp_path
):
    work = tmp_path / "work"
    files = {
        "docker-bake.hcl": SHARED,
        "a/Dockerfile": "ARG V\nARG W\nFROM x:${V}-${W}\n",
        "b/Dockerfile": "ARG W\nFROM x:${W}\n",
    }
    for name, text in files.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text)
    async with edit() as editor:
        editor.open("docker-bake.hcl", SHARED, language="hcl")
        assert await editor.defined("docker-bake.hcl", "W =") == [
            "a/Dockerfile:2: W",
            "b/Dockerfile:1: W",
        ]
        await editor.renamed("docker-bake.hcl", "V =", "NEW")
        assert editor.text("docker-bake.hcl") == SHARED.replace("V =", "NEW =")
        assert (work / "a/Dockerfile").read_text() == "ARG NEW\nARG W\nFROM x:${NEW}-${W}\n"
        with pytest.raises(JsonRpcException, match="b/Dockerfile is given it by the same text"):
            await editor.renamed("docker-bake.hcl", 'W = "2"', "OTHER")


INLINE_COMPOSE = """\
services:
  app:
    build:
      target: build
      args: { VERSION: "3.13" }
      dockerfile_inline: |
        ARG VERSION=3.12
        FROM python:$$VERSION AS base
        FROM ${BASE:-base} AS Build
        ARG VERSION
        RUN echo "$${VERSION}"
        FROM scratch
        COPY --from=build /a /a
  other:
    build:
      dockerfile_inline: "FROM alpine AS base\\nFROM base AS build\\n"
"""
INLINE_BAKE = """\
target "app" {
  dockerfile-inline = <<EOT
ARG VERSION=3.12
FROM python:$VERSION AS base
FROM base AS build
EOT
  target = "build"
  args = { VERSION = "3.13" }
}
target "child" {
  inherits = ["app"]
  target = "base"
}
"""


@pytest.mark.parametrize(
    ("file", "text", "at", "found"),
    [
        ("compose.yaml", INLINE_COMPOSE, "target: ‸build", ["9: Build"]),
        ("compose.yaml", INLINE_COMPOSE, 'VERSION: "3.13"', ["7: VERSION"]),
        ("compose.yaml", INLINE_COMPOSE, "from=‸build", ["9: Build"]),
        ("compose.yaml", INLINE_COMPOSE, "$$‸VERSION AS", ["7: VERSION"]),
        ("compose.yaml", INLINE_COMPOSE, "other:", ["16: base"]),
        ("compose.yaml", INLINE_COMPOSE, "base AS build", ["16: base"]),
        ("docker-bake.hcl", INLINE_BAKE, '"‸build"', ["5: build"]),
        ("docker-bake.hcl", INLINE_BAKE, '"‸base"', ["4: base"]),
        ("docker-bake.hcl", INLINE_BAKE, 'VERSION = "3.13"', ["3: VERSION"]),
        ("docker-bake.hcl", INLINE_BAKE, "base AS build", ["4: base"]),
    ],
)
async def test_definitions_in_a_dockerfile_that_another_file_holds(edit, file, text, at, found):
    async with edit() as editor:
        editor.open(file, text)
        place = text.index(at.replace("‸", "")) + max(at.find("‸"), 0)
        assert await editor.defined(file, place) == [f"{file}:{each}" for each in found]


@pytest.mark.parametrize(
    ("file", "text", "at", "changes"),
    [
        (
            "compose.yaml",
            INLINE_COMPOSE,
            "Build\n",
            [
                ("target: build", "target: made"),
                ("AS Build", "AS made"),
                ("from=build", "from=made"),
            ],
        ),
        (
            "compose.yaml",
            INLINE_COMPOSE,
            "VERSION=3",
            [
                ('VERSION: "3.13"', 'made: "3.13"'),
                ("VERSION=3.12", "made=3.12"),
                ("$$VERSION AS", "$$made AS"),
                ("ARG VERSION\n", "ARG made\n"),
                ("$${VERSION}", "$${made}"),
            ],
        ),
        (
            "compose.yaml",
            INLINE_COMPOSE,
            "base AS build",
            [("alpine AS base\\nFROM base", "alpine AS made\\nFROM made")],
        ),
        (
            "docker-bake.hcl",
            INLINE_BAKE,
            "base AS build",
            [("AS base", "AS made"), ("FROM base", "FROM made"), ('= "base"', '= "made"')],
        ),
        (
            "docker-bake.hcl",
            INLINE_BAKE,
            "VERSION=3",
            [("ARG VERSION", "ARG made"), ("$VERSION", "$made"), ("VERSION = ", "made = ")],
        ),
    ],
)
async def test_a_name_is_renamed_in_the_dockerfile_that_another_file_holds(
    edit, file, text, at, changes
):
    async with edit() as editor:
        editor.open(file, text)
        places = await editor.referred(file, text.index(at))
        await editor.renamed(file, text.index(at), "made")
        renamed = text
        for before, after in changes:
            assert renamed.count(before) == 1, before
            renamed = renamed.replace(before, after)
        assert editor.text(file) == renamed
        assert len(places) == renamed.count("made")


async def test_what_a_variable_says_in_a_dockerfile_that_another_file_holds_keeps_its_name(edit):
    async with edit() as editor:
        editor.open("compose.yaml", INLINE_COMPOSE)
        at = INLINE_COMPOSE.index("base\n        FROM ${")
        assert await editor.referred("compose.yaml", at) == [
            "compose.yaml:8: base",
            "compose.yaml:9: base",
        ]
        with pytest.raises(JsonRpcException, match="a variable says it"):
            await editor.renamed("compose.yaml", at, "made")

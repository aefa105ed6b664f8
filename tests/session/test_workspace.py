"""Documents as they are now: what one says follows what others say, open or on disk."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import attrs
import pytest

from tagwise.documents.model import Occurrence
from tagwise.documents.own_places import OwnPlace
from tagwise.oci.platform import LINUX_AMD64
from tagwise.session.background import BackgroundTasks
from tagwise.session.files import Files
from tagwise.session.settings import Settings
from tagwise.session.workspace import SMALL, OpenDocument, Workspace
from tagwise.session.workspace_images import WorkspaceImages


@attrs.frozen
class Folder:
    """A workspace over a folder."""

    root: Path
    workspace: Workspace

    def write(self, files: Mapping[str, str]) -> None:
        """Change files on disk."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        self.workspace.changed_on_disk()

    def edit(self, name: str, text: str) -> None:
        """Change a text in the editor."""
        document = str(self.root / name)
        self.workspace.put(document, OpenDocument(document, dedent(text)))

    async def occurrences(self, name: str) -> tuple[Occurrence, ...]:
        document = str(self.root / name)
        if self.workspace.opened(document) is None:
            self.edit(name, (self.root / name).read_text())
        read = await self.workspace.read(document)
        return read.parsed.occurrences if read else ()

    async def values(self, name: str) -> list[str]:
        return [
            each.value.text if each.variant is None else f"{each.value.text} [{each.variant}]"
            for each in await self.occurrences(name)
        ]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    root = tmp_path / "workspace"
    root.mkdir()
    return Folder(root, Workspace(Files((root,)), environment={}, platform=LINUX_AMD64))


DOCKERFILE = "ARG V=1\nFROM python:${V}\n"
COMPOSE = "services: {web: {build: {context: app, args: {V: '${V}'}}}}\n"


async def test_a_dockerfile_follows_the_compose_file_that_builds_it(folder):
    folder.write({"app/Dockerfile": DOCKERFILE})
    assert await folder.values("app/Dockerfile") == ["python:1"]
    folder.write({"compose.yaml": COMPOSE, ".env": "V=2\n"})
    assert await folder.values("app/Dockerfile") == ["python:2"]
    folder.edit("compose.yaml", COMPOSE.replace("${V}", "3"))
    assert await folder.values("app/Dockerfile") == ["python:3"]
    folder.workspace.close(str(folder.root / "compose.yaml"))
    assert await folder.values("app/Dockerfile") == ["python:2"]
    folder.edit(".env", "V=4\n")
    assert await folder.values("app/Dockerfile") == ["python:4"]
    folder.edit("compose.yaml", "services: {web: {build: elsewhere}}")
    assert await folder.values("app/Dockerfile") == ["python:1"]


async def test_named_contexts_targets_and_platforms_reach_the_dockerfile(folder):
    folder.write(
        {
            "Dockerfile": "FROM base AS a\nFROM $TARGETSTAGE-$TARGETARCH\n",
            "compose.yaml": """\
                services:
                  web:
                    build:
                      context: .
                      target: prod
                      platforms: [linux/arm64]
                      additional_contexts: {base: docker-image://alpine:3.20}
                """,
        }
    )
    base, last = await folder.occurrences("Dockerfile")
    assert (base.value.text, str(base.platform)) == ("alpine:3.20", "linux/arm64")
    assert {piece.place.document for piece in base.value.pieces} == {
        str(folder.root / "compose.yaml")
    }
    assert last.value.text == "prod-arm64"


async def test_an_override_file_builds_too(folder):
    folder.write({"app/Dockerfile": DOCKERFILE, "compose.yaml": COMPOSE, ".env": "V=2"})
    folder.write({"compose.override.yaml": "services: {web: {build: {args: {V: 5}}}}"})
    assert await folder.values("app/Dockerfile") == ["python:5"]
    folder.edit("compose.override.yaml", "services: {web: {build: {args: {V: 6}}}}")
    assert await folder.values("app/Dockerfile") == ["python:6"]


async def test_an_included_file_is_told_the_variables_of_what_includes_it(folder):
    folder.write(
        {
            "compose.yaml": "include: [stack/compose.yaml]",
            ".env": "V=2",
            "stack/compose.yaml": "services: {web: {build: {context: ., args: {V: '${V}'}}}}",
            "stack/Dockerfile": DOCKERFILE,
            "stack/.env": "V=3",
        }
    )
    assert await folder.values("stack/Dockerfile") == ["python:2"]
    folder.edit("compose.yaml", "services: {}")
    assert await folder.values("stack/Dockerfile") == ["python:3"]


async def test_builders_that_differ(folder):
    folder.write(
        {
            "Dockerfile": DOCKERFILE,
            "compose.yaml": """\
                services:
                  a: {build: {args: {V: 2}}}
                  b: {build: {args: {V: 3}}}
                """,
        }
    )
    assert await folder.values("Dockerfile") == ["python:2 [a]", "python:3 [b]"]


async def test_what_a_service_extends_is_read_as_it_is_now(folder):
    folder.write(
        {
            "compose.yaml": "services: {a: {image: redis:1, extends: {file: x/base.yaml, service: b}}}",
            "x/base.yaml": "services: {b: {extends: {file: more.yaml, service: c}}}",
            "x/more.yaml": "services: {c: {platform: linux/arm64}}",
        }
    )
    assert [str(each.platform) for each in await folder.occurrences("compose.yaml")] == [
        "linux/arm64"
    ]
    folder.edit("x/more.yaml", "services: {c: {build: .}}")
    (image,) = await folder.occurrences("compose.yaml")
    assert image.skipped is not None
    assert image.skipped.reason.value == "build-output"


async def test_files_outside_are_not_read(folder, tmp_path):
    (tmp_path / "out.yaml").write_text("services: {b: {platform: linux/arm64}}")
    (tmp_path / ".env").write_text("V=1")
    folder.write(
        {
            "compose.yaml": "services: {a: {image: 'redis:${V}', extends: {file: ../out.yaml, service: b}}}"
        }
    )
    (image,) = await folder.occurrences("compose.yaml")
    assert image.platform is None
    assert image.skipped is not None


@pytest.mark.parametrize("name", ["//host/share/x.yaml", "\\\\host\\share\\x.yaml"])
async def test_no_other_machine_is_asked_for_a_file(folder, name):
    asked: list[str] = []
    read = folder.workspace.text

    class Watching(Workspace):
        def text(self, document: str) -> str | None:
            asked.append(document)
            return read(document)

    workspace = Watching(Files((folder.root,)), environment={}, platform=LINUX_AMD64)
    text = f"services: {{a: {{image: x, extends: {{file: '{name}', service: b}}}}}}"
    document = str(folder.root / "compose.yaml")
    workspace.put(document, OpenDocument(document, text))
    assert await workspace.read(document) is not None
    assert not any("host" in each for each in asked)


async def test_a_dockerfile_follows_the_bake_file_that_builds_it(folder):
    folder.write(
        {
            "app/Dockerfile": DOCKERFILE,
            "docker-bake.hcl": 'target "app" {\n  context = "app"\n  args = { V = "2" }\n}\n',
        }
    )
    assert await folder.values("app/Dockerfile") == ["python:2"]
    folder.edit("docker-bake.hcl", 'target "app" {\n  context = "app"\n  args = { V = "3" }\n}\n')
    assert await folder.values("app/Dockerfile") == ["python:3"]
    folder.write({"docker-bake.override.hcl": 'target "app" {\n  args = { V = "4" }\n}\n'})
    assert await folder.values("app/Dockerfile") == ["python:4"]
    folder.edit("docker-bake.override.hcl", 'target "app" {\n  args = { V = "${W}" }\n}\n')
    assert await folder.values("app/Dockerfile") == ["python:${V}"]
    folder.write({"compose.yaml": "services: {web: {build: {context: app, args: {V: '5'}}}}\n"})
    folder.edit("docker-bake.override.hcl", "")
    assert await folder.values("app/Dockerfile") == ["python:3 [app]", "python:5 [web]"]


async def test_each_combination_of_a_matrix_is_a_builder(folder):
    folder.write(
        {
            "Dockerfile": DOCKERFILE,
            "docker-bake.hcl": """\
                target "app" {
                  name = "app-${v}"
                  matrix = { v = ["8", "9"] }
                  args = { V = v }
                }
                """,
        }
    )
    assert await folder.values("Dockerfile") == ["python:8 [app-8]", "python:9 [app-9]"]


async def test_a_variable_of_another_bake_file(folder):
    folder.write(
        {
            "docker-bake.hcl": 'variable "V" { default = "3.22" }\n',
            "docker-bake.override.hcl": """\
                target "a" { contexts = { alpine = "docker-image://alpine:${V}" } }
                """,
        }
    )
    assert await folder.values("docker-bake.override.hcl") == ["alpine:3.22"]


@pytest.mark.parametrize(
    "path",
    [
        ".devcontainer/devcontainer.json",
        ".devcontainer/python/devcontainer.json",
        ".devcontainer.json",
    ],
)
async def test_a_dockerfile_follows_the_development_container(folder, path):
    up = "../" * path.count("/")
    text = '{"build": {"dockerfile": "%sdocker/Dockerfile", "args": {"V": "%s"}}}'
    folder.write({"docker/Dockerfile": DOCKERFILE, path: text % (up, "2")})
    assert await folder.values("docker/Dockerfile") == ["python:2"]
    folder.edit(path, text % (up, "3"))
    assert await folder.values("docker/Dockerfile") == ["python:3"]


async def test_an_inline_dockerfile_follows_the_override_file(folder):
    folder.write(
        {
            "docker-bake.hcl": 'target "a" { dockerfile-inline = "ARG V=1\\nFROM python:$V" }\n',
            "docker-bake.override.json": '{"target": {"a": {"args": {"V": "2"}}}}',
        }
    )
    assert await folder.values("docker-bake.hcl") == ["python:2"]


LARGE = "FROM python:3 AS a\n" + "# padding\n" * (SMALL // 10 + 1)


@pytest.mark.parametrize("text", [LARGE, "FROM python:3\nENV NEXT=redis:8\n"])
async def test_a_version_is_read_once_for_all_who_ask_at_the_same_time(folder, text):
    """A large text is read in a thread, patterns are run by a program: both take a while."""
    place = OwnPlace("**/Dockerfile", pattern="NEXT=(?P<image>.+)")
    folder.workspace.configure(Settings(places=(place,)))
    folder.edit("Dockerfile", text)
    document = str(folder.root / "Dockerfile")
    asking = [asyncio.create_task(folder.workspace.read(document)) for _ in range(6)]
    await asyncio.sleep(0)
    asking[0].cancel()
    first, *others = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(first, asyncio.CancelledError)
    assert [len(each.parsed.occurrences) for each in others] == [1 if text is LARGE else 2] * 5
    assert len({id(each.parsed) for each in others}) == 1
    assert (await folder.workspace.read(document)).parsed is others[0].parsed


async def test_a_version_that_is_old_by_the_time_it_is_read_is_read_anew(folder):
    document = str(folder.root / "Dockerfile")
    folder.edit("Dockerfile", LARGE)
    asking = [asyncio.create_task(folder.workspace.read(document)) for _ in range(3)]
    await asyncio.sleep(0)
    folder.edit("Dockerfile", LARGE.replace("python:3", "python:4"))
    reads = await asyncio.gather(*asking)
    assert {each.parsed.occurrences[0].value.text for each in reads} == {"python:4"}
    assert len({id(each.parsed) for each in reads}) == 1


@pytest.fixture
async def tasks():
    tasks = BackgroundTasks()
    yield tasks
    await tasks.aclose()


async def test_looking_again_reads_files_anew_and_searches_no_folder(folder, tasks):
    folder.write({"compose.yaml": "services: {a: {image: 'a:${T}'}}\n", ".env": "T=1\n"})
    images = WorkspaceImages(folder.workspace, tasks)
    assert await folder.values("compose.yaml") == ["a:1"]
    await images.documents()
    (folder.root / ".env").write_text("T=2\n")
    assert await folder.values("compose.yaml") == ["a:1"], "nobody has said that it changed"
    folder.workspace.look_again()
    images.refresh(lambda: None)
    assert not images.is_searching
    assert await folder.values("compose.yaml") == ["a:2"]
    folder.workspace.changed_on_disk()
    images.refresh(lambda: None)
    assert images.is_searching


async def test_a_search_for_what_is_not_open_reads_nothing_that_is(tmp_path, tasks):
    class Counted(Workspace):
        """Says what was read as it is in the editor."""

        opened_reads = ()

        async def read(self, document):
            self.opened_reads = (*self.opened_reads, document)
            return await super().read(document)

    for name in ("a", "b"):
        (tmp_path / f"{name}.Dockerfile").write_text(f"FROM {name}\n")
    workspace = Counted(Files((tmp_path,)), environment={}, platform=LINUX_AMD64)
    document = str(tmp_path / "a.Dockerfile")
    workspace.put(document, OpenDocument(document, "FROM typed\n"))
    found = await WorkspaceImages(workspace, tasks).soon(30)
    assert [Path(each.document).name for each in found] == ["b.Dockerfile"]
    assert workspace.opened_reads == ()

"""`composeFiles` is the order of `docker compose -f`: a later file counts over an earlier one.

docs.docker.com/compose/how-tos/multiple-compose-files/merge; paths are those of the folder the setting
is for.
"""

import pytest

from tagwise.oci.platform import LINUX_AMD64
from tagwise.session.files import Files
from tagwise.session.settings import Settings
from tagwise.session.workspace import OpenDocument, Workspace

FIRST = """\
services:
  web:
    build: {context: ., args: {V: "3.12"}}
"""
SECOND = """\
services:
  web:
    build: {args: {V: "3.13"}, target: last}
"""
DOCKERFILE = "ARG V=3.9\nFROM python:$V AS one\nFROM alpine:$V AS last\n"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "docker-compose.one.yaml").write_text(FIRST)
    (tmp_path / "docker-compose.two.yaml").write_text(SECOND)
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    return tmp_path


async def images(root, *names):
    workspace = Workspace(Files((root,)), environment={}, platform=LINUX_AMD64)
    workspace.configure(Settings(compose_files=names))
    document = str(root / "Dockerfile")
    workspace.put(document, OpenDocument(document, DOCKERFILE))
    read = await workspace.read(document)
    return [each.value.text for each in read.parsed.occurrences]


@pytest.mark.parametrize(
    ("names", "version"),
    [
        (("docker-compose.one.yaml", "docker-compose.two.yaml"), "3.13"),
        (("docker-compose.two.yaml", "docker-compose.one.yaml"), "3.12"),
    ],
)
async def test_the_last_file_has_the_last_word_on_who_builds(root, names, version):
    found = await images(root, *names)
    assert set(found) == {f"python:{version}", f"alpine:{version}"}


async def test_a_file_that_is_changed_in_an_editor_counts_at_once(root):
    workspace = Workspace(Files((root,)), environment={}, platform=LINUX_AMD64)
    names = ("docker-compose.one.yaml", "docker-compose.two.yaml")
    workspace.configure(Settings(compose_files=names))
    document, second = str(root / "Dockerfile"), str(root / names[1])
    workspace.put(document, OpenDocument(document, DOCKERFILE))
    assert "python:3.13" in {each.value.text for each in await occurrences(workspace, document)}
    workspace.put(second, OpenDocument(second, SECOND.replace("3.13", "3.14")))
    assert "python:3.14" in {each.value.text for each in await occurrences(workspace, document)}
    workspace.close(second)
    assert "python:3.13" in {each.value.text for each in await occurrences(workspace, document)}


async def occurrences(workspace, document):
    return (await workspace.read(document)).parsed.occurrences

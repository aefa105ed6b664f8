"""Places that a setting names: keys and patterns, read, pinned, and given up in time."""

from collections.abc import Iterable
from textwrap import dedent

import pytest

from tagwise.documents.model import Occurrence, Role
from tagwise.documents.own_places import OwnPlace
from tagwise.ide.edits import Plan, applied, merged, pin, unpin, update
from tagwise.oci.digest import Digest
from tagwise.oci.platform import LINUX_AMD64
from tagwise.session.files import Files
from tagwise.session.patterns import matches_of
from tagwise.session.settings import Settings, of_repository, read_settings
from tagwise.session.workspace import OpenDocument, Workspace

DIGEST = Digest.parse("sha256:" + "a" * 64)
OTHER = Digest.parse("sha256:" + "b" * 64)


async def occurrences(name: str, text: str, *places: OwnPlace) -> tuple[Occurrence, ...]:
    workspace = Workspace(Files(()), environment={}, platform=LINUX_AMD64)
    workspace.configure(Settings(places=places))
    workspace.put(name, OpenDocument(name, text))
    read = await workspace.read(name)
    return read.parsed.occurrences if read else ()


async def values(name: str, text: str, *places: OwnPlace) -> list[tuple[str, str]]:
    found = await occurrences(name, text, *places)
    return [(each.span.of(text), each.value.text) for each in found]


ANSIBLE = """\
services:
  - name: web
    docker_image: "nginx:1.29"   # kept
  - name: job
    docker_image: {{ registry }}/job
docker_image: 'redis:8'
"""


async def test_a_key_at_any_depth_of_a_yaml_file():
    place = OwnPlace("group_vars/*.yml", path="**.docker_image")
    text = ANSIBLE.replace("{{ registry }}/job", '"{{ registry }}/job"')
    found = await occurrences("group_vars/all.yml", text, place)
    assert [each.value.text for each in found if not each.skipped] == ["nginx:1.29", "redis:8"]
    assert [each.value.text for each in found if each.skipped] == ["{{ registry }}/job"]
    assert {each.role for each in found} == {Role.CONFIGURED_IMAGE}
    assert await occurrences("other/all.yml", text, place) == ()


async def test_keys_of_a_json_file():
    text = '{"images": {"a": "alpine:3", "b.c": ["busybox"]} /* x */}'
    path = 'images."b.c".*'
    assert await values("x.json", text, OwnPlace("*.json", path=path)) == [("busybox", "busybox")]
    assert await values("x.json", text, OwnPlace("*.json", path="images.a")) == [
        ("alpine:3", "alpine:3")
    ]


TOML = r"""
image = "python:3.13" # one
[tool.app]
"image" = 'redis:8'
nested.image = "\u0061lpine:3"
list = [ "a:1",
  "b:2", # a comment
  { image = "c:3" },
]
broken = = "x"
text = '''
image = "no"
'''
[[stage]]
image = "golang:1"
[[stage]]
image = "node:24"
"""


async def test_keys_of_a_toml_file():
    async def images(path: str) -> list[str]:
        return [each for _, each in await values("a.toml", TOML, OwnPlace("*.toml", path=path))]

    assert await images("image") == ["python:3.13"]
    assert await images("tool.app.image") == ["redis:8"]
    assert await images("tool.app.nested.image") == ["alpine:3"]
    assert await images("tool.app.list.*") == ["a:1", "b:2"]
    assert await images("stage.*.image") == ["golang:1", "node:24"]
    assert await images("**.image") == [
        *("python:3.13", "redis:8", "alpine:3", "c:3", "golang:1", "node:24"),
    ]


TERRAFORM = """\
resource "docker_image" "web" {
  name = "nginx:1.29"
}
locals {
  repository = "acme/api", tag = "2.1"
}
: "${IMAGE:=redis:8}"
"""
PATTERNS = (
    OwnPlace("*.tf", pattern=r'name = "(?P<image>[^"]+)"'),
    OwnPlace("*.tf", pattern=r'repository = "(?P<image>[^"]+)", tag = "(?P<tag>[^"@]+)'
             r'(?:@(?P<digest>[^"]+))?"'),
    OwnPlace("*.tf", pattern=r"\$\{\w+:=(?P<image>[^}]+)\}"),
)  # fmt: skip


async def test_patterns():
    assert await values("main.tf", TERRAFORM, *PATTERNS) == [
        ("nginx:1.29", "nginx:1.29"),
        ("acme/api", "acme/api:2.1"),
        ("redis:8", "redis:8"),
    ]


def changed(text: str, found: Iterable[Occurrence], digest: Digest | None) -> str:
    plans = [pin(each, digest) if digest else unpin(each) for each in found if not each.skipped]
    return applied(text, merged(plan for plan in plans if isinstance(plan, Plan)).edits)


@pytest.mark.parametrize(
    ("name", "text", "places"),
    [
        ("main.tf", TERRAFORM, PATTERNS),
        ("a.toml", TOML, (OwnPlace("*.toml", path="**.image"),)),
        ("a.yml", ANSIBLE, (OwnPlace("*.yml", path="**.docker_image"),)),
    ],
)
async def test_pins_change_nothing_else_and_come_off(name, text, places):
    pinned = changed(text, await occurrences(name, text, *places), DIGEST)
    assert pinned.replace(f"@{DIGEST}", "") == text
    assert pinned.count(str(DIGEST)) >= 2
    found = await occurrences(name, pinned, *places)
    assert changed(pinned, found, OTHER) == pinned
    updates = [plan for each in found if isinstance(plan := update(each, OTHER), Plan)]
    assert applied(pinned, merged(updates).edits) == pinned.replace(str(DIGEST), str(OTHER))
    assert changed(pinned, found, None) == text


async def test_what_a_format_reads_itself_is_read_once():
    text = "services: {a: {image: redis:8}}\nx-image: nginx:1\n"
    place = OwnPlace("compose.yaml", pattern=r"image: (?P<image>[\w:.]+)")
    assert await values("compose.yaml", text, place) == [
        ("redis:8", "redis:8"),
        ("nginx:1", "nginx:1"),
    ]


async def test_a_pattern_that_takes_for_ever_is_given_up(caplog):
    slow = r"(?P<image>(a+)+)$"
    assert await matches_of([slow], "a" * 40 + "!\n", "x.sh", deadline=0.5) == ()
    assert "x.sh: your patterns took longer" in caplog.text


async def test_a_long_line_is_passed_over():
    text = "x" * 2001 + "\nx\n"
    (match,) = await matches_of([r"^(?P<image>x+)"], text, "x.sh")
    assert match.image.of(text) == "x"


def test_a_repository_may_name_keys_but_no_patterns():
    layer = {"places": [{"files": "*.tf", "pattern": "(?P<image>x)"}, {"files": "a", "path": "b"}]}
    kept, complaints = of_repository(layer)
    assert kept == {"places": [{"files": "a", "path": "b"}]}
    assert complaints == ("places: only a user may set a pattern, not a repository",)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"files": "*.tf", "pattern": "("}, "no regular expression"),
        ({"files": "*.tf", "pattern": "x"}, "no group"),
        ({"files": "*.tf"}, "one of `path` and `pattern`"),
        ({"path": "x"}, "expected `files`"),
        ({"files": "*.tf", "path": 1}, "texts all"),
        ("x", "expected `files`"),
    ],
)
def test_what_cannot_be_used_is_told(place, told):
    settings, (complaint,) = read_settings({"places": [place]})
    assert settings.places == ()
    assert told in complaint


async def test_a_repository_names_places(tmp_path):
    (tmp_path / "tagwise.toml").write_text('[[places]]\nfiles = "v.yml"\npath = "image"\n')
    workspace = Workspace(Files((tmp_path,)), environment={}, platform=LINUX_AMD64)
    document = str(tmp_path / "v.yml")
    workspace.put(document, OpenDocument(document, "image: redis:8\nother: x\n"))
    read = await workspace.read(document)
    assert read is not None
    assert [each.value.text for each in read.parsed.occurrences] == ["redis:8"]
    assert read.language == "own"


async def test_the_files_of_a_project_by_setting(tmp_path):
    for name, text in {
        "tagwise.toml": 'compose-files = ["base.compose.yaml", "prod.yaml"]\nenv-files = ["p.env"]\n',
        "base.compose.yaml": "services: {a: {image: 'redis:${V}'}, b: {build: app}}\n",
        "prod.yaml": "services: {b: {build: {args: {V: '${V}'}}}}\n",
        "p.env": "V=8\n",
        "app/Dockerfile": "ARG V=1\nFROM python:$V\n",
        "docker-compose.yml": "services: {b: {build: {context: app, args: {V: '0'}}}}\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(dedent(text))
    workspace = Workspace(Files((tmp_path,)), environment={}, platform=LINUX_AMD64)
    document = str(tmp_path / "prod.yaml")
    workspace.put(document, OpenDocument(document, (tmp_path / "prod.yaml").read_text()))
    document = str(tmp_path / "base.compose.yaml")
    workspace.put(document, OpenDocument(document, (tmp_path / "base.compose.yaml").read_text()))
    read = await workspace.read(document)
    assert read is not None
    assert [each.value.text for each in read.parsed.occurrences] == ["redis:8"]

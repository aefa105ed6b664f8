"""The commands that ask the engine, beside the docker command on the same dockerd, and on podman."""

import json
import re
import sys

import httpx
import pytest

from support.engine_terminal import AGE, Terminal, tar
from support.engines import running_dockerd, running_podman
from support.real_parts import (
    PASSWORD,
    USER,
    debian_registry,
    push_image,
    require,
    two_platform_image,
)

SECONDS = 60
FIELDS = """ID Repository Tag Digest CreatedSince CreatedAt Size Containers VirtualSize SharedSize
UniqueSize""".split()


@pytest.fixture(scope="module")
def dockerd(tmp_path_factory):
    require("docker")
    with running_dockerd() as address:
        yield Terminal(address, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def podman(tmp_path_factory):
    require("docker")
    with running_podman() as address:
        yield Terminal(address, tmp_path_factory.mktemp("home"))


@pytest.fixture(params=["dockerd", "podman"])
def terminal(request):
    found = request.getfixturevalue(request.param)
    yield found
    for container in found.docker("ps", "-aq").split():
        found.docker("rm", "-f", container)
    found.tagwise("rm", "--all", "--yes")
    assert found.tagwise("images", "-aq") == ""


def untagged(text):
    """Podman spells names whole, and those without a registry as this machine's."""
    return text.replace("localhost/", "").replace("docker.io/", "")


@pytest.fixture
async def listed(terminal):
    """Images of every kind on terminal; the registry that has one of them."""
    async with debian_registry() as registry:
        terminal.make("demo/one:1.0", b"x" * 1_234_567, "LABEL team=red")
        terminal.docker("tag", "demo/one:1.0", "demo/one:latest")
        terminal.docker("tag", "demo/one:1.0", f"{registry.host}/demo/one:1.0")
        terminal.docker("push", f"{registry.host}/demo/one:1.0")
        terminal.make("demo/two:1", b"y" * 999, "LABEL team=blue")
        terminal.make("", b"nobody")
        terminal.make("parent:1", b"z" * 50_000)
        context = tar(b"more", Dockerfile=b"FROM parent:1\nCOPY file /more\n")
        terminal.docker("build", "--quiet", "--tag", "child:1", "-", stdin=context)
        terminal.docker("rmi", "parent:1")
        yield registry
        terminal.tagwise("rm", "--all", "--yes")


def rows(text):
    """Cells of each line; docker's order is by chance where an image has several repositories."""
    lines = [re.split(r"\s{2,}", AGE.sub("AGE", line)) for line in text.splitlines()]
    headers = [line for line in lines[:1] if line[0] in {"REPOSITORY", "IMAGE ID"}]
    return headers + sorted(lines[len(headers) :])


async def test_images_are_listed_as_docker_lists_them(terminal, listed):
    host = listed.host
    calls = [
        (),
        ("-a",),
        ("-q",),
        ("-q", "--no-trunc"),
        ("--digests",),
        ("--digests", "--no-trunc"),
        ("-f", "dangling=true"),
        ("-f", "dangling=false"),
        ("-f", "before=demo/two:1"),
        ("-f", "since=demo/two:1"),
        ("-f", "label=team"),
        ("-f", "label=team=red"),
        ("-f", "label=team=red", "-f", "reference=*/one:l*"),
        ("-f", "reference=demo/*"),
        ("demo/one",),
        ("demo/one:latest",),
        (f"{host}/demo/one:1.0",),
        ("no/such",),
        ("--format", "table"),
        ("--format", r"table {{.ID}}\t{{.Size}}\t{{.CreatedAt}}"),
        ("--format", "{{.Repository}}:{{.Tag}}"),
        ("--format", "{{json .Tag}} {{upper .Repository}} {{.ID | lower}}"),
        ("-q", "--format", "{{.Tag}}"),
        *(("--digests", "--format", f"x {{{{.{field}}}}}") for field in FIELDS),
        *(("--format", f"x {{{{.{field}}}}}") for field in FIELDS),
    ]
    for call in calls:
        expected = terminal.docker("images", *call)
        found = terminal.tagwise("images", *call)
        assert bool(expected) == bool(found), call
        if expected:
            assert rows(found) == rows(expected), call


async def test_the_json_of_images_has_dockers_fields(terminal, listed):
    def items(text):
        read = [json.loads(AGE.sub("AGE", line)) for line in text.splitlines()]
        return sorted(read, key=lambda item: sorted(item.items()))

    for options in ((), ("--digests", "--no-trunc")):
        expected = items(terminal.docker("images", *options, "--format", "{{json .}}"))
        assert {frozenset(each) for each in expected} == {frozenset(FIELDS)}
        assert items(terminal.tagwise("images", *options, "--format", "{{json .}}")) == expected
        assert items(terminal.tagwise("images", *options, "--format", "json")) == expected


def test_a_filter_the_engine_does_not_know(dockerd):
    assert "nvalid filter 'colour'" in dockerd.tagwise("images", "-f", "colour=red", code=1)


async def test_pull_with_credentials_and_remove(terminal, tmp_path):
    async with debian_registry(needs_password=True) as registry:
        image, name = two_platform_image(), f"{registry.host}/demo/app:1.0"
        async with httpx.AsyncClient(
            base_url=registry.url, auth=(USER, PASSWORD), trust_env=False
        ) as client:
            await push_image(client, "demo/app", image, "1.0")
        refused = terminal.tagwise("pull", name, code=1)
        assert f"could not pull {name}" in refused

        (tmp_path / "config.json").write_text(
            json.dumps({"auths": {registry.host: {"username": USER, "password": PASSWORD}}})
        )
        terminal.environment["DOCKER_CONFIG"] = str(tmp_path)
        try:
            out = terminal.tagwise("pull", name)
            assert out.splitlines()[0] == f"Digest: {image.digest}"
            assert out.splitlines()[-1] == name
            assert terminal.tagwise("pull", "--quiet", name) == f"{name}\n"
        finally:
            del terminal.environment["DOCKER_CONFIG"]
        listed = terminal.tagwise("images", "--format", "{{.Repository}}:{{.Tag}}")
        assert listed == f"{name}\n"
        assert f"Untagged: {name}" in terminal.tagwise("rm", name)
        assert terminal.tagwise("images", "-q") == ""


def test_an_image_in_use_stays_and_its_container_is_named(terminal):
    terminal.make("demo/used:1", b"used")
    terminal.docker("create", "--name", "the-boss", "demo/used:1", "/x")
    said = terminal.tagwise("rm", "demo/used:1", "demo/missing:1", code=1)
    assert "the-boss" in said
    assert "demo/missing:1" in said
    assert terminal.tagwise("images", "-q", "demo/used:1") != ""


def test_an_image_in_two_repositories_says_what_stays(terminal):
    identity = terminal.make("demo/a:1", b"two names")
    terminal.docker("tag", "demo/a:1", "demo/b:1")
    assert "force" in terminal.tagwise("rm", identity[7:19], code=1)
    assert untagged(terminal.tagwise("rm", "demo/a:1")) == "Untagged: demo/a:1\n"
    assert identity[7:71] in terminal.tagwise("rm", identity[7:19])


@pytest.mark.parametrize("other", ["demo/b:1", "demo/a:2"], ids=["repositories", "tags"])
def test_an_id_of_several_names_is_removed_or_refused_as_docker_does(terminal, other):
    ends = []
    for words in ((require("docker"), "rmi"), (sys.executable, "-m", "tagwise", "rm")):
        identity = terminal.make("demo/a:1", b"two names")
        terminal.docker("tag", "demo/a:1", other)
        for options in ((), ("--force",)):
            ended = terminal.run(*words, *options, identity[7:19], code=None)
            # Docker lists what is of one age in any order.
            listed = terminal.docker("images", "--format", "{{.Repository}}:{{.Tag}}")
            left = sorted(listed.splitlines())
            said = sorted(re.sub(r"[0-9a-f]{64}", "ID", ended.stdout).splitlines())
            ends.append((ended.returncode, said, left))
            if not ended.returncode:
                break
    assert ends[: len(ends) // 2] == ends[len(ends) // 2 :]


def test_dangling_images_go_only_where_somebody_says_yes(terminal):
    terminal.make("demo/kept:1", b"kept")
    identity = terminal.make("", b"dangling")
    assert "say --yes" in terminal.tagwise("rm", "--dangling", code=2)
    assert identity[7:71] in terminal.tagwise("rm", "--dangling", "--yes")
    assert terminal.tagwise("rm", "--dangling", "--yes") == "no images to remove\n"
    assert "Untagged: demo/kept:1" in untagged(terminal.tagwise("rm", "demo/kept:1"))


def test_layers_as_docker_history_and_whom_they_are_shared_with(terminal):
    terminal.make("demo/base:1", b"b" * 2000)
    dockerfile = b"FROM demo/base:1\nCOPY file /more\nENV A=b\n"
    context = tar(b"more", Dockerfile=dockerfile)
    terminal.docker("build", "--quiet", "--tag", "demo/top:1", "-", stdin=context)
    found = json.loads(terminal.tagwise("layers", "demo/top:1", "--format", "json"))
    history = terminal.docker("history", "--human=false", "--format", "{{.Size}}", "demo/top:1")
    inspected = json.loads(terminal.docker("inspect", "demo/top:1"))[0]
    assert [each["size"] for each in found["layers"]] == list(map(int, history.split()))
    made = [each for each in found["layers"] if each["digest"]]
    assert [each["digest"] for each in made][::-1] == inspected["RootFS"]["Layers"]
    assert [list(map(untagged, each["sharedWith"])) for each in made] == [[], ["demo/base:1"]]
    assert untagged(found["base"]) == "demo/base:1"
    assert "COPY" in made[0]["instruction"]
    terminal.tagwise("rm", "demo/top:1", "demo/base:1")


async def test_what_a_registry_has_beside_what_is_here(terminal):
    """The platforms of an index, a tree of what was pulled, and layers told without pulling."""
    async with debian_registry() as registry:
        image, name = two_platform_image(), f"{registry.host}/demo/app:1.0"
        async with httpx.AsyncClient(base_url=registry.url, trust_env=False) as client:
            await push_image(client, "demo/app", image, "1.0")
        ask = ("images", name, "--platforms", "--format", "{{.Platform}} {{.Here}} {{.Layers}}")
        assert terminal.tagwise(*ask) == "linux/amd64 no 2\nlinux/arm64 no 2\n"
        far = json.loads(terminal.tagwise("layers", name, "--format", "json"))
        assert (far["from"], [each["sharedWith"] for each in far["layers"]]) == (
            "registry",
            [[], [], []],
        )

        terminal.tagwise("pull", name)
        assert terminal.tagwise(*ask) == "linux/amd64 yes 2\nlinux/arm64 no 2\n"
        assert str(image.digest) in terminal.tagwise("images", name, "--platforms")
        far = json.loads(terminal.tagwise("layers", name, "--remote", "--format", "json"))
        near = json.loads(terminal.tagwise("layers", name, "--format", "json"))
        assert near["from"] == "engine"
        assert [each["instruction"] for each in near["layers"]] == [
            each["instruction"] for each in far["layers"]
        ]
        assert [each["sharedWith"] for each in far["layers"] if each["digest"]] == [[name], [name]]
        tree = terminal.tagwise("images", "--tree")
        assert f"{name} " in tree
        assert "└─ linux/amd64 " in tree
        assert tree.count("layer ") == 2


async def test_every_tag_of_a_repository_and_one_platform(terminal):
    async with debian_registry() as registry:
        name = f"{registry.host}/demo/app"
        async with httpx.AsyncClient(base_url=registry.url, trust_env=False) as client:
            await push_image(client, "demo/app", two_platform_image(), "1.0", "2.0")
        assert name in terminal.tagwise("pull", "--all-tags", name)
        listed = terminal.tagwise("images", "--format", "{{.Tag}}", name)
        assert sorted(listed.split()) == ["1.0", "2.0"]
        terminal.tagwise("rm", f"{name}:1.0", f"{name}:2.0")
        terminal.tagwise("pull", "--platform", "linux/arm64", f"{name}:1.0")
        assert "─ linux/arm64" in terminal.tagwise("images", "--tree")
        missing = terminal.tagwise("pull", "-q", f"{name}:gone", f"{name}:2.0", code=1)
        assert f"could not pull {name}:gone" in missing
        assert "2.0" in terminal.tagwise("images", "--format", "{{.Tag}}", name)

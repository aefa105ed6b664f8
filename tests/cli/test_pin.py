"""`tagwise pin`, `update`, `unpin`: diffs that others apply, files that change wholly or not."""

import os
import resource
import stat
import subprocess

import httpx
import pytest

from support.real_parts import require
from tagwise.oci.digest import Digest

OLD = Digest.of(b"something older")


@pytest.fixture
def digest(hub):
    """What a tag names on the registry, asked without any of our client's code."""

    def ask(repository, tag):
        url = f"{hub.url}/v2/{repository}/manifests/{tag}"
        accept = "application/vnd.oci.image.index.v1+json"
        return Digest.of(httpx.get(url, headers={"Accept": accept}).content)

    return ask


FILES = {
    "Dockerfile": "ARG V=3.22\nFROM alpine:${V} AS a\n\tRUN x\x0cy\u2028z\nFROM\tredis:8\n# end",
    "win/Dockerfile": "# CRLF\r\nFROM alpine:3.22\r\nRUN x\r\n",
    "a folder/compose.yaml": "services:\n  a:\n    image: redis:$T # note\n",
    "a folder/.env": "T='8'\n",
}


def after(files, digest):
    alpine, redis = digest("library/alpine", "3.22"), digest("library/redis", "8")
    return {
        "Dockerfile": files["Dockerfile"]
        .replace("V=3.22", f"V=3.22@{alpine}")
        .replace("redis:8", f"redis:8@{redis}"),
        "win/Dockerfile": files["win/Dockerfile"].replace("3.22\r", f"3.22@{alpine}\r"),
        "a folder/compose.yaml": files["a folder/compose.yaml"],
        "a folder/.env": f"T='8@{redis}'\n",
    }


@pytest.mark.parametrize("tool", ["git", "patch"])
def test_the_diff_is_one_that_tools_apply(program, digest, tool):
    program.write(FILES)
    ended = program("pin")
    assert {name: program.read(name).decode() for name in FILES} == FILES, "nothing is written"
    assert ended.err == ("4 to be pinned, 0 left as they are (nothing written yet: add --write)\n")
    command = {"git": ["git", "apply", "-"], "patch": ["patch", "--binary", "-p1"]}[tool]
    subprocess.run(
        [require(command[0]), *command[1:]], input=ended.raw, cwd=program.folder, check=True,
        stdout=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "GIT_CEILING_DIRECTORIES": "/"},
    )  # fmt: skip
    assert {name: program.read(name).decode() for name in FILES} == after(FILES, digest)


def test_pin_update_unpin_on_disk(program, digest):
    program.write(FILES)
    target = program.folder / "Dockerfile"
    target.chmod(0o751)
    link = program.folder / "win" / "Dockerfile.link"
    link.symlink_to("../Dockerfile")
    ended = program("pin", "--write", link, "win/Dockerfile", "a folder")
    assert (ended.out, ended.err) == ("", "4 pinned, 0 left as they are\n")
    pinned = after(FILES, digest)
    assert {name: program.read(name).decode() for name in FILES} == pinned
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o751

    again = program("pin", "--write")
    assert again.err == "0 pinned, 4 left as they are\n"
    assert {name: program.read(name).decode() for name in FILES} == pinned

    assert program("unpin", "--write", env={"TAGWISE_MIRROR": ""}).err == (
        "4 unpinned, 0 left as they are\n"
    )
    assert {name: program.read(name).decode() for name in FILES} == FILES
    left = {path.name for path in program.folder.rglob("*") if path.is_file()}
    assert left == {"Dockerfile", "Dockerfile.link", "compose.yaml", ".env"}


def test_update_replaces_what_is_behind_its_tag(program, moved):
    tag = moved[0]
    text = "FROM redis:8\nFROM python:3.12-slim@{}\nFROM a@{}\n"
    program.write({"Dockerfile": text.format(tag.old, OLD)})
    ended = program("update", "--write", code=1)
    assert ended.err.splitlines() == [
        f"Dockerfile:3:6: a@{OLD}: a digest without a tag follows no tag",
        "1 updated, 1 left as they are, 1 failed",
    ]
    assert program.read("Dockerfile").decode() == text.format(tag.new, OLD)


def test_one_that_fails_does_not_keep_the_others(program, digest, hub):
    text = f"FROM alpine:3.22 AS a\nFROM {hub.host}/no/such:1\nFROM {hub.host}/library/redis:nope\n"
    program.write({"Dockerfile": text})
    ended = program("pin", "--write", code=1)
    pinned = f"alpine:3.22@{digest('library/alpine', '3.22')}"
    assert program.read("Dockerfile").decode() == text.replace("alpine:3.22", pinned)
    first, second, summary = ended.err.splitlines()
    assert first.startswith(f"Dockerfile:2:6: {hub.host}/no/such:1: ")
    assert second.startswith(f"Dockerfile:3:6: {hub.host}/library/redis:nope: ")
    assert "not found" in first
    assert summary == "1 pinned, 0 left as they are, 2 failed"


def test_a_file_that_cannot_be_written_is_left_as_it_was(program):
    """Here, because the file may not grow: permissions would not stop an administrator."""
    text = "FROM redis:8\n" + "# padding\n" * 8000
    program.write({"Dockerfile": "FROM alpine:3.22\n", "full/Dockerfile": text})
    limit = len(text)
    ended = program(
        "pin", "--write", code=1,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert ended.err.splitlines() == [
        "not written: full/Dockerfile: File too large",
        "2 pinned, 0 left as they are",
    ]
    assert program.read("full/Dockerfile").decode() == text
    assert list((program.folder / "full").iterdir()) == [program.folder / "full" / "Dockerfile"]
    assert b"@sha256" in program.read("Dockerfile")


@pytest.fixture
def meanwhile(hub, registry):
    """Do something once, as soon as the registry is asked."""

    def arrange(change):
        def once(_):
            registry.interceptor = None
            change()

        registry.interceptor = once

    yield arrange
    registry.interceptor = None


COMPOSE = "services:\n  a:\n    image: redis:${T}\n"


@pytest.mark.parametrize(
    ("name", "text", "stays"),
    [
        ("compose.yaml", f"# typed meanwhile\n{COMPOSE}", "T=8\n"),
        (".env", "# typed meanwhile\nT=8\n", COMPOSE),
    ],
)
def test_what_is_typed_meanwhile_is_neither_lost_nor_cut_up(
    program, digest, meanwhile, name, text, stays
):
    others = {"b/Dockerfile": "FROM alpine:3.22\n"}
    program.write({"compose.yaml": COMPOSE, ".env": "T=8\n", **others})
    meanwhile(lambda: program.write({name: text}))
    ended = program("pin", "--write", code=1)
    why = "its file, or what it has values from, has changed meanwhile: try again"
    assert ended.err.splitlines() == [
        f"compose.yaml:3:12: redis:8: {why}",
        "1 pinned, 0 left as they are, 1 failed",
    ]
    assert program.read(name).decode() == text
    assert program.read({"compose.yaml": ".env"}.get(name, "compose.yaml")).decode() == stays
    pinned = f"FROM alpine:3.22@{digest('library/alpine', '3.22')}\n"
    assert program.read("b/Dockerfile").decode() == pinned


def test_a_comment_typed_meanwhile_below_is_kept(program, digest, meanwhile):
    program.write({"Dockerfile": "FROM alpine:3.22\n"})
    meanwhile(lambda: program.write({"Dockerfile": "FROM alpine:3.22\n# typed\n"}))
    program("pin", "--write")
    pinned = f"FROM alpine:3.22@{digest('library/alpine', '3.22')}\n# typed\n"
    assert program.read("Dockerfile").decode() == pinned


def test_nothing_to_do_is_no_failure(program):
    ended = program("pin")
    assert (ended.out, ended.err) == ("", "0 to be pinned, 0 left as they are\n")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--diff", "--write"], "--diff and --write exclude each other"),
        (["-"], "standard input cannot be changed: name files or folders"),
        (["nowhere"], "nowhere: no such file or folder"),
        (["--mirror", "docker.io"], "--mirror takes REGISTRY=URL, not 'docker.io'"),
    ],
)
def test_wrong_usage(offline, arguments, error):
    assert offline("pin", *arguments, code=2).error == error


def test_an_unreachable_registry_is_told_for_each_image(offline):
    offline.write({"Dockerfile": "FROM localhost:9/a\n"})
    ended = offline("pin", code=1)
    where, summary = ended.err.splitlines()
    assert where.startswith("Dockerfile:1:6: localhost:9/a: localhost:9 cannot be reached")
    assert summary == "0 to be pinned, 0 left as they are, 1 failed"

"""What compose builds: Dockerfiles, and what services say to them."""

import pytest

from tagwise.documents.compose import parse
from tagwise.documents.model import Build, Inputs, SourceText

INPUTS = Inputs(
    document="compose.yaml",
    environment={"HOME": "/root"},
    files={".env": SourceText(".env", "TAG=3.12\nDIR=app\n")},
)


def builds(text: str) -> tuple[Build, ...]:
    return parse(text).builds(INPUTS)


@pytest.mark.parametrize(
    ("build", "path"),
    [
        (".", "Dockerfile"),
        ("./", "Dockerfile"),
        ("./app/", "app/Dockerfile"),
        ("../app", "../app/Dockerfile"),
        ("/srv/app", "/srv/app/Dockerfile"),
        ("${DIR}", "app/Dockerfile"),
        ("{context: app}", "app/Dockerfile"),
        ("{context: app, dockerfile: dev.Dockerfile}", "app/dev.Dockerfile"),
        ("{context: app, dockerfile: /srv/Dockerfile}", "/srv/Dockerfile"),
        ("{dockerfile: a/Dockerfile}", "a/Dockerfile"),
        ("{args: {A: 1}}", "Dockerfile"),
    ],
)
def test_paths(build, path):
    (found,) = builds(f"services:\n  web:\n    build: {build}\n")
    assert found.dockerfile == path
    assert found.builder.name == "web"


@pytest.mark.parametrize(
    "build",
    [
        "https://github.com/a/b.git",
        "git@github.com:a/b.git",
        "github.com/a/b",
        "ssh://a/b",
        "{dockerfile_inline: FROM a}",
        "!reset .",
        "",
    ],
)
def test_what_is_not_built_from_a_file_here(build):
    assert builds(f"services:\n  web:\n    build: {build}") == ()


def test_what_a_service_says():
    (build,) = builds(
        """
services:
  web:
    platform: linux/arm64
    build:
      context: .
      target: ${NONE:-prod}
      platforms: [linux/amd64, "linux/arm64"]
      args:
        - TAG=${TAG}-slim
        - HOME
        - NOTHING
        - EMPTY=
      additional_contexts:
        base: docker-image://alpine:3.20
"""
    )
    args = {name: value.text for name, value in build.builder.args.items()}
    assert args == {"TAG": "3.12-slim", "HOME": "/root", "EMPTY": ""}
    assert build.builder.contexts["base"].text == "docker-image://alpine:3.20"
    assert build.builder.target == "prod"
    assert build.builder.platforms == ("linux/amd64", "linux/arm64")


def test_a_mapping_of_args_merges_and_inherits():
    (build,) = builds(
        """
x-args: &args {A: 1, B: 2}
services:
  web:
    platform: linux/arm64
    build:
      args: {<<: *args, B: 3, HOME: , NOTHING: ~}
"""
    )
    args = {name: value.text for name, value in build.builder.args.items()}
    assert args == {"A": "1", "B": "3", "HOME": "/root"}
    assert build.builder.platforms == ("linux/arm64",)


def test_arguments_from_variables_that_something_else_reads_are_no_place_to_edit():
    text = "services:\n  web:\n    build:\n      args:\n        TAG: ${TAG}\n"
    (alone,) = builds(text)
    assert all(piece.editable for piece in alone.builder.args["TAG"].pieces)
    (read,) = builds(text + "    command: ${TAG}\n")
    assert not any(piece.editable for piece in read.builder.args["TAG"].pieces)

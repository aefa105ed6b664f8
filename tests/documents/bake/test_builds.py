"""What bake builds: targets, matrices and files together, by the Bake file reference."""

from collections.abc import Mapping

import pytest

from tagwise.documents.bake.syntax import parse
from tagwise.documents.model import Build, Inputs, Skip, SkipReason, SourceText


def builds(text: str, others: Mapping[str, str] | None = None, **environment: str) -> list[Build]:
    neighbours = tuple(SourceText(name, each) for name, each in (others or {}).items())
    inputs = Inputs("docker-bake.hcl", environment, neighbours=neighbours)
    return list(parse(text).builds(inputs))


def args(build: Build) -> dict[str, str | SkipReason]:
    return {
        name: value.reason if isinstance(value, Skip) else value.text
        for name, value in build.builder.args.items()
    }


@pytest.mark.parametrize(
    ("attributes", "path"),
    [
        ("", "Dockerfile"),
        ('context = "app"', "app/Dockerfile"),
        ('context = "./app/"\n dockerfile = "../Dockerfile.dev"', "Dockerfile.dev"),
        ('dockerfile = "docker/${NAME}.Dockerfile"', "docker/web.Dockerfile"),
        ('context = "https://github.com/a/b.git"\n dockerfile = "cwd://Dockerfile"', "Dockerfile"),
    ],
)
def test_paths(attributes, path):
    (build,) = builds(f'variable "NAME" {{ default = "web" }}\ntarget "app" {{\n{attributes}\n}}\n')
    assert build.dockerfile == path
    assert build.builder.name == "app"


@pytest.mark.parametrize(
    "attributes",
    [
        'context = "https://github.com/a/b.git"',
        'context = "git@github.com:a/b.git"',
        'dockerfile-inline = "FROM a"',
        'dockerfile = trimspace("x")',
    ],
)
def test_what_is_not_built_from_a_file_here(attributes):
    assert builds(f'target "app" {{\n{attributes}\n}}') == []


def test_what_a_target_says_and_inherits():
    text = """
variable "GO" { default = "1.25" }
target "_common" {
  args = { GO = "1.20", DEBUG = "0" }
  contexts = { alpine = "docker-image://alpine:3.20" }
  platforms = ["linux/amd64"]
}
target "app" {
  inherits = ["_common"]
  args = { GO = "${GO}" }
  contexts = { base = "target:base" }
  platforms = ["linux/arm64", "linux/${GO}"]
  target = "release"
}
"""
    (app,) = builds(text)  # A name that starts with an underscore is a private target's.
    assert args(app) == {"GO": "1.25", "DEBUG": "0"}
    assert {name: value.text for name, value in app.builder.contexts.items()} == {
        "alpine": "docker-image://alpine:3.20",
        "base": "target:base",
    }
    assert app.builder.platforms == ("linux/arm64", "linux/1.25")
    assert app.builder.target == "release"
    assert args(builds(text, GO="9")[0])["GO"] == "9"


def test_null_leaves_the_word_to_what_is_weaker():
    text = """
variable "GO" { default = null }
variable "ALPINE" { default = GO }
target "base" { args = { GO = "1.25", ALPINE = "3.20", NODE = "24" } }
target "app" {
  inherits = ["base"]
  args = { GO = GO, ALPINE = "${ALPINE}", NODE = null, DEBUG = null }
}
"""
    app = builds(text)[1]
    assert args(app) == {"GO": "1.25", "ALPINE": "3.20", "NODE": "24"}
    assert args(builds(text, GO="1.26")[1])["GO"] == "1.26"


def test_what_is_computed_is_not_known():
    (build,) = builds('target "a" { args = { V = replace("1", "1", "2"), W = "x" } }')
    assert args(build) == {"V": SkipReason.TEMPLATE, "W": "x"}


def test_a_matrix_is_one_target_for_each_combination():
    text = """
variable "VERSIONS" { default = ["8", "9"] }
target "app" {
  name = "app-${replace(item.go, ".", "-")}"
  matrix = {
    item = [{ go = "1.24", os = "alpine" }, { go = "1.25", os = "bookworm" }]
    v = VERSIONS
  }
  args = { GO = item.go, OS = "${item.os}${v}" }
}
target "named" {
  name = "named-${v}"
  matrix = { v = ["1", "2"] }
  args = { V = v }
}
"""
    found = builds(text)
    assert [args(build) for build in found] == [
        {"GO": "1.24", "OS": "alpine8"},
        {"GO": "1.24", "OS": "alpine9"},
        {"GO": "1.25", "OS": "bookworm8"},
        {"GO": "1.25", "OS": "bookworm9"},
        {"V": "1"},
        {"V": "2"},
    ]
    assert [build.builder.name for build in found[-2:]] == ["named-1", "named-2"]
    assert len({build.builder.name for build in found}) == len(found)


def test_an_override_file_has_the_last_word():
    other = '{"target": {"app": {"args": {"V": "3"}, "context": "other"}}}'
    (build,) = builds(
        'target "app" {\n  args = { V = "1", W = "${W}" }\n}\nvariable "W" { default = "1" }\n',
        {"docker-bake.override.json": other, "other.docker-bake.hcl": 'target "app" {}'},
    )
    assert args(build) == {"V": "3", "W": "1"}
    assert build.dockerfile == "other/Dockerfile"
    assert build.document == "docker-bake.override.json"


def test_a_file_that_is_not_the_first_leaves_it_to_the_first():
    assert builds('target "app" {}', {"docker-bake.json": "{}"}) == []


def test_targets_that_inherit_in_a_circle():
    found = builds('target "a" { inherits = ["b"] }\ntarget "b" { inherits = ["a"] }\n')
    assert [build.builder.name for build in found] == ["a", "b"]


def test_what_reaches_several_dockerfiles_is_not_edited():
    text = """
target "_c" { args = { V = "1" } }
target "a" {
  inherits = ["_c"]
  context = "a"
  args = { W = "2" }
}
target "b" {
  inherits = ["_c"]
  context = "b"
}
"""
    a, _ = builds(text)
    editable = {
        name: all(piece.editable for piece in value.pieces)
        for name, value in a.builder.args.items()
        if not isinstance(value, Skip)
    }
    assert editable == {"V": False, "W": True}

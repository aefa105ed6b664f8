"""The line that builds a Dockerfile: printed, chosen among builders, and run by a docker on PATH.

The authorities are docker compose's own translation (pkg/compose/build_bake.go) and buildx's
(bake/bake.go); `tests/real/test_build_command.py` asks the real buildx.
"""

import os
import shlex
import stat
import sys

import attrs
import pytest

BUILD = ["docker", "buildx", "build"]
DOCKERFILE = "ARG V=1\nFROM alpine:${V} AS prod\nARG W\n"


def words(ended):
    (line,) = ended.out.splitlines()
    found = shlex.split(line)
    assert found[:3] == BUILD
    return found[3:]


@pytest.fixture
def build(offline):
    def build(files, *arguments, **options):
        offline.write({"Dockerfile": DOCKERFILE, **files})
        return offline("build-command", *arguments, **options)

    return build


@pytest.fixture
def fake_docker(tmp_path):
    """A docker that prints what it is given, and where, and ends with 7."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "docker"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        "print(os.getcwd())\nprint('\\0'.join(sys.argv[1:]))\nsys.exit(7)\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return folder


def test_a_dockerfile_alone(build):
    assert words(build({})) == ["."]


def test_what_a_person_asks_for(build):
    ended = build(
        {},
        "--platform",
        "linux/amd64,linux/arm64",
        "-t",
        "acme/api:1",
        "--build-arg",
        "V=2 3",
        "--target",
        "prod",
        "--push",
    )
    assert words(ended) == [
        *("--platform", "linux/amd64,linux/arm64"),
        *("--tag", "acme/api:1"),
        *("--build-arg", "V=2 3"),
        *("--target", "prod"),
        "--push",
        ".",
    ]


def test_another_file_and_folder(build):
    assert words(build({"a/b.Dockerfile": DOCKERFILE}, "a/b.Dockerfile")) == [
        *("--file", "a/b.Dockerfile"),
        "a",
    ]
    assert words(build({"a/Dockerfile": DOCKERFILE}, "a")) == ["a"]
    assert words(build({}, "a/Dockerfile", "--context", ".")) == ["--file", "a/Dockerfile", "."]


def test_a_service_says_how(build):
    compose = """
services:
  web:
    image: acme/web
    build:
      context: .
      target: ${TARGET}
      args: [V=3.20, "W=it's"]
      additional_contexts: {base: docker-image://busybox, lib: ../lib}
      tags: [acme/web:new]
      secrets: [token, {source: key, target: other}]
      ssh: [default]
      cache_from: [acme/cache]
      extra_hosts: {db: 10.0.0.1}
      ulimits: {nofile: 3}
secrets:
  token: {environment: TOKEN}
  key: {file: ./key.pem}
"""
    assert words(build({"compose.yaml": compose, ".env": "TARGET=prod"})) == [
        *("--build-arg", "V=3.20", "--build-arg", "W=it's"),
        *("--build-context", "base=docker-image://busybox", "--build-context", "lib=../lib"),
        *("--target", "prod"),
        *("--tag", "acme/web:new", "--tag", "acme/web"),
        *("--cache-from", "acme/cache"),
        *("--add-host", "db=10.0.0.1"),
        *("--ulimit", "nofile=3:3"),
        *("--ssh", "default"),
        *("--secret", "id=token,env=TOKEN", "--secret", "id=other,src=key.pem"),
        ".",
    ]


def test_what_a_person_says_counts_over_the_file(build):
    compose = """
services:
  web:
    image: acme/web
    build: {context: ., args: {V: "3", W: "4"}, platforms: [linux/amd64], target: prod}
"""
    ended = build(
        {"compose.yaml": compose},
        *("-t", "mine", "--build-arg", "V=5", "--platform", "linux/arm64", "--target", "x"),
    )
    assert words(ended) == [
        *("--build-arg", "W=4"),
        *("--platform", "linux/arm64"),
        *("--tag", "mine"),
        *("--build-arg", "V=5"),
        *("--target", "x"),
        ".",
    ]


def test_who_builds_it_stands_above_in_the_repository(offline):
    offline.write(
        {
            ".git/HEAD": "",
            "compose.yaml": "services: {web: {build: {context: app, args: {A: 1}}}}",
            "app/Dockerfile": DOCKERFILE,
        }
    )
    inside = attrs.evolve(offline, folder=offline.folder / "app")
    assert words(offline("build-command", "app")) == ["--build-arg", "A=1", "app"]
    assert words(inside("build-command")) == ["--build-arg", "A=1", "."]


def test_a_bake_target_says_how(build):
    bake = """
variable "V" { default = "3.20" }
target "base" {
  args = { V = V, DEBUG = 1, OLD = null }
  labels = { "a.b" = "x,y" }
  cache-from = ["type=registry,ref=acme/cache"]
}
target "web" {
  inherits = ["base"]
  tags = ["acme/web:${V}"]
  platforms = ["linux/amd64", "linux/arm64"]
  secret = [{ type = "file", id = "key", src = "key.pem" }]
  output = ["type=oci,dest=out.tar"]
  no-cache = true
  ssh = [{ id = "default", paths = ["a", "b"] }]
}
"""
    assert words(build({"docker-bake.hcl": bake}, "--bake-target", "web")) == [
        *("--build-arg", "V=3.20", "--build-arg", "DEBUG=1"),
        *("--label", "a.b=x,y"),
        *("--platform", "linux/amd64,linux/arm64"),
        *("--tag", "acme/web:3.20"),
        *("--output", "type=oci,dest=out.tar"),
        *("--cache-from", "type=registry,ref=acme/cache"),
        *("--secret", "id=key,type=file,src=key.pem"),
        *("--ssh", "default=a,b"),
        "--no-cache",
        ".",
    ]


def test_a_development_container_says_how(offline):
    container = """{"build": {"dockerfile": "Dockerfile", "context": "..", "args": {"V": "${localEnv:V:9}"},
      "target": "prod", "options": ["--network=host", "--add-host", "a:b", "--no-cache"]}}"""
    offline.write(
        {".devcontainer/Dockerfile": DOCKERFILE, ".devcontainer/devcontainer.json": container}
    )
    assert words(offline("build-command", ".devcontainer/Dockerfile")) == [
        *("--build-arg", "V=9"),
        *("--target", "prod"),
        *("--network", "host"),
        *("--add-host", "a:b"),
        "--no-cache",
        *("--file", ".devcontainer/Dockerfile"),
        ".",
    ]


TWO = {
    "compose.yaml": "services:\n  web: {build: .}\n  worker: {build: {context: ., target: prod}}\n",
    "docker-bake.hcl": 'target "all" { target = "prod" }\n',
}


def test_several_builders_are_told_and_one_is_chosen(build):
    error = build(TWO, code=2).error
    assert "bake target 'all', compose service 'web', compose service 'worker': choose" in error
    assert words(build(TWO, "--service", "worker")) == ["--target", "prod", "."]
    assert words(build(TWO, "--bake-target", "all")) == ["--target", "prod", "."]
    assert words(build(TWO, "--alone")) == ["."]
    error = build(TWO, "--service", "all", code=2).error
    assert "'all' does not build Dockerfile: bake target 'all'" in error


def test_builders_that_say_the_same_are_one(build):
    compose = (
        "services:\n  web: {build: {context: ., args: {V: 3}}}\n  cron: {build: {args: {V: 3}}}\n"
    )
    assert words(build({"compose.yaml": compose})) == ["--build-arg", "V=3", "."]


def test_what_one_line_cannot_do_is_said(build):
    compose = """
services:
  base: {build: {context: ., target: prod}}
  web: {build: {context: ., additional_contexts: {base: "service:base"}}}
"""
    error = build({"compose.yaml": compose}, "--service", "web", code=2).error
    assert "what the service base builds" in error
    assert "`docker compose build web`" in error
    bake = 'target "a" {}\ntarget "b" { contexts = { x = "target:a" } }\n'
    error = build({"compose.yaml": "", "docker-bake.hcl": bake}, "--bake-target", "b", code=2).error
    assert "`docker buildx bake b`" in error


def test_what_is_known_only_when_bake_runs_is_left_out_and_said(build):
    bake = 'target "a" { args = { V = timestamp(), W = "1" }\n tags = ["a:${nope}"] }\n'
    ended = build({"docker-bake.hcl": bake}, code=1)
    assert words(ended) == ["--build-arg", "W=1", "."]
    assert "args.V: an expression" in ended.err
    assert "tags: nope is not set" in ended.err
    told = build({}, "--build-arg", "V=9", "-t", "a:9")
    assert words(told) == ["--build-arg", "W=1", "--tag", "a:9", "--build-arg", "V=9", "."]
    build({}, "--run", code=1)


def test_build_arguments_of_the_settings_where_the_file_declares_them(build):
    settings = '[build-args]\nV = "7"\nW = "8"\nOTHER = "9"\n'
    compose = 'services: {web: {build: {context: ., args: {V: "3"}}}}'
    assert words(build({"tagwise.toml": settings})) == [
        *("--build-arg", "V=7", "--build-arg", "W=8"),
        ".",
    ]
    assert words(build({"compose.yaml": compose})) == [
        *("--build-arg", "V=3", "--build-arg", "W=8"),
        ".",
    ]


def test_a_context_like_an_option_is_a_folder(build):
    bake = 'target "a" { context = "--iidfile=https://x/y" }\n'
    folder = "--iidfile=https:/x/y"
    ended = build({"docker-bake.hcl": bake, f"{folder}/Dockerfile": DOCKERFILE}, f"./{folder}")
    assert words(ended) == [f"./{folder}"]


@pytest.mark.parametrize("held", ["\\x15", "\\x1b[2J", "\\0", "\\r"])
def test_keys_and_what_no_process_takes_are_refused(build, held):
    """In a terminal a control character is a key that is pressed, however it is quoted."""
    compose = f'services: {{web: {{build: {{context: ., args: {{V: "1{held}touch x"}}}}}}}}'
    ended = build({"compose.yaml": compose}, "--run", code=1)
    assert ended.out == ""
    assert "holds the control character U+00" in ended.error


def test_a_home_that_nobody_has_is_written_as_it_is(build):
    contexts = 'additional_contexts: {lib: "~nobody-has-this/lib"}'
    compose = f"services: {{web: {{build: {{context: ., {contexts}}}}}}}"
    assert words(build({"compose.yaml": compose})) == [
        *("--build-context", "lib=~nobody-has-this/lib"),
        ".",
    ]


def test_a_docker_that_the_repository_holds_is_never_run(build, offline, fake_docker):
    (offline.folder / ".git").mkdir()
    (offline.folder / "bin").mkdir()
    (fake_docker / "docker").rename(offline.folder / "bin" / "docker")
    offline.write({"sub/Dockerfile": DOCKERFILE})
    below = attrs.evolve(offline, folder=offline.folder / "sub")
    ended = below("build-command", "--run", code=1, env={"PATH": str(offline.folder / "bin")})
    assert "docker is not on PATH" in ended.err


def test_it_is_run_without_a_shell_and_ends_as_docker_does(build, offline, fake_docker):
    path = {"PATH": f"{fake_docker}{os.pathsep}{os.environ['PATH']}"}
    ended = build({}, "--run", "--build-arg", "V=$(id) `id` 'x'", code=7, env=path)
    where, given = ended.out.split("\n", 1)
    assert where == str(offline.folder)
    assert given.rstrip("\n").split("\0") == [
        *("buildx", "build", "--build-arg", "V=$(id) `id` 'x'", "."),
    ]
    assert ended.err.startswith("docker buildx build ")


def test_a_docker_that_the_folder_holds_is_never_run(build, offline, fake_docker):
    (fake_docker / "docker").rename(offline.folder / "docker")
    ended = build({}, "--run", code=1, env={"PATH": f".{os.pathsep}{offline.folder}"})
    assert "docker is not on PATH" in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nope/Dockerfile",), "nope/Dockerfile: no such file"),
        (("empty",), "no Dockerfile in empty"),
        (("--platform", "a/b/c/d"), "invalid platform"),
        (("-t", "a b"), "at character 2 of 'a b'"),
        (("--service", "web"), "and neither does anything else near it"),
    ],
)
def test_wrong_usage(build, arguments, said):
    assert said in build({"empty/x": ""}, *arguments, code=2).error

"""The line of `tagwise build-command`, beside what the real buildx makes of the same file."""

import csv
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from posixpath import join, normpath

import pytest

from tagwise.oci.platform import LINUX_AMD64
from tagwise.session.build_command import BuildWishes, compose_build_command
from tagwise.session.files import Files
from tagwise.session.workspace import Workspace

SECONDS = 60
BAKE = """
variable "TAG" { default = "1.0" }
variable "N" { default = 3 }
group "default" { targets = ["web"] }
target "_common" {
  args = { V = "1 2", N = N, F = 1.50, ON = true, GONE = null, Q = "it's \\"q\\" $${x}" }
  labels = { "org.a" = "x,y", "b" = "keep" }
  contexts = { alpine = "docker-image://alpine:3.20", lib = "lib" }
  cache-from = ["acme/cache", "type=local,src=cache"]
  secret = ["id=npm,src=npmrc", "id=token,env=TOKEN"]
  attest = ["type=provenance,mode=max"]
  ulimits = ["nofile=1:2"]
  annotations = ["index:a=b"]
  platforms = ["linux/386"]
  tags = ["never:seen"]
}
target "web" {
  inherits = ["_common"]
  context = "app"
  dockerfile = "../web.Dockerfile"
  target = "prod"
  args = { V = "3" }
  labels = { "b" = "changed" }
  tags = ["acme/web:${TAG}", "acme/web:latest"]
  platforms = ["linux/amd64", "linux/arm64"]
  cache-from = [{ type = "gha", scope = "a,b" }]
  cache-to = ["type=registry,ref=acme/cache,mode=max"]
  secret = [{ type = "file", id = "npm", src = "other" }]
  attest = [{ type = "provenance", mode = "min" }, { type = "sbom" }]
  output = [{ type = "oci", dest = "out.tar" }]
  extra-hosts = { db = "10.0.0.1" }
  no-cache = true
  pull = true
  no-cache-filter = ["prod"]
  shm-size = "64m"
  network = "none"
}
"""
COMPOSE = """
x-args: &args {A: "1", B: "two words"}
services:
  web:
    image: acme/web:${TAG:-1}
    build:
      context: app
      dockerfile: ../web.Dockerfile
      target: prod
      args: {<<: *args, B: "it's $$x", NONE: }
      additional_contexts: ["base=docker-image://alpine:3.20", "lib=./lib"]
      labels: {a.b: "x y"}
      cache_from: ["acme/cache", "type=local,src=cache"]
      cache_to: ["type=registry,ref=acme/cache,mode=max"]
      platforms: [linux/amd64, linux/arm64]
      extra_hosts: ["db:10.0.0.1", "six=::1"]
      shm_size: 128m
      ulimits: {nofile: {soft: 1, hard: 2}}
      secrets: [npm, token]
      provenance: mode=max
      sbom: true
      network: none
      pull: true
      no_cache: true
      x-bake:
        output: ["type=oci,dest=out.tar"]
        no-cache-filter: prod
        contexts: {more: "docker-image://busybox"}
secrets:
  npm: {file: ./npmrc}
  token: {environment: TOKEN}
"""


def find(program):
    path = shutil.which(program)
    if path is None:
        # Debian has none, and whoever builds it from source needs a newer Go than Debian's.
        pytest.skip(f"{program} is not installed")
    return path


@pytest.fixture
def folder(tmp_path):
    for name in ("app", "lib", "cache"):
        (tmp_path / name).mkdir()
    for name in ("npmrc", "other"):
        (tmp_path / name).write_text("secret")
    (tmp_path / "web.Dockerfile").write_text("FROM alpine AS prod\n")
    return tmp_path


def run(command, folder):
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "TOKEN": "t"},
        capture_output=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def composed(folder):
    line = run([sys.executable, "-P", "-m", "tagwise", "build-command", "web.Dockerfile"], folder)
    return understood(shlex.split(line)[3:])


def fields(value):
    (row,) = csv.reader([value])
    return dict(each.partition("=")[::2] for each in row)


def cache(value):
    return fields(value) if "=" in value else {"type": "registry", "ref": value}


def understood(words):
    """Read a command line as `bake --print` writes a target."""
    found = {"context": words.pop()}
    single = {"--file": "dockerfile", "--target": "target", "--network": "network"}
    pairs = {"--build-arg": "args", "--label": "labels", "--build-context": "contexts"}
    pairs["--add-host"] = "extra-hosts"
    texts = {"--tag": "tags", "--no-cache-filter": "no-cache-filter", "--ulimit": "ulimits"}
    texts["--annotation"] = "annotations"
    objects = {"--cache-from": cache, "--cache-to": cache, "--secret": fields}
    objects |= {"--attest": fields, "--output": fields}
    while words:
        flag = words.pop(0)
        if flag in {"--no-cache", "--pull"}:
            found[flag[2:]] = True
            continue
        value = words.pop(0)
        if flag in single:
            found[single[flag]] = value
        elif flag in pairs:
            name, _, said = value.partition("=")
            found.setdefault(pairs[flag], {})[name] = said
        elif flag in texts:
            found.setdefault(texts[flag], []).append(value)
        elif flag in objects:
            found.setdefault(flag[2:], []).append(objects[flag](value))
        elif flag == "--platform":
            found["platforms"] = value.split(",")
        else:
            assert flag == "--shm-size", flag
            found["shm-size"] = value
    return found


def printed(folder, file):
    """Return what buildx makes of the target, in the spelling of `understood`."""
    buildx = find("buildx")
    target = json.loads(run([buildx, "bake", "--file", file, "--print", "web"], folder))["target"]
    found = target["web"]
    found["dockerfile"] = normpath(join(found["context"], found["dockerfile"]))
    for each in found.get("secret", ()):
        each.pop("type", None)
    return found


def same(value):
    """Make two spellings of one thing one: order where none counts, and what is said needlessly."""
    value = dict(value)
    for name in ("attest", "secret", "cache-from", "cache-to", "output"):
        items = [dict(each) for each in value.get(name, ())]
        for each in items:
            if each.get("disabled") == "false":
                del each["disabled"]
            if name == "secret":
                each.pop("type", None)
        value[name] = sorted(items, key=lambda each: sorted(each.items()))
    value["args"] = {name: said.replace("$${", "${") for name, said in value["args"].items()}
    value["shm-size"] = value["shm-size"].replace("MiB", "m")
    return value


SAMPLES = Path(__file__).parents[2] / "samples"


def all_composed(folder):
    """Return what every builder in a folder does, in the spelling of `understood`."""
    workspace = Workspace(Files((folder,)), environment={}, platform=LINUX_AMD64)
    for path in sorted(folder.rglob("*Dockerfile")):
        for plan in workspace.plans(path):
            command = compose_build_command(path, plan, BuildWishes(), folder=folder)
            yield understood(list(command.words[3:]))


@pytest.mark.parametrize("name", ["bake-matrix", "error-tracker", "monorepo", "web-app"])
def test_buildx_makes_the_same_of_the_samples(tmp_path, name):
    folder = Path(shutil.copytree(SAMPLES / name, tmp_path / name))
    printed = json.loads(run([find("buildx"), "bake", "--print"], folder))["target"].values()
    expected = [
        {**each, "dockerfile": normpath(join(each["context"], each["dockerfile"]))}
        for each in printed
        if "dockerfile-inline" not in each
    ]
    found = list(all_composed(folder))
    for each in found:
        each.setdefault("dockerfile", normpath(join(each["context"], "Dockerfile")))
    assert sorted(map(by_key, found)) == sorted(map(by_key, expected))


def by_key(target):
    return json.dumps(target, sort_keys=True)


@pytest.mark.parametrize(("file", "text"), [("docker-bake.hcl", BAKE), ("compose.yaml", COMPOSE)])
def test_buildx_makes_the_same_of_the_file(folder, file, text):
    (folder / file).write_text(text)
    assert same(composed(folder)) == same(printed(folder, file))

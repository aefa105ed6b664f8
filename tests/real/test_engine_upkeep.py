"""`tagwise tag` and `tagwise prune` against a real dockerd, seen by the docker command."""

import os
import subprocess
import sys

import pytest

from support.engines import running_dockerd
from support.real_parts import require


@pytest.fixture(scope="module")
def dockerd():
    with running_dockerd() as address:
        yield address


def run(dockerd, *words, code=0):
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "DOCKER_HOST": dockerd},
    )
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def docker(dockerd, *words):
    return run(dockerd, require("docker"), *words)


def tagwise(dockerd, *words, code=0):
    return run(dockerd, sys.executable, "-m", "tagwise", *words, code=code)


def test_an_image_gets_one_more_name_and_loses_its_own(dockerd):
    identity = docker(dockerd, "import", "/dev/null").strip()
    assert tagwise(dockerd, "tag", identity.removeprefix("sha256:")[:12], "acme/api:1") == ""
    listed = docker(dockerd, "images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}")
    assert listed == f"acme/api:1 {identity}\n"
    assert "No such image" in tagwise(dockerd, "tag", "nothing", "acme/api:2", code=1)

    assert tagwise(dockerd, "prune") == "Total reclaimed space: 0B\n"
    docker(dockerd, "import", "/dev/null", "acme/api:1")
    assert "say --yes" in tagwise(dockerd, "prune", code=2)
    said = tagwise(dockerd, "prune", "--yes")
    assert said.startswith("Deleted Images:\n")
    assert f"deleted: {identity}\n" in said
    assert "Total reclaimed space: " in said
    assert docker(dockerd, "images", "--format", "{{.Repository}}:{{.Tag}}") == "acme/api:1\n"

    docker(dockerd, "create", "--name", "web", "acme/api:1", "true")
    assert tagwise(dockerd, "prune", "--all", "--yes") == "Total reclaimed space: 0B\n"
    docker(dockerd, "rm", "web")
    assert "untagged: acme/api:1\n" in tagwise(dockerd, "prune", "--all", "--yes")

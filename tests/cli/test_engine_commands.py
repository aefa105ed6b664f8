"""What the commands that ask the engine say where nothing is asked of it, or none is there."""

import json

import pytest

NOWHERE = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}


@pytest.mark.parametrize(
    "command", [("images",), ("pull", "alpine"), ("rm", "alpine"), ("tag", "a", "b"), ("prune",)]
)
def test_without_an_engine_what_to_start_is_said(offline, command):
    ended = offline(*command, code=1, env=NOWHERE)
    assert "no engine at unix:///nowhere/docker.sock" in ended.error
    assert "start Docker" in ended.error


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("images", "--filter", "dangling"), "--filter takes NAME=VALUE, not 'dangling'"),
        (("rm",), "say which"),
        (("rm", "alpine", "--all"), "say which"),
        (("rm", "../containers/x"), "invalid reference"),
        (("tag", "../containers/x", "b"), "invalid reference"),
        (("tag", "a", f"b@sha256:{'0' * 64}"), "a new name has no digest"),
        (("layers", "a/../../containers/x"), "invalid reference"),
        (("pull", "alpine:3", "--all-tags"), "--all-tags takes a repository"),
        (("pull", "alpine", "--platform", "a/b/c/d"), "invalid platform"),
    ],
)
def test_wrong_usage_asks_nobody(offline, command, said):
    assert said in offline(*command, code=2, env=NOWHERE).error


def test_a_template_that_cannot_be_is_refused_as_docker_does(offline):
    ended = offline("images", "--format", "{{.Nope}}", code=1, env=NOWHERE)
    assert "there is no field .Nope" in ended.error


def test_the_layers_of_what_is_not_here_are_told_by_the_registry(program):
    found = json.loads(program("layers", "alpine:3.22", "--format", "json", env=NOWHERE).out)
    assert (found["reference"], found["from"]) == ("alpine:3.22", "registry")
    made = [each for each in found["layers"] if each["digest"]]
    assert made
    assert all(each["size"] > 0 and each["instruction"] for each in made)
    shown = program("layers", "alpine:3.22", env=NOWHERE).out.splitlines()
    assert shown[0].split() == ["LAYER", "SIZE", "SHARED", "WITH", "INSTRUCTION"]
    assert len(shown) >= len(found["layers"]) + 3


def test_a_platform_that_the_image_lacks_names_those_there_are(program):
    ended = program("layers", "alpine:3.22", "--platform", "linux/mips", code=1, env=NOWHERE)
    assert "linux/amd64" in ended.error

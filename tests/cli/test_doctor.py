"""`tagwise doctor`: how registries are reached, with nothing secret in it."""

import asyncio
import base64
import json
from datetime import UTC, datetime

from support.registries import running_registry
from support.registry_world import put
from tagwise.demo.images import build_image
from tagwise.demo.recipes import api
from tagwise.demo.registry import Registry
from tagwise.demo.registry_auth import BasicAuthority

SECRET = "s3cr3t-of-ada"


def test_a_mirror_that_answers_and_a_registry_that_does_not(program, hub):
    ended = program("doctor", "alpine:3.22")
    assert "docker.io, by alpine:3.22" in ended.out
    assert "credentials  none: asked anonymously" in ended.out
    assert f"mirror       {hub.url} answers\n" in ended.out
    assert "registry-1.docker.io cannot be reached" in ended.out


def test_what_is_not_there_is_an_answer_too(program, hub):
    ended = program("doctor", "acme/nothing:1")
    assert f"{hub.url} answers: acme/nothing:1 was not found" in ended.out


def test_nobody_answers(program):
    ended = program("doctor", "127.0.0.1:1/a/b", code=1)
    assert "cannot be reached" in ended.out


def test_the_images_of_this_folder_one_for_each_registry(program):
    program.write({"Dockerfile": "FROM alpine:3.22\nFROM debian\nFROM 127.0.0.1:1/a/b\n"})
    ended = program("doctor", code=1)
    assert ended.out.count(", by ") == 2
    assert "127.0.0.1:1, by 127.0.0.1:1/a/b" in ended.out


async def test_where_credentials_come_from_and_never_what_they_are(program):
    registry = Registry(authority=BasicAuthority({"ada": SECRET}))
    put(registry, "acme/api", build_image(api("1.0", datetime(2025, 1, 2, tzinfo=UTC))), "1.0")
    async with running_registry(registry) as running:
        pair = base64.b64encode(f"ada:{SECRET}".encode()).decode()
        folder = program.folder / "docker"
        config = json.dumps({"auths": {running.host: {"auth": pair}}})
        program.write({"docker/config.json": config})
        environment = {"DOCKER_CONFIG": str(folder)}
        ended = await asyncio.to_thread(
            program, "doctor", f"{running.host}/acme/api:1.0", env=environment
        )
    assert f"registry     {running.url} answers" in ended.out
    assert "config.json" in ended.out
    assert SECRET not in ended.out + ended.err
    assert pair not in ended.out + ended.err


def test_an_engine_that_is_not_there_is_said_and_no_fault(program):
    ended = program("doctor", "alpine:3.22", env={"DOCKER_HOST": "unix:///nowhere/docker.sock"})
    line = next(each for each in ended.out.splitlines() if each.startswith("engine"))
    assert "unix:///nowhere/docker.sock, from the environment's DOCKER_HOST" in line
    assert "start Docker" in line

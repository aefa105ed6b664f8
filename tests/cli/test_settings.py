"""Settings files, `--offline`, `tagwise tags` and `tagwise cache`, as a person uses them."""

import json
import re


def test_what_a_repository_may_say(program):
    program.write(
        {
            "tagwise.toml": 'exclude = ["vendor/"]\nbuild-args = {V = "3.22"}\noffline = true\n',
            "Dockerfile": "ARG V=3.21\nFROM alpine:${V}\n",
            "vendor/Dockerfile": "FROM debian\n",
        }
    )
    ended = program("refs", "--format", "json")
    (item,) = json.loads(ended.out)
    assert (item["path"], item["canonical"]) == ("Dockerfile", "docker.io/library/alpine:3.22")
    assert "tagwise.toml: offline: only a user may set this" in ended.err


def test_what_a_user_may_say(program, hub):
    file = program.folder / "config.toml"
    file.write_text(f'[registries."docker.io"]\nmirrors = ["{hub.url}"]\nupstream = false\n')
    environment = {"TAGWISE_CONFIG": str(file), "TAGWISE_MIRROR": ""}
    assert program("digest", "alpine:3.22", env=environment).out.startswith("sha256:")


def test_offline_answers_what_was_known_and_nothing_else(program, registry):
    known = program("digest", "alpine:3.22").out
    before = len(registry.requests)
    assert program("digest", "alpine:3.22", "--offline").out == known
    error = program("digest", "alpine:3.21", "--offline", code=1).error
    assert error.endswith("offline, by setting")
    program.write({"Dockerfile": "FROM alpine:3.22\n"})
    assert known.strip() in program("pin", "--offline").out
    assert len(registry.requests) == before


def test_tags(program):
    listed = program("tags", "python", "--limit", "3").out.splitlines()
    assert listed == ["latest", "3.14.0", "3.14.0-slim"]
    slim = json.loads(program("tags", "python", "--filter", "3.1[23]-slim", "--format", "json").out)
    assert slim == ["3.13-slim", "3.12-slim"]
    error = program("tags", "python:3", code=2).error
    assert error == "a repository has no tag or digest: say python"
    assert "nothing/here" in program("tags", "nothing/here", code=1).error


def test_the_cache(program):
    program("inspect", "alpine:3.22")
    shown = program("cache").out
    assert int(re.search(r"content  ([0-9]+) manifests and configurations", shown)[1]) >= 3
    assert "freed in" in program("cache", "clear").out
    assert "content  0 manifests" in program("cache", "info").out

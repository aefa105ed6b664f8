"""A whole session with credentials, at its most talkative: nothing that opens a door gets out."""

import asyncio
import base64
import json
import os

import attrs
import pytest

from support.real_parts import two_platform_image
from support.registries import running_registry
from support.registry_world import put
from tagwise.demo.registry import Registry
from tagwise.demo.registry_auth import TokenAuthority

SECRET = "open-sesame-4711"
HELPER = """#!/bin/sh
echo "$0 $*" >> "$HOME/arguments"
read -r server
printf '{"Username": "ann", "Secret": "%s"}' "$(cat "$HOME/secret")"
"""


@pytest.mark.skipif(os.name != "posix", reason="the helper is a shell script")
@pytest.mark.parametrize("kept", ["in a helper", "in a file", "refused"])
async def test_no_secret_gets_out(offline, tmp_path, kept):
    authority = TokenAuthority({"ann": SECRET}, is_public=lambda _: False)
    registry = Registry(authority=authority)
    put(registry, "app", two_platform_image(), "1", "2")
    if kept == "refused":
        authority.users["ann"] = "another"
    pair = base64.b64encode(f"ann:{SECRET}".encode()).decode()
    async with running_registry(registry) as running:
        prepare(offline, tmp_path, running.host, None if kept == "in a helper" else pair)
        environment = {**offline.environment, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
        program = attrs.evolve(offline, environment=environment)
        name, code = f"{running.host}/app", 1 if kept == "refused" else 0
        runs = [
            await asyncio.to_thread(program, "-v", *arguments, code=ends)
            for arguments, ends in (
                (("doctor", f"{name}:1"), code),
                (("inspect", f"{name}:1", "--format", "json"), code),
                (("tags", name), code),
                (("pin", "Dockerfile"), code),
                (("digest", f"{name}:absent"), 1),
            )
        ]
    said = b"".join(run.raw + run.raw_err for run in runs)
    stored = b"".join(
        file.read_bytes() for file in (tmp_path / "cache").rglob("*") if file.is_file()
    )
    sent = {each.headers["Authorization"] for each in registry.requests if each.is_authorized}
    doors = {SECRET, pair, *(value.split()[1] for value in sent)}
    assert len(doors) >= (2 if kept == "refused" else 3)
    for door in doors:
        assert door.encode() not in said
        assert door.encode() not in stored
    assert b"/token" in said
    assert (b"docker-credential-t" if kept == "in a helper" else b"config.json") in said
    if kept == "in a helper":
        arguments = (tmp_path / "arguments").read_text().splitlines()
        assert set(arguments) == {f"{tmp_path}/bin/docker-credential-t get"}


def prepare(program, home, host, pair):
    """Log in as ann at `host`: with a helper, or with a `pair` that is written down."""
    helper = home / "bin" / "docker-credential-t"
    helper.parent.mkdir()
    helper.write_text(HELPER)
    helper.chmod(0o755)
    (home / "secret").write_text(SECRET)
    (home / ".docker").mkdir()
    written = {"auths": {host: {"auth": pair}}} if pair else {"credHelpers": {host: "t"}}
    (home / ".docker" / "config.json").write_text(json.dumps(written))
    program.write({"Dockerfile": f"FROM {host}/app:1\n"})

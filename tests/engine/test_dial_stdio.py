"""What becomes of a connection whose docker command ends, in whatever order that is noticed."""

import asyncio
import os

import httpcore
import pytest

from tagwise.engine.dial_stdio import DialStdioBackend

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the program is a shell script")


@pytest.fixture
async def connected(tmp_path):
    """Gives a stream to a docker that does what a line of shell says."""
    streams = []

    async def connect(line):
        program = tmp_path / "docker"
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(0o755)
        backend = DialStdioBackend(program, "ssh://far", environment=os.environ, home=tmp_path)
        streams.append(await backend.connect(None))
        return streams[-1]

    async with asyncio.timeout(20):
        yield connect
    for stream in streams:
        await stream.aclose()


async def write_until_it_fails(stream):
    while True:
        await stream.write(b"x")
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("writes_first", [True, False])
async def test_what_docker_complains_of_is_told_whether_or_not_a_write_fails_before(
    connected, writes_first
):
    stream = await connected("echo no such host >&2; exec 2>&-; exit 1")
    if writes_first:
        with pytest.raises(httpcore.WriteError):
            await write_until_it_fails(stream)
    with pytest.raises(httpcore.ReadError, match=r"^no such host$"):
        await stream.read(10)


async def test_a_complaint_that_comes_in_pieces_is_told_whole(connected):
    stream = await connected("exec 1>&-; echo no such >&2; sleep 0.3; echo host >&2; exit 1")
    with pytest.raises(httpcore.ReadError, match=r"^no such host$"):
        await stream.read(10)


@pytest.mark.parametrize(
    ("says", "told"), [("", "docker ended without an answer"), ("echo refused >&2;", "refused")]
)
async def test_a_child_of_docker_that_stays_holds_nobody(connected, says, told):
    stream = await connected(f"{says} exec 1>&- 0<&-; sleep 600 & exit 1")
    with pytest.raises(httpcore.WriteError):
        await write_until_it_fails(stream)
    with pytest.raises(httpcore.ReadError, match=rf"^{told}$"):
        await stream.read(10)

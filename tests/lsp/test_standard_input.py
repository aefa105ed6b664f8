"""Standard input, against what a pipe does: pieces of any size, an end in the middle of anything."""

import asyncio
import os

import pytest

from tagwise.lsp.standard_input import StandardInput


@pytest.fixture
def pipe():
    """The end to read from, and a file to write to."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as file:
        yield reading, file
    os.close(reading)


async def test_lines_and_bodies_whatever_pieces_they_come_in(pipe):
    reading, file = pipe
    arrived = StandardInput(reading)
    for piece in (b"Content-Le", b"ngth: 4\r", b"\n\r\nab", b"cdContent-Length: 2\r\n\r\nef"):
        file.write(piece)
    assert await arrived.readline() == b"Content-Length: 4\r\n"
    assert await arrived.readline() == b"\r\n"
    assert await arrived.readexactly(4) == b"abcd"
    assert await arrived.readline() == b"Content-Length: 2\r\n"
    assert await arrived.readline() == b"\r\n"
    assert await arrived.readexactly(2) == b"ef"
    file.close()
    assert await arrived.readline() == b""


async def test_a_body_larger_than_any_buffer(pipe):
    reading, file = pipe
    arrived, body = StandardInput(reading), b"x" * 3_000_000
    writing = asyncio.to_thread(_write_all, file, b"\n" + body)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(writing)
        assert await arrived.readline() == b"\n"
        assert await arrived.readexactly(len(body)) == body


def _write_all(file, content):
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]


async def test_an_end_in_the_middle_is_an_end(pipe):
    reading, file = pipe
    arrived = StandardInput(reading)
    file.write(b"Content-Length: 9\r\n\r\nab")
    file.close()
    assert await arrived.readline() == b"Content-Length: 9\r\n"
    assert await arrived.readline() == b"\r\n"
    assert await arrived.readexactly(9) == b""
    assert await arrived.readline() == b""


async def test_an_input_that_cannot_be_read_is_at_its_end():
    reading, writing = os.pipe()
    os.close(writing)
    os.close(reading)
    assert await StandardInput(reading).readline() == b""

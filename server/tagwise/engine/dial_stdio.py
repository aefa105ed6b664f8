"""A connection that is a running `docker system dial-stdio`: its input and output are the stream.

Follows httpcore's network backends, and the errors they raise.  Does not know HTTP, nor where the
program is.
"""

import asyncio
import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import httpcore

from tagwise.engine.network import OneEngineBackend, PlainStream

_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_END_SECONDS: Final = 2.0
_SAID: Final = 2000


class DialStdioBackend(OneEngineBackend):
    """Connects by starting `program`, whatever host is asked for: there is one engine."""

    def __init__(
        self,
        program: Path,
        address: str,
        *,
        environment: Mapping[str, str],
        home: Path,
    ) -> None:
        self._program = program
        self._address = address
        self._environment = environment
        self._home = home

    async def connect(self, timeout: float | None) -> httpcore.AsyncNetworkStream:  # noqa: ASYNC109, ARG002 - a program takes the time it takes
        try:
            process = await asyncio.create_subprocess_exec(
                self._program,
                "--host",
                self._address,
                "system",
                "dial-stdio",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self._home,
                env=dict(self._environment),
                start_new_session=True,
                creationflags=_NO_WINDOW,
            )
        except OSError as error:
            reason = f"{self._program} cannot be started ({error.strerror})"
            raise httpcore.ConnectError(reason) from error
        return _PipeStream(process)


class _PipeStream(PlainStream):
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise TypeError("the process was started without pipes")
        self._process = process
        self._input = process.stdin
        self._output = process.stdout
        self._complaints = process.stderr
        self._has_spoken = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        try:
            async with asyncio.timeout(timeout):
                chunk = await self._output.read(max_bytes)
                if not chunk and not self._has_spoken:
                    raise httpcore.ReadError(await self._complaint())
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        self._has_spoken = True
        return chunk

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        try:
            async with asyncio.timeout(timeout):
                self._input.write(buffer)
                await self._input.drain()
        except TimeoutError as error:
            raise httpcore.WriteTimeout from error
        except ConnectionError as error:
            # httpcore reads after this, too: what docker says of it is told once, by the read.
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        """End the program, with whatever it has started."""
        self._input.close()
        # A program that has ended may have left somebody behind, who holds its pipes.
        if self._process.returncode is None or not self._complaints.at_eof():
            with suppress(ProcessLookupError):
                if os.name == "posix":
                    os.killpg(self._process.pid, signal.SIGKILL)
                else:
                    self._process.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                await self._process.wait()
                while await self._complaints.read(_SAID):
                    pass

    def get_extra_info(self, info: str) -> object:
        """Say whether there is something to read; a pipe has nothing else to tell."""
        return self._output.at_eof() if info == "is_readable" else None

    async def _complaint(self) -> str:
        """Return what docker says of a connection it could not make, in one line.

        What it has started may hold the pipe open after it, so that no end of it is ever read.
        """
        said = bytearray()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                while len(said) < _SAID and (chunk := await self._complaints.read(_SAID)):
                    said += chunk
        return " ".join(said.decode(errors="replace").split()) or "docker ended without an answer"

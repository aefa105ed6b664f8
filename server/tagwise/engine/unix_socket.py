"""A connection over a unix socket, as a network backend of httpcore on asyncio's own streams.

anyio's, which httpcore would take, sets the result of a wait that has just been cancelled if the engine
speaks in that moment, as it may while an editor ends: the event loop then logs an error that is none.
Follows httpcore's network backends, and the errors they raise.  Does not know HTTP.
"""

import asyncio
from contextlib import suppress
from pathlib import Path

import httpcore

from tagwise.engine.network import OneEngineBackend, PlainStream


class UnixSocketBackend(OneEngineBackend):
    """Connects to the socket at `path`, whatever host is asked for: there is one engine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def connect(self, timeout: float | None) -> httpcore.AsyncNetworkStream:  # noqa: ASYNC109
        if not hasattr(asyncio, "open_unix_connection"):
            raise httpcore.ConnectError("Python opens no unix sockets on this system")
        try:
            async with asyncio.timeout(timeout):
                reader, writer = await asyncio.open_unix_connection(self._path)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        return _Stream(reader, writer)


class _Stream(PlainStream):
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        try:
            async with asyncio.timeout(timeout):
                return await self._reader.read(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        try:
            async with asyncio.timeout(timeout):
                self._writer.write(buffer)
                await self._writer.drain()
        except TimeoutError as error:
            raise httpcore.WriteTimeout from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    def get_extra_info(self, info: str) -> object:
        """Say whether the engine has hung up, which is all that is asked of an idle connection."""
        return self._reader.at_eof() if info == "is_readable" else None

"""Connections opened ahead, for a request that waits for something else: its token.

One for each host, taken by the next request to it; one that nobody takes is closed after some
seconds.  With TLS the handshake is made ahead, too: httpcore's own then has nothing left to do.
Does not know what is asked, nor whether it may be connected to: that is the backend's under it.
"""

import asyncio
import ssl
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

import httpcore

from tagwise.registry.checked_backend import CheckedBackend

_KEPT_SECONDS: Final = 10.0
_ALPN: Final = ("http/1.1", "h2")

_Key = tuple[str, int]


class ReadyBackend(httpcore.AsyncNetworkBackend):
    """Connects as `backend` does, with `context` where TLS is wanted ahead."""

    def __init__(self, backend: CheckedBackend, context: ssl.SSLContext) -> None:
        self._backend = backend
        self._context = context
        self._ready: dict[_Key, asyncio.Task[httpcore.AsyncNetworkStream]] = {}
        self._ends: set[asyncio.Task[None]] = set()

    def prepare(self, host: str, port: int, *, is_secure: bool, seconds: float) -> None:
        """Begin to connect; how that went is told to whoever connects next."""
        key = (host, port)
        if key in self._ready:
            return
        opening = self._open(host, port, is_secure=is_secure, seconds=seconds)
        task = asyncio.create_task(opening, name=f"connect ahead to {host}")
        self._ready[key] = task
        asyncio.get_running_loop().call_later(seconds + _KEPT_SECONDS, self._drop, key, task)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the protocol's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        ready = self._ready.pop((host, port), None)
        if ready is not None:
            return await ready
        return await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)

    async def aclose(self) -> None:
        """Close what nobody has taken."""
        for key, task in tuple(self._ready.items()):
            self._drop(key, task)
        await asyncio.gather(*self._ends)

    async def _open(
        self, host: str, port: int, *, is_secure: bool, seconds: float
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._backend.connect_tcp(host, port, seconds)
        if not is_secure:
            return stream
        self._context.set_alpn_protocols(list(_ALPN))
        try:
            return _Secured(await stream.start_tls(self._context, host, seconds))
        except BaseException:
            await stream.aclose()
            raise

    def _drop(self, key: _Key, task: asyncio.Task[httpcore.AsyncNetworkStream]) -> None:
        if self._ready.get(key) is not task:
            return
        del self._ready[key]
        end = asyncio.create_task(_close(task), name=f"close what was ready for {key[0]}")
        self._ends.add(end)
        end.add_done_callback(self._ends.discard)


class _Secured(httpcore.AsyncNetworkStream):
    """A connection whose TLS is there already when it is asked for; good for nothing else."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,  # noqa: ARG002 - it is the one there was at the start
        server_hostname: str | None = None,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        return self._stream

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _close(task: asyncio.Task[httpcore.AsyncNetworkStream]) -> None:
    if not task.done():
        task.cancel()
    with suppress(asyncio.CancelledError, httpcore.NetworkError, httpcore.TimeoutException):
        stream = await task
        await stream.aclose()

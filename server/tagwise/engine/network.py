"""What every network of ours to an engine has in common: one way to connect, and no TLS on it.

Follows httpcore's network backends.  Does not know what the way is.
"""

import asyncio
import ssl
from abc import abstractmethod
from collections.abc import Iterable

import httpcore


class OneEngineBackend(httpcore.AsyncNetworkBackend):
    """Connects to the one engine there is, whatever host is asked for."""

    @abstractmethod
    async def connect(self, timeout: float | None) -> httpcore.AsyncNetworkStream:  # noqa: ASYNC109
        """:raises httpcore.ConnectError: if there is no way."""

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the backend's
        port: int,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        return await self.connect(timeout)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise NotImplementedError(path, timeout, socket_options)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class PlainStream(httpcore.AsyncNetworkStream):
    """A stream on which nothing is encrypted."""

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        raise NotImplementedError(ssl_context, server_hostname, timeout)

"""An httpx transport that answers from handlers in this process, by host.

Lets a client under test believe it talks to Docker Hub, GHCR and others, without a socket.
Does not know what the handlers are.
"""

from collections.abc import AsyncIterator, Mapping

import attrs
import httpx

from tagwise.demo.http_message import Handler, Request, Response, answer


@attrs.frozen
class RegistryTransport(httpx.AsyncBaseTransport):
    """Keys of `hosts` are as in a URL: `ghcr.io`, or `localhost:5000` with a port of its own."""

    hosts: Mapping[str, Handler]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the handler of the host.

        :raises httpx.ConnectError: if there is none, as for a host without an address.
        """
        host = request.url.netloc.decode("ascii")
        handler = self.hosts.get(host)
        if handler is None:
            raise httpx.ConnectError(f"no such host: {host}", request=request)
        asked = Request(
            method=request.method,
            path=request.url.path,
            query=request.url.params,
            headers=request.headers,
            body=await request.aread(),
            scheme=request.url.scheme,
            host=host,
        )
        response = (await answer(handler, asked)).framed_for(request.method)
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_BodyStream(response),
            extensions={"http_version": b"HTTP/1.1"},
        )


class _BodyStream(httpx.AsyncByteStream):
    def __init__(self, response: Response) -> None:
        self._pieces = response.pieces()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def aclose(self) -> None:
        await self._pieces.aclose()

"""Serves a handler on a port of this machine, over plain HTTP/1.1.

For the demonstration and for tests that need a real socket: skopeo, an engine, a slow or broken
server.  Requests are bounded in size; responses are sent as they are, and a body that does not fit
its Content-Length ends the connection, as a crashing server would.
Does not know what the handler answers.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager, suppress
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote

import attrs
import h11
import httpx

from tagwise.demo.http_message import Handler, Request, Response, answer

BODY_LIMIT: Final = 64 * 1024 * 1024
_READ_SIZE: Final = 64 * 1024
_IDLE_SECONDS: Final = 60
_LINGER_SECONDS: Final = 1


@asynccontextmanager
async def serve(
    handler: Handler,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    context: ssl.SSLContext | None = None,
) -> AsyncGenerator[str, None]:
    """Serve until the context ends, and give the address as `host:port`; https with `context`.

    Port 0 takes a free one.  Leaving ends every connection, answered or not.
    """
    connections: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def forget(ended: asyncio.Task[None]) -> None:
            connections.discard(ended)
            writer.close()  # a task that is cancelled before it starts closes nothing

        task = asyncio.create_task(_Connection(handler, reader, writer).run())
        connections.add(task)
        task.add_done_callback(forget)

    server = await asyncio.start_server(accept, host, port, ssl=context)
    bound_port: int = server.sockets[0].getsockname()[1]
    try:
        yield f"{host}:{bound_port}"
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await server.wait_closed()


@attrs.define
class _Connection:
    handler: Handler
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    http: h11.Connection = attrs.field(factory=lambda: h11.Connection(h11.SERVER))

    async def run(self) -> None:
        """Answer request after request until either side has had enough."""
        try:
            while await self._answer_next():
                self.http.start_next_cycle()
        except (ConnectionError, TimeoutError, h11.LocalProtocolError):
            pass  # the other side went away, or the handler's response is broken on purpose
        except h11.RemoteProtocolError as error:
            await self._give_up(HTTPStatus(error.error_status_hint))
        finally:
            self.writer.close()
            with suppress(OSError):
                await self.writer.wait_closed()

    async def _answer_next(self) -> bool:
        """Answer one request; say whether there can be another."""
        head = await self._next_event()
        if not isinstance(head, h11.Request):
            return False
        body = await self._body()
        if body is None:
            await self._give_up(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return False
        request = _request(head, body)
        await self._send((await answer(self.handler, request)).framed_for(request.method))
        return self.http.our_state is h11.DONE and self.http.their_state is h11.DONE

    async def _body(self) -> bytes | None:
        """Read the body; None if it is over the limit."""
        body = bytearray()
        if self.http.they_are_waiting_for_100_continue:
            await self._write(h11.InformationalResponse(status_code=100, headers=[]))
        while isinstance(event := await self._next_event(), h11.Data):
            body += event.data
            if len(body) > BODY_LIMIT:
                return None
        return bytes(body)

    async def _next_event(self) -> h11.Event | type[h11.NEED_DATA | h11.PAUSED]:
        while (event := self.http.next_event()) is h11.NEED_DATA:
            async with asyncio.timeout(_IDLE_SECONDS):
                self.http.receive_data(await self.reader.read(_READ_SIZE))
        return event

    async def _send(self, response: Response) -> None:
        await self._write(h11.Response(status_code=response.status, headers=response.headers.raw))
        async with aclosing(response.pieces()) as pieces:
            async for piece in pieces:
                if piece:
                    await self._write(h11.Data(data=piece))
        await self._write(h11.EndOfMessage())

    async def _write(self, event: h11.Event) -> None:
        self.writer.write(self.http.send(event) or b"")
        await self.writer.drain()

    async def _give_up(self, status: HTTPStatus) -> None:
        """Answer what could not be read, then wait a little: a close at once may lose the answer."""
        with suppress(OSError, h11.LocalProtocolError):
            await self._send(Response(status, {"Connection": "close"}).framed_for("GET"))
            self.writer.write_eof()
            async with asyncio.timeout(_LINGER_SECONDS):
                while await self.reader.read(_READ_SIZE):
                    pass


def _request(head: h11.Request, body: bytes) -> Request:
    """Read the request line; a target that is no path is kept for the handler to refuse."""
    path, _, query = head.target.decode("latin-1").partition("?")
    headers = httpx.Headers(head.headers.raw_items())
    return Request(
        method=head.method.decode("ascii"),
        path=unquote(path),
        query=httpx.QueryParams(query),
        headers=headers,
        body=body,
        scheme="http",
        host=headers.get("Host", ""),
    )

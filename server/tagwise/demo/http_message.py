"""HTTP requests and responses as the embedded registry sees them.

What the registry answers with, what the in-memory transport and the loopback server carry, and what
a test's own handler is written in.  A response travels as it is, however wrong: a body that does
not fit its headers is what some tests are about.
Does not know registries, nor how a message travels.
"""

import inspect
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from http import HTTPStatus
from typing import Self

import attrs
import httpx

HeaderFields = Mapping[str, str] | Sequence[tuple[str, str]]


def _headers(fields: HeaderFields) -> httpx.Headers:
    return httpx.Headers(fields)


@attrs.frozen
class Request:
    """`host` is the Host header's (`name` or `name:port`); `path` is percent-decoded."""

    method: str
    path: str
    query: httpx.QueryParams = attrs.field(factory=httpx.QueryParams)
    headers: httpx.Headers = attrs.field(factory=httpx.Headers, converter=_headers)
    body: bytes = attrs.field(default=b"", repr=False)
    scheme: str = "http"
    host: str = "localhost"


@attrs.frozen
class Response:
    """A body in pieces (an async generator) is sent piece by piece, without a Content-Length."""

    status: int
    headers: httpx.Headers = attrs.field(factory=httpx.Headers, converter=_headers)
    body: bytes | AsyncGenerator[bytes, None] = attrs.field(default=b"", repr=False)

    @classmethod
    def of_json(cls, status: int, document: object, headers: HeaderFields = ()) -> Self:
        """Write `document` as JSON, in the form that Go gives it, as most registries are in Go."""
        fields = httpx.Headers(headers)
        fields.setdefault("Content-Type", "application/json; charset=utf-8")
        body = json.dumps(document, separators=(",", ":")) + "\n"
        return cls(status, fields, body.encode())

    def framed_for(self, method: str) -> Self:
        """Add the missing Content-Length; leave the body out where HTTP has none (RFC 9110, 6.4.1).

        The answer to a HEAD keeps the length of the body that a GET would have.
        """
        headers = self.headers.copy()
        if isinstance(self.body, bytes) and self.status != HTTPStatus.NO_CONTENT:
            headers.setdefault("Content-Length", str(len(self.body)))
        bodiless = self.status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
        body = b"" if bodiless or method == "HEAD" else self.body
        return attrs.evolve(self, headers=headers, body=body)

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Give the body as it is to be sent; close it afterwards, also when it is not at its end."""
        if isinstance(self.body, bytes):
            yield self.body
            return
        async with aclosing(self.body) as pieces:
            async for piece in pieces:
                yield piece


Handler = Callable[[Request], Response | Awaitable[Response]]
"""What answers a request; it may be slow."""

Interceptor = Callable[[Request], Response | Awaitable[Response | None] | None]
"""Asked before the normal handling: answers itself, or says None to let the request through."""


async def answer(handler: Handler, request: Request) -> Response:
    """Ask `handler`, whether it answers at once or later."""
    response = handler(request)
    return await response if inspect.isawaitable(response) else response

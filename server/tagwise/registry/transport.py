"""How many bytes are let in.

Whatever a body claims of its length or hides in its compression, no more than the request's limit
is read.  Does not know registries.
"""

import logging
import time
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Final

import httpx

from tagwise.registry.exchange import ERROR_LIMIT
from tagwise.registry.extensions import LIMIT

_LOG: Final = logging.getLogger(__name__)
_LAST_PORT: Final = 65535
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_COMPRESSED: Final = frozenset({"gzip", "x-gzip", "deflate"})

_Decode = Callable[[bytes, int], bytes]


class BodyTooLarge(httpx.ReadError):
    """The body has more bytes than are let in."""


class BoundedTransport(httpx.AsyncBaseTransport):
    """Bounds each body by its request's limit, and logs each exchange, without its query.

    The body of an error is cut off where it gets too long; any other is refused.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if (request.url.port or 0) > _LAST_PORT:
            raise httpx.ConnectError("there is no such port", request=request)
        started = time.monotonic()
        response = await self._transport.handle_async_request(request)
        took = 1000 * (time.monotonic() - started)
        if _LOG.isEnabledFor(logging.DEBUG):
            address = request.url.copy_with(query=None, userinfo=b"")
            _LOG.debug("%s %s: %d in %.0f ms", request.method, address, response.status_code, took)
        is_error = response.status_code >= httpx.codes.BAD_REQUEST
        headers = response.headers.copy()
        stream = response.stream
        if not isinstance(stream, httpx.AsyncByteStream):
            raise TypeError("an asynchronous transport answers with an asynchronous body")
        bounded = _BoundedStream(
            stream,
            limit=ERROR_LIMIT if is_error else request.extensions[LIMIT],
            decode=_decoder(headers.pop("Content-Encoding", "identity")),
            cuts_off=is_error,
        )
        return httpx.Response(
            response.status_code, headers=headers, stream=bounded, extensions=response.extensions
        )

    async def aclose(self) -> None:
        await self._transport.aclose()


class _BoundedStream(httpx.AsyncByteStream):
    def __init__(
        self, stream: httpx.AsyncByteStream, *, limit: int, decode: _Decode, cuts_off: bool
    ) -> None:
        self._stream = stream
        self._limit = limit
        self._decode = decode
        self._cuts_off = cuts_off

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._limit
        async for chunk in self._stream:
            piece = self._decode(chunk, left + 1)
            if len(piece) > left:
                if self._cuts_off:
                    yield piece[:left]
                    return
                raise BodyTooLarge(f"more than {self._limit:,} bytes")
            left -= len(piece)
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


def _decoder(encoding: str) -> _Decode:
    """Undo the content encoding some registries use unasked, giving no more bytes than wanted."""
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return lambda chunk, _most: chunk
    decompressor = zlib.decompressobj(_GZIP_OR_ZLIB)

    def decode(chunk: bytes, most: int) -> bytes:
        if encoding not in _COMPRESSED:
            raise httpx.DecodingError(f"a body in {encoding!r}, unasked")
        try:
            return decompressor.decompress(chunk, most)
        except zlib.error as error:
            raise httpx.DecodingError(f"a body that is no {encoding}") from error

    return decode

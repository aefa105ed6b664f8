"""The way bytes take: proxies, certificates, and how many of them are let in.

Whatever a body claims of its length or hides in its compression, no more than the request's limit
is read.  Does not know registries.
"""

import logging
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final
from urllib.request import getproxies, proxy_bypass

import httpx
import truststore

from tagwise.registry.exchange import ERROR_LIMIT
from tagwise.registry.hosts import is_loopback

LIMIT_EXTENSION: Final = "tagwise.limit"
_LOG: Final = logging.getLogger(__name__)
_LAST_PORT: Final = 65535
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_COMPRESSED: Final = frozenset({"gzip", "x-gzip", "deflate"})

_Decode = Callable[[bytes, int], bytes]


class BodyTooLarge(httpx.ReadError):
    """The body has more bytes than are let in."""


class HopelessConnection(httpx.ConnectError):
    """No connection, and trying again would not change that."""


class BoundedTransport(httpx.AsyncBaseTransport):
    """Bounds each body by its request's limit, and logs each exchange, without its query.

    The body of an error is cut off where it gets too long; any other is refused.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        started = time.monotonic()
        response = await self._transport.handle_async_request(request)
        took = 1000 * (time.monotonic() - started)
        address = request.url.copy_with(query=None, userinfo=b"")
        _LOG.debug("%s %s: %d in %.0f ms", request.method, address, response.status_code, took)
        is_error = response.status_code >= httpx.codes.BAD_REQUEST
        headers = response.headers.copy()
        stream = response.stream
        if not isinstance(stream, httpx.AsyncByteStream):
            raise TypeError("an asynchronous transport answers with an asynchronous body")
        bounded = _BoundedStream(
            stream,
            limit=ERROR_LIMIT if is_error else request.extensions[LIMIT_EXTENSION],
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


class NetworkTransport(httpx.AsyncBaseTransport):
    """The network, through the proxies of the environment; never through one to this machine."""

    def __init__(self) -> None:
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._direct = httpx.AsyncHTTPTransport(verify=context, http2=True, trust_env=False)
        self._proxied: Mapping[str, httpx.AsyncHTTPTransport] = {
            scheme: httpx.AsyncHTTPTransport(
                verify=context, http2=True, trust_env=False, proxy=address
            )
            for scheme, address in _proxies().items()
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if (request.url.port or 0) > _LAST_PORT:
            raise httpx.ConnectError("there is no such port", request=request)
        return await self._route(request.url).handle_async_request(request)

    async def aclose(self) -> None:
        for transport in (self._direct, *self._proxied.values()):
            await transport.aclose()

    def _route(self, url: httpx.URL) -> httpx.AsyncHTTPTransport:
        proxied = self._proxied.get(url.scheme) or self._proxied.get("all")
        if proxied is None or is_loopback(url.netloc.decode()) or proxy_bypass(url.host):
            return self._direct
        return proxied


def _proxies() -> Mapping[str, httpx.Proxy]:
    """Read the environment's (or the system's) HTTP proxies, by the scheme they are for."""
    proxies: dict[str, httpx.Proxy] = {}
    for scheme, address in getproxies().items():
        if scheme not in {"http", "https", "all"}:
            continue
        proxy = _proxy(address if "://" in address else f"http://{address}")
        if proxy is None:
            _LOG.warning("the proxy for %s is not used: it is no HTTP proxy's address", scheme)
        else:
            proxies[scheme] = proxy
    return proxies


def _proxy(address: str) -> httpx.Proxy | None:
    try:
        proxy = httpx.Proxy(address)
    except (ValueError, httpx.InvalidURL):
        return None
    return proxy if proxy.url.scheme in {"http", "https"} else None

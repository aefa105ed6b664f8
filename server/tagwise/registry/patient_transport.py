"""Asks again where that helps: after a broken line, or when told "not now".

    429 408 502 503 504, broken connection  -> pause -> again      at most three tries
    429                                     -> and one request of that host at a time, for a minute

A pause grows with each try, is never the same twice, and never under 100 ms; one that the host asks
for is obeyed if it is short, and left to the caller to report if it is not.  A try ends with the
last byte of the body, so a body cut short is asked for again; one that drips for minutes is given
up.  Only what may be repeated is.
Does not know registries.
"""

import asyncio
import logging
import ssl
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

import attrs
import httpx

from tagwise.registry.checked_backend import HopelessConnection
from tagwise.registry.clock import Clock
from tagwise.registry.exchange import Patience
from tagwise.registry.extensions import TRIES
from tagwise.registry.rate_limits import is_pull_limit, retry_after
from tagwise.registry.transport import BodyTooLarge

_LOG: Final = logging.getLogger(__name__)
_SHORTEST_PAUSE: Final = 0.1
_NARROW: Final = timedelta(minutes=1)
_IDEMPOTENT: Final = frozenset({"GET", "HEAD"})
_NOT_NOW: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
# Not a timeout: whoever has waited that long has been patient enough.
_BROKEN_LINE: Final = (httpx.NetworkError, httpx.RemoteProtocolError)
_HOPELESS: Final = (BodyTooLarge, HopelessConnection)


class EndlessAnswer(httpx.ReadTimeout):
    """Something came now and then, and never the end."""


class PatientTransport(httpx.AsyncBaseTransport):
    """Reads each answer whole, and asks up to `patience.tries` times for it."""

    def __init__(
        self, transport: httpx.AsyncBaseTransport, *, patience: Patience, clock: Clock
    ) -> None:
        self._transport = transport
        self._patience = patience
        self._clock = clock
        self._lanes = _Lanes(clock)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        tries = request.extensions.get(TRIES, self._patience.tries)
        left = tries if request.method in _IDEMPOTENT else 1
        while True:
            left -= 1
            done = tries - 1 - left
            try:
                response = await self._try(request)
            except _BROKEN_LINE as error:
                if left < 1 or _is_hopeless(error):
                    raise
                pause, why = self._backoff(done, self._patience.pause), type(error).__name__
            else:
                asked = self._pause_asked_for(response, done)
                if left < 1 or asked is None:
                    return response
                pause, why = asked, str(response.status_code)
            _LOG.debug("%s: %s, again in %.1f s", request.url.host, why, pause)
            await self._patience.sleep(pause)

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _try(self, request: httpx.Request) -> httpx.Response:
        host = request.url.netloc.decode()
        async with self._lanes.lane(host):
            try:
                async with asyncio.timeout(self._patience.answer):
                    response = await self._transport.handle_async_request(request)
                    try:
                        body = await response.aread()
                    finally:
                        await response.aclose()
            except ValueError as error:  # httpcore takes what HTTP/2 calls a status for a number.
                raise httpx.RemoteProtocolError("it makes no sense", request=request) from error
            except TimeoutError as error:
                raise EndlessAnswer("the answer has no end", request=request) from error
            except ssl.SSLError as error:  # httpcore lets those of a TLS 1.3 host's alerts through.
                raise httpx.ReadError(str(error), request=request) from error
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            self._lanes.narrow(host)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=httpx.ByteStream(body),
            extensions=response.extensions,
        )

    def _pause_asked_for(self, response: httpx.Response, done: int) -> float | None:
        """Return how long to wait before the next try; None if there should be none."""
        if response.status_code not in _NOT_NOW:
            return None
        body = response.read()
        is_too_often = response.status_code == HTTPStatus.TOO_MANY_REQUESTS
        if is_too_often and is_pull_limit(body):
            return None
        headers: Mapping[str, str] = response.headers
        stated = retry_after(headers, body, now=self._clock())
        if stated is not None:
            return max(_SHORTEST_PAUSE, stated) if stated <= self._patience.longest_wait else None
        patience = self._patience
        return self._backoff(done, patience.pause_when_limited if is_too_often else patience.pause)

    def _backoff(self, done: int, first: float) -> float:
        pause = first * float(2**done) * (0.5 + self._patience.random())
        return min(max(_SHORTEST_PAUSE, pause), self._patience.longest_wait)


def _is_hopeless(error: httpx.TransportError) -> bool:
    """Whether another try would end the same: OpenSSL's errors come as text."""
    return isinstance(error, _HOPELESS) or str(error).startswith("[SSL")


@attrs.define
class _Lane:
    narrowed: datetime
    one: asyncio.Semaphore = attrs.field(factory=lambda: asyncio.Semaphore(1))


class _Lanes:
    """Hosts that have said 429 of late, and are asked one thing at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lanes: dict[str, _Lane] = {}

    def narrow(self, host: str) -> None:
        now = self._clock()
        self._lanes.setdefault(host, _Lane(now)).narrowed = now

    def lane(self, host: str) -> AbstractAsyncContextManager[object]:
        lane = self._lanes.get(host)
        if lane is None or abs(self._clock() - lane.narrowed) >= _NARROW:
            return nullcontext()
        return lane.one

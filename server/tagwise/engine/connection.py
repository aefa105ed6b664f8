"""One engine's HTTP: the API's version is negotiated, answers are bounded, failures are ours.

Follows the Docker Engine API: `/_ping` tells the newest version the engine speaks, in `Api-Version`.
Does not know what is asked.
"""

import asyncio
import json
import logging
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Final, TypeAlias

import httpx

from tagwise.engine.endpoint import EngineEndpoint
from tagwise.engine.refusals import refusal, unreachable
from tagwise.engine.transports import Way
from tagwise.errors import EngineError, EngineUnreachable, InvalidManifest
from tagwise.oci.json_document import JsonObject, parse_object

OLDEST: Final = (1, 24)
NEWEST: Final = (1, 52)
_LOG: Final = logging.getLogger(__name__)
_CONNECT_SECONDS: Final = 5.0
_ANSWER_SECONDS: Final = 30.0
_SILENCES: Final = 4
_ANSWER_LIMIT: Final = 64 * 1024 * 1024
_ERROR_LIMIT: Final = 64 * 1024
_LINE_LIMIT: Final = 1024 * 1024

ApiVersion: TypeAlias = tuple[int, int]
Parameters: TypeAlias = Mapping[str, str]


class EngineConnection:
    """Asks one engine; `seconds` is how long it may be silent in an ordinary answer."""

    def __init__(
        self, endpoint: EngineEndpoint, way: Way, *, seconds: float = _ANSWER_SECONDS
    ) -> None:
        self.endpoint = endpoint
        self._seconds = seconds
        self._client = httpx.AsyncClient(
            transport=way.transport,
            base_url=way.base_url,
            headers={"User-Agent": "tagwise"},
            trust_env=False,
        )
        self._version: ApiVersion | None = None

    async def version(self) -> ApiVersion:
        """Return the version that both speak, asked once.

        :raises EngineError: if there is none.
        """
        if self._version is None:
            self._version = await self._negotiate()
        return self._version

    async def ask(
        self,
        method: str,
        path: str,
        *,
        asked: str,
        parameters: Parameters | None = None,
        seconds: float | None = None,
    ) -> bytes:
        """Return the body of an answer; `asked` is what it is for, as in "could not …".

        `seconds` is how long the engine may be silent in this one.
        """
        url = await self._versioned(path)
        async with self._answer(
            method, url, asked=asked, parameters=parameters, silence=seconds or self._seconds
        ) as response:
            return await self._body(response, _ANSWER_LIMIT)

    @asynccontextmanager
    async def lines(
        self,
        method: str,
        path: str,
        *,
        asked: str,
        parameters: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> AsyncGenerator[AsyncGenerator[JsonObject, None], None]:
        """Give the objects of an answer as they come, each within `seconds` of the last.

        Without `seconds` an engine may be silent for ever, once it has begun to answer.  Leaving the block closes the connection, on which an engine stops what it
        does.
        """
        url = await self._versioned(path)
        async with self._answer(
            method, url, asked=asked, parameters=parameters, headers=headers, silence=seconds
        ) as response:
            objects = _objects(response)
            try:
                yield objects
            finally:
                await objects.aclose()

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _versioned(self, path: str) -> str:
        major, minor = await self.version()
        return f"/v{major}.{minor}{path}"

    async def _negotiate(self) -> ApiVersion:
        silence = self._seconds
        async with self._answer(
            "GET", "/_ping", asked="say which API it speaks", silence=silence
        ) as response:
            theirs = _parsed(response.headers.get("Api-Version", ""))
        if theirs is None:
            async with self._answer(
                "GET", "/version", asked="say its version", silence=silence
            ) as response:
                told = parse_object(await self._body(response, _ERROR_LIMIT)).get("ApiVersion")
            theirs = _parsed(told if isinstance(told, str) else "") or OLDEST
        if theirs < OLDEST:
            raise EngineError(
                f"the engine at {self.endpoint} speaks version {_written(theirs)} of its API at "
                f"most, and {_written(OLDEST)} is needed: it is older than Docker 1.12"
            )
        return min(theirs, NEWEST)

    @asynccontextmanager
    async def _answer(
        self,
        method: str,
        url: str,
        *,
        asked: str,
        parameters: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
        silence: float | None,
    ) -> AsyncGenerator[httpx.Response, None]:
        if self._client.is_closed:
            raise EngineUnreachable(
                f"the connection to {self.endpoint} was left meanwhile: try again",
                endpoint=str(self.endpoint),
            )
        request = self._client.build_request(
            method,
            url,
            params=parameters,
            headers=headers,
            timeout=httpx.Timeout(silence, connect=min(self._seconds, _CONNECT_SECONDS)),
        )
        try:
            async with aclosing(await self._begun(request, silence or self._seconds)) as response:
                _LOG.debug("engine: %s %s: %d", method, url, response.status_code)
                if response.is_error:
                    body = await self._body(response, _ERROR_LIMIT)
                    raise refusal(response.status_code, body, asked=asked)
                yield response
        except (httpx.HTTPError, ssl.SSLError) as error:
            raise unreachable(error, self.endpoint) from error
        except InvalidManifest as error:
            raise EngineError(f"the engine's answer cannot be read: {error}") from error

    async def _begun(self, request: httpx.Request, seconds: float) -> httpx.Response:
        """Ask, and wait until the engine has begun to answer."""
        try:
            async with asyncio.timeout(seconds):
                return await self._client.send(request, stream=True)
        except TimeoutError as error:
            raise unreachable(error, self.endpoint) from error

    async def _body(self, response: httpx.Response, limit: int) -> bytes:
        """Read an answer that has begun, to its end: drop by drop is no answer."""
        body = bytearray()
        try:
            async with asyncio.timeout(_SILENCES * self._seconds):
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > limit:
                        raise EngineError(f"the engine's answer is longer than {limit} bytes")
        except TimeoutError as error:
            raise unreachable(error, self.endpoint) from error
        return bytes(body)


def filters(wanted: Mapping[str, tuple[str, ...]]) -> str:
    """Write filters as the API takes them since 1.22: `{"label":{"a=b":true}}`."""
    return json.dumps({key: dict.fromkeys(values, True) for key, values in wanted.items()})


async def _objects(response: httpx.Response) -> AsyncGenerator[JsonObject, None]:
    rest = b""
    async for chunk in response.aiter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.strip():
                yield parse_object(line)
        if len(rest) > _LINE_LIMIT:
            raise EngineError(f"a line of the engine's answer is longer than {_LINE_LIMIT} bytes")
    if rest.strip():
        yield parse_object(rest)


def _parsed(written: str) -> ApiVersion | None:
    major, _, minor = written.partition(".")
    try:
        return int(major), int(minor)
    except ValueError:
        return None


def _written(version: ApiVersion) -> str:
    return ".".join(map(str, version))

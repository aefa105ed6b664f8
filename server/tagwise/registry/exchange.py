"""A question to a registry and its answer, without the HTTP in between.

Does not know httpx, so that whoever only reads what is on disk does not import it either.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import attrs

from tagwise.oci.reference import ImageReference
from tagwise.registry.credentials import Credential
from tagwise.registry.hosts import Endpoint

TOKEN_LIMIT: Final = 64 * 1024
ERROR_LIMIT: Final = 16 * 1024
MANIFEST_LIMIT: Final = 4 * 1024 * 1024
CONFIG_LIMIT: Final = 8 * 1024 * 1024
TAGS_LIMIT: Final = 8 * 1024 * 1024


@attrs.frozen
class Question:
    """Who is asked, as whom, about what; `reference` is what a message names.

    `has_alternative` where another host can be asked instead, so that this one is asked just once.
    """

    reference: ImageReference
    endpoint: Endpoint
    credential: Credential
    has_alternative: bool = False
    is_of_catalogue: bool = False

    @property
    def scope(self) -> str:
        """What a token has to be for (distribution, docs/spec/auth/scope.md)."""
        if self.is_of_catalogue:
            return "registry:catalog:*"
        return f"repository:{self.repository}:pull"

    @property
    def host(self) -> str:
        return self.endpoint.host

    @property
    def repository(self) -> str:
        """The repository's name as the endpoint knows it."""
        return self.endpoint.repository


@attrs.frozen
class Request:
    """What is sent; the body of a good answer may have `limit` bytes.

    Without `follows` a redirect is the answer.
    """

    method: str
    url: str
    limit: int
    accept: str = "*/*"
    follows: bool = True


@attrs.frozen
class Answer:
    """What came back; the names of headers are in lowercase."""

    status: int
    headers: Mapping[str, str] = attrs.field(hash=False)
    body: bytes = attrs.field(repr=False)

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")


@attrs.frozen
class Patience:
    """Seconds to wait for a connection, for the next bytes on one, for the last, and between `tries`.

    A host that asks for more than `longest_wait` is not waited for.
    """

    connect: float = 5.0
    progress: float = 60.0
    answer: float = 300.0
    tries: int = 3
    pause: float = 0.25
    pause_when_limited: float = 1.0
    longest_wait: float = 5.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random

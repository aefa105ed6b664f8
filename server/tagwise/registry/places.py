"""Places among the requests in flight of a host, of which there are only so many.

A place is given up while its holder waits for somebody else (a token service), so that hosts do not
wait for each other.  Does not know what is sent.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Final, Self

IN_FLIGHT: Final = 6


class Places:
    """The places at every host."""

    def __init__(self) -> None:
        self._hosts: dict[str, asyncio.Semaphore] = {}

    def at(self, host: str) -> "Place":
        """Give a place, to be entered when there is one."""
        return Place(self._hosts.setdefault(host, asyncio.Semaphore(IN_FLIGHT)))


class Place:
    """One request's place; whoever is cancelled while without it has none to give back."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._is_held = False

    async def __aenter__(self) -> Self:
        await self._places.acquire()
        self._is_held = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._leave()

    @asynccontextmanager
    async def given_up(self) -> AsyncGenerator[None, None]:
        """Let others have the place meanwhile; then wait for one again."""
        self._leave()
        yield
        await self.__aenter__()

    def _leave(self) -> None:
        if self._is_held:
            self._is_held = False
            self._places.release()

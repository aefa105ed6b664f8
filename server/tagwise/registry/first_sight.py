"""How a host nobody has asked before wants to be spoken to: one finds out, the others wait for it.

Six go to a host at a time: without this the first six would all be told the same, and ask again.
A second after the first has gone nobody waits for it: a host that is slow is slow to each alone.
Does not know what is asked, nor keeps anything beyond its process.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final

import attrs

from tagwise.registry.challenge import Challenge

_PATIENCE: Final = 1.0


@attrs.define(eq=False)
class Sight:
    """What the first one learns: the `challenge`, None where there is none or none yet.

    Others wait until `deadline`, on the loop's clock.
    """

    deadline: float
    challenge: Challenge | None = None
    _end: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)

    @asynccontextmanager
    async def lasts(self) -> AsyncGenerator[None, None]:
        """Be the one who finds out; however that ends, nobody waits for it any longer."""
        try:
            yield
        finally:
            self._end.set()

    async def wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self.deadline):
                await self._end.wait()


class FirstSights:
    """The first sights of this process, by origin."""

    def __init__(self) -> None:
        self._sights: dict[str, Sight] = {}

    @asynccontextmanager
    async def of(self, origin: str) -> AsyncGenerator[Sight, None]:
        """Give what the first one has learned, or is the first one about to learn."""
        sight = self._sights.get(origin)
        if sight is not None:
            await sight.wait()
            yield sight
            return
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        sight = self._sights[origin] = Sight(deadline)
        async with sight.lasts():
            yield sight

    def forget(self, origin: str) -> None:
        """Have nothing said of `origin` any more; nobody waits again."""
        sight = self._sights.get(origin)
        if sight is not None:
            sight.challenge = None

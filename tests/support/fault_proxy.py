"""A proxy of bytes on loopback that breaks lines, with a seed: resets, cuts, delays, silence."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from random import Random

import attrs

from support.connections import carried

SILENCE_SECONDS = 1
_READ_SIZE = 16 * 1024


@attrs.define
class FaultProxy:
    """Chances are for each piece of an answer; `open` counts the connections there are."""

    port: int
    random: Random
    refuse: float = 0.03
    reset: float = 0.05
    cut: float = 0.05
    delay: float = 0.1
    silence: float = 0.002
    faults: int = 0
    open: int = 0

    @asynccontextmanager
    async def serve(self) -> AsyncGenerator[str, None]:
        """Serve until the context ends, and give the address as `host:port`."""
        async with carried(self._carry) as proxy:
            yield proxy

    async def _carry(self, reader, writer) -> None:
        self.open += 1
        behind = None
        try:
            if self._happens(self.refuse):
                writer.transport.abort()
                return
            up, behind = await asyncio.open_connection("127.0.0.1", self.port)
            asking = asyncio.create_task(self._pump(reader, behind))
            try:
                await self._answer(up, writer)
            finally:
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
        except OSError:
            pass
        finally:
            for each in filter(None, (writer, behind)):
                each.close()
                with contextlib.suppress(OSError):
                    await each.wait_closed()
            self.open -= 1

    async def _pump(self, reader, writer) -> None:
        while piece := await reader.read(_READ_SIZE):
            writer.write(piece)
            await writer.drain()
        writer.close()

    async def _answer(self, reader, writer) -> None:
        while piece := await reader.read(_READ_SIZE):
            if self._happens(self.silence):
                await asyncio.sleep(SILENCE_SECONDS)
            if self._happens(self.delay):
                await asyncio.sleep(self.random.random() / 200)
            if self._happens(self.reset):
                writer.transport.abort()
                return
            if self._happens(self.cut):
                writer.write(piece[: self.random.randrange(len(piece))])
                return
            writer.write(piece)
            await writer.drain()

    def _happens(self, chance: float) -> bool:
        happens = self.random.random() < chance
        self.faults += happens
        return happens

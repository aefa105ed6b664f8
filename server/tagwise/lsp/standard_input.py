"""Standard input as the library wants to read it: lines and bodies, awaited.

One thread reads whatever has come, and hands it over at once.  The library's own reader goes to a thread
and back for each line of a message, which takes longer than answering some.
Does not know what is read.
"""

import asyncio
import os
import sys
import threading
from contextlib import suppress
from typing import Final

_AT_ONCE: Final = 64 * 1024


class StandardInput:
    """What comes from the file descriptor `file`; made where a loop runs."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.StreamReader(limit=sys.maxsize)
        # A daemon: nobody can interrupt it where it waits, and the program ends without it.
        threading.Thread(target=self._pass_on, name="standard input", daemon=True).start()

    async def readline(self) -> bytes:
        """Return a line with its end; what is left without one, and nothing, at the very end."""
        return await self._arrived.readline()

    async def readexactly(self, n: int) -> bytes:
        """Return `n` bytes; nothing if there are fewer to the very end."""
        try:
            return await self._arrived.readexactly(n)
        except asyncio.IncompleteReadError:
            return b""

    def _pass_on(self) -> None:
        with suppress(RuntimeError):  # The loop has ended, and nobody reads any more.
            while some := self._read():
                self._loop.call_soon_threadsafe(self._arrived.feed_data, some)
            self._loop.call_soon_threadsafe(self._arrived.feed_eof)

    def _read(self) -> bytes:
        try:
            return os.read(self._file, _AT_ONCE)
        except OSError:  # Whoever wrote is gone without a farewell.
            return b""

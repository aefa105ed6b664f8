"""One flight per question, whoever asks.

Askers of the same key share a task, each through a shield of its own: cancelling one does not
disturb another, and a flight nobody waits for any more still lands, for what it brings to the disk.
A flight that has landed, well or badly, is forgotten.  Does not know what is asked.
"""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Flights(Generic[T]):
    """The questions under way, by key; `about` is what their tasks are named after."""

    def __init__(self, about: str = "registry") -> None:
        self._about = about
        self._tasks: dict[Hashable, asyncio.Task[T]] = {}

    async def join(self, key: Hashable, start: Callable[[], Coroutine[None, None, T]]) -> T:
        """Wait for the flight of `key`, started if there is none."""
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.create_task(start(), name=f"{self._about}: {key}")
            self._tasks[key] = task
            task.add_done_callback(lambda landed: self._forget(key, landed))
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Cancel what is under way, and wait until it has ended."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget(self, key: Hashable, landed: asyncio.Task[T]) -> None:
        del self._tasks[key]
        if not landed.cancelled():
            landed.exception()  # Seen, or asyncio complains when every asker has gone.

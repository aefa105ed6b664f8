"""Work that goes on after whoever asked for it has been answered.

Every task is created here, kept, named, logged when it fails, and awaited at the end
(DESIGN of asynchronous work in ARCHITECTURE.md).  Does not know what the work is.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import TypeVar

from tagwise.errors import TagwiseError

log = logging.getLogger(__name__)
T = TypeVar("T")


class BackgroundTasks:
    """The tasks of one session."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()
        self._closed = False

    def start(self, work: Coroutine[object, object, T], *, name: str) -> asyncio.Task[T]:
        """Start `work`; at the end of the session it is cancelled before it begins."""
        task = asyncio.create_task(work, name=name)
        if self._closed:
            task.cancel()
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def aclose(self) -> None:
        """Cancel what still runs and wait until it has ended."""
        self._closed = True
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        match task.exception():
            case None:
                return
            case TagwiseError() as error:
                log.debug("%s: %s", task.get_name(), error)
            case error:
                log.error("%s failed", task.get_name(), exc_info=error)

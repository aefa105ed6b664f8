"""Doing many small things on every core, in parts: what comes of each part comes in order.

Only so many parts are under way at once, so that what comes of them does not pile up.  Few things
are done here: starting another process takes as long as doing some hundreds.
Does not know what is done.
"""

import errno
import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from typing import Final, TypeVar

# How many things are worth other processes: ones that start as copies of this, and ones from anew.
_WORTH_COPIES: Final = 300
_WORTH_STARTING: Final = 3_000
_MOST_AT_ONCE: Final = 400
_PARTS_FOR_EACH: Final = 4
_AHEAD: Final = 2

Item = TypeVar("Item")
Made = TypeVar("Made")


def on_every_core(work: Callable[[Sequence[Item]], Made], items: Sequence[Item]) -> Iterator[Made]:
    """Yield what `work` makes of each part of `items`; it is pickled, as are items and results.

    :raises ChildProcessError: where another process is ended from outside.
    """
    context = _context()
    is_copy = context.get_start_method() == "fork"
    cores = _cores() if len(items) >= (_WORTH_COPIES if is_copy else _WORTH_STARTING) else 1
    size = min(_MOST_AT_ONCE, max(1, -(-len(items) // (cores * _PARTS_FOR_EACH))))
    parts = (items[start : start + size] for start in range(0, len(items), size))
    if cores == 1:
        yield from map(work, parts)
        return
    level = logging.getLogger().getEffectiveLevel()
    with ProcessPoolExecutor(cores, context, initializer=_prepare, initargs=(level,)) as pool:
        waiting: deque[Future[Made]] = deque()
        try:
            for part in parts:
                waiting.append(pool.submit(work, part))
                if len(waiting) > cores * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            told = "a process that was reading files was ended, for want of memory perhaps"
            raise ChildProcessError(errno.ECHILD, told) from error
        finally:
            for each in waiting:
                each.cancel()


def _context() -> BaseContext:
    """Return how processes are started: as copies of this one where that is safe, and quick."""
    can_copy = hasattr(os, "fork") and os.uname().sysname == "Linux"
    return multiprocessing.get_context(
        "fork" if can_copy and threading.active_count() == 1 else "spawn"
    )


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _prepare(level: int) -> None:
    """Leave Ctrl+C to the process that prints, and say what there is to say as it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=level, format="tagwise: %(message)s")

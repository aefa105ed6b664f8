"""Work that an editor shows while it goes on, and that its user may cancel there.

The percentage never goes back.  A client that shows no progress is told nothing of it.
Does not know what the work is.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Final, TypeVar, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tagwise.lsp.client_requests import answer
from tagwise.lsp.server import TagwiseServer

AT_LEAST: Final = 0.1
"""Seconds between two reports: an engine tells of every few kilobytes."""

log = logging.getLogger(__name__)
T = TypeVar("T")


async def with_progress(
    ls: TagwiseServer, title: str, work: Callable[["Progress"], Coroutine[object, object, T]]
) -> T | None:
    """Do work that reports its progress; None if somebody has cancelled it.

    Cancelling this, as a client does that cancels its request, cancels the work, too, and so does
    cancelling the progress.
    """
    progress = Progress(ls, title)
    working = ls.session.tasks.start(work(progress), name=title)
    if ls.abilities.shows_progress:
        ls.session.tasks.start(progress.show(working.cancel), name=f"show progress: {title}")
    try:
        await asyncio.wait({working})
    finally:
        if not working.done():
            working.cancel()
            await asyncio.wait({working})
        progress.end()
    return None if working.cancelled() else working.result()


class Progress:
    """One progress in the client: it begins once the client says so, and ends once."""

    def __init__(self, ls: TagwiseServer, title: str) -> None:
        self._ls = ls
        self._title = title
        self._token = str(uuid.uuid4())
        self._is_shown = False
        self._has_ended = False
        self._percentage = 0
        self._message = ""
        self._reported = float("-inf")

    def report(self, message: str, percentage: int) -> None:
        """Say how far the work is."""
        percentage = max(self._percentage, min(percentage, 100))
        from tagwise.ide.markup import as_message

        message = as_message(message)
        if (message, percentage) == (self._message, self._percentage):
            return
        self._message, self._percentage = message, percentage
        now = asyncio.get_running_loop().time()
        if self._is_shown and not self._has_ended and now - self._reported >= AT_LEAST:
            self._reported = now
            value = types.WorkDoneProgressReport(message=message, percentage=percentage)
            self._ls.work_done_progress.report(self._token, value)

    async def show(self, cancel: Callable[[], object]) -> None:
        """Have the client show it; `cancel` is called if its user wants that."""
        params = types.WorkDoneProgressCreateParams(self._token)
        request = self._ls.window_work_done_progress_create_async(params)
        try:
            await answer(self._ls, request, name="create a progress")
        except JsonRpcException as error:
            log.warning("the client shows no progress: %s", error)
            return
        if self._has_ended:
            return
        self._is_shown = True
        value = types.WorkDoneProgressBegin(
            self._title,
            cancellable=True,
            message=self._message or None,
            percentage=self._percentage,
        )
        self._ls.work_done_progress.begin(self._token, value)
        token = self._tokens()[self._token]
        token.add_done_callback(lambda ended: _if_cancelled(ended, cancel))

    def end(self) -> None:
        self._has_ended = True
        if self._is_shown:
            progress = self._ls.work_done_progress
            progress.end(self._token, types.WorkDoneProgressEnd(message=self._message or None))
            self._tokens().pop(self._token, None)

    def _tokens(self) -> "dict[str, Future[object]]":
        """Return the library's own table: a token is cancelled when the client says so."""
        progress = self._ls.work_done_progress
        return cast("dict[str, Future[object]]", progress.tokens)  # pyright: ignore[reportUnknownMemberType]


def _if_cancelled(ended: "Future[object]", cancel: Callable[[], object]) -> None:
    if ended.cancelled():
        cancel()

"""Asking the client, and through it the person: every wait is bounded, and outlives who waits.

The library fails when a client answers a request whose asker has been cancelled; so requests are
tasks of their own.  Does not know what is asked.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Final, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tagwise.errors import CannotAsk
from tagwise.lsp.server import TagwiseServer

ANSWERED: Final = 600.0
"""Seconds a client has to answer: it may show its user something first."""

log = logging.getLogger(__name__)
T = TypeVar("T")


async def answer(
    ls: TagwiseServer, request: Coroutine[object, object, T], *, name: str
) -> T | None:
    """Return what the client answers; None if it does not, or cannot.

    :raises JsonRpcException: if it refuses.
    """
    asked = ls.session.tasks.start(request, name=name)
    await asyncio.wait({asked}, timeout=ANSWERED)
    if not asked.done():
        log.warning("the client has not answered: %s", name)
        return None  # The task is kept until the end: a late answer has someone to go to.
    return None if asked.cancelled() else asked.result()


async def choice(ls: TagwiseServer, message: str, *choices: str, instead: str) -> str | None:
    """Ask the person to choose; None where they do not.

    :raises CannotAsk: if the client has no way to ask; `instead` says what to do then.
    """
    if not ls.abilities.asks_person:
        raise CannotAsk(f"{message} This editor cannot ask you: {instead}")
    actions = [types.MessageActionItem(each) for each in choices]
    params = types.ShowMessageRequestParams(
        types.MessageType.Warning, f"Tagwise: {message}", actions
    )
    try:
        chosen = await answer(ls, ls.window_show_message_request_async(params), name="ask a person")
    except JsonRpcException as error:
        raise CannotAsk(f"{message} This editor did not ask you ({error}): {instead}") from error
    return chosen.title if chosen is not None else None


def tell(ls: TagwiseServer, message: str) -> None:
    """Tell the person how something ended."""
    params = types.ShowMessageParams(types.MessageType.Info, f"Tagwise: {message}")
    ls.window_show_message(params)

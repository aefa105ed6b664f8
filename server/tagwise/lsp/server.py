"""The server as pygls sees it: the protocol's state of one client, around our session.

Does not know any method: `methods.py` has the table.
"""

import asyncio
import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from tagwise import __version__
from tagwise.lsp.capabilities import ClientAbilities
from tagwise.lsp.hover_cards import HoverCards
from tagwise.session.session import Session

PATIENCE: Final = 1.0
"""Seconds a client has to tell its settings before it is served without them."""

_LIBRARY: Final = "pygls.protocol.json_rpc"


class TagwiseServer(LanguageServer):
    """`session` is built when the client has introduced itself.

    Whole documents are synchronised: the library's incremental sync splits lines at form feeds and
    U+2028, where the protocol does not.
    """

    def __init__(self, build_session: Callable[[], Session]) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - *args are untyped
            "tagwise", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full
        )
        logging.getLogger(_LIBRARY).addFilter(_is_news)
        self.session = build_session()
        self.abilities = ClientAbilities()
        self.cards = HoverCards()
        self.initial_settings: object = None
        self.complaints: tuple[str, ...] = ()
        self.telling: asyncio.Task[None] | None = None
        self.announcing: dict[str, asyncio.Task[None]] = {}
        self.is_shut_down = False
        self._commands: set[asyncio.Task[object]] = set()

    async def settled(self) -> None:
        """Wait for the settings the client has been asked for: whom we ask depends on them."""
        if self.telling is not None and not self.telling.done():
            await asyncio.wait({self.telling}, timeout=PATIENCE)

    @contextmanager
    def command_under_way(self) -> Generator[None, None, None]:
        """Enclose what a command does, so that the session does not end before it."""
        task = asyncio.current_task()
        if task is not None:
            self._commands.add(task)
            task.add_done_callback(self._commands.discard)
        yield

    async def aclose(self) -> None:
        """End the session, and the commands that waited for it.

        The library's own shutdown fails if a command has not been answered by then.
        """
        await self.session.aclose()
        if self._commands:
            await asyncio.wait(self._commands)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether the log should hold it: an error that a request was answered with is no failure."""
    return record.exc_info is None or not isinstance(record.exc_info[1], JsonRpcException)

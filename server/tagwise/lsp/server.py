"""The server as pygls sees it: the protocol's state of one client, around our session.

Does not know any method: `methods.py` has the table.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, Final, TypeAlias, TypeVar, cast

import attrs
from cattrs.errors import BaseValidationError
from lsprotocol import types
from pygls import io_
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from tagwise import __version__
from tagwise.errors import EngineUnreachable, InvalidText, NoTarget, TagwiseError
from tagwise.lsp.capabilities import ClientAbilities
from tagwise.lsp.hover_cards import HoverCards
from tagwise.lsp.last_edits import LastEdits
from tagwise.lsp.protocol import TagwiseProtocol
from tagwise.lsp.standard_input import StandardInput
from tagwise.lsp.wire import wire
from tagwise.session.session import Session

PATIENCE: Final = 1.0
"""Seconds a client has to tell its settings before it is served without them."""

_Message = TypeVar("_Message", types.ShowMessageParams, types.ShowMessageRequestParams)
_Command: TypeAlias = Callable[[object], Awaitable[object]]
_LIBRARY: Final = "pygls.protocol.json_rpc"
_LOG: Final = logging.getLogger(__name__)
_LATE: Final = "Cancel notification for unknown message id"


class TagwiseServer(LanguageServer):
    """`session` is built when the client has introduced itself; a command's argument has the type
    that `command_arguments` say.

    Whole documents are synchronised: the library's incremental sync splits lines at form feeds and
    U+2028, where the protocol does not.
    """

    def __init__(
        self, build_session: Callable[[], Session], *, command_arguments: Mapping[str, type[object]]
    ) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - *args are untyped
            "tagwise",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            protocol_cls=TagwiseProtocol,
        )
        logging.getLogger(_LIBRARY).addFilter(_is_news)
        self.command_arguments = command_arguments
        self.session = build_session()
        self.abilities = ClientAbilities()
        self.cards = HoverCards()
        self.initial_settings: object = None
        self.complaints: tuple[str, ...] = ()
        self.telling: asyncio.Task[None] | None = None
        self.refreshing: asyncio.Task[None] | None = None
        self.telling_status: asyncio.Task[None] | None = None
        self.told_status: object = None
        self.asks_for_lenses = False
        self.asks_for_hints = False
        self.last_edits = LastEdits()
        self.announcing: dict[str, asyncio.Task[None]] = {}
        self.is_shut_down = False
        self._commands: set[asyncio.Task[object]] = set()

    def start_io(self, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> None:
        """Serve one client until it is gone, as the library does, but for how input is read."""
        self._stop_event = threading.Event()
        self.protocol.set_writer(io_.StdoutWriter(stdout or sys.stdout.buffer))
        try:
            asyncio.run(self._serve((stdin or sys.stdin.buffer).fileno(), self._stop_event))
        except BrokenPipeError:
            _LOG.info("the client is gone")
        except (KeyboardInterrupt, SystemExit):
            pass
        finally:
            self.shutdown()  # type: ignore[no-untyped-call]

    async def _serve(self, file: int, stop: threading.Event) -> None:
        await io_.run_async(
            stop_event=stop,
            reader=StandardInput(file),
            protocol=self.protocol,
            logger=logging.getLogger("pygls.server"),
            error_handler=self.report_server_error,
        )

    def window_show_message(self, params: types.ShowMessageParams) -> None:
        """Show a message; what others have written in it is no link there, and hides nothing."""
        super().window_show_message(_harmless(params))

    async def window_show_message_request_async(
        self, params: types.ShowMessageRequestParams
    ) -> types.MessageActionItem | None:
        return await super().window_show_message_request_async(_harmless(params))

    async def settled(self) -> None:
        """Wait for the settings the client has been asked for: whom we ask depends on them."""
        if self.telling is not None and not self.telling.done():
            await asyncio.wait({self.telling}, timeout=PATIENCE)

    async def execute(self, params: types.ExecuteCommandParams) -> object:
        """Do a command; what goes wrong with it the person is told, and it answers null.

        :raises JsonRpcException: if there is no such command, or it is given something else.
        """
        handler = self._commands_by_name().get(params.command)
        if handler is None:
            raise JsonRpcInvalidParams(f"there is no command {params.command}")
        argument = self._argument(params)
        with self._command_under_way():
            try:
                return wire(await handler(argument))
            except TagwiseError as error:
                if not self.is_shut_down:
                    self._tell_failure(error)
                return None

    def _tell_failure(self, error: TagwiseError) -> None:
        if isinstance(error, EngineUnreachable):
            self.session.engine.renew()
        kind = types.MessageType.Error
        if isinstance(error, NoTarget):
            kind = types.MessageType.Warning
        said = error.located if isinstance(error, InvalidText) else str(error)
        self.window_show_message(types.ShowMessageParams(kind, f"Tagwise: {said}"))

    def _commands_by_name(self) -> Mapping[str, _Command]:
        manager = self.protocol.fm  # Its own types say nothing.
        return cast("Mapping[str, _Command]", manager.commands)  # pyright: ignore[reportUnknownMemberType]

    def _argument(self, params: types.ExecuteCommandParams) -> object:
        given = params.arguments or ({},)
        if len(given) > 1:
            raise JsonRpcInvalidParams(f"{params.command} takes one object, not {len(given)}")
        protocol = cast("TagwiseProtocol", self.protocol)
        try:
            return protocol.structured(given[0], self.command_arguments[params.command])
        except (BaseValidationError, TypeError, ValueError) as error:
            raise JsonRpcInvalidParams(f"{params.command}: {error!r}") from error

    @contextmanager
    def _command_under_way(self) -> Generator[None, None, None]:
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


def _harmless(params: _Message) -> _Message:
    from tagwise.ide.markup import as_message

    return attrs.evolve(params, message=as_message(params.message))


def _is_news(record: logging.LogRecord) -> bool:
    """Whether the log should hold it.

    An error that a request was answered with is no failure, and a request that was answered before
    it was taken back is every editor's daily bread.
    """
    answered = record.exc_info is not None and isinstance(record.exc_info[1], JsonRpcException)
    return not answered and not str(record.msg).startswith(_LATE)

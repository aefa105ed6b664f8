"""The server as pygls sees it: the protocol's state of one client, around our session.

Does not know any method: `methods.py` has the table.
"""

import logging
from collections.abc import Callable
from typing import Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from tagwise import __version__
from tagwise.lsp.capabilities import ClientAbilities
from tagwise.session.session import Session

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
        self.initial_settings: object = None
        self.complaints: tuple[str, ...] = ()


def _is_news(record: logging.LogRecord) -> bool:
    """Whether the log should hold it: an error that a request was answered with is no failure."""
    return record.exc_info is None or not isinstance(record.exc_info[1], JsonRpcException)

"""The floor: a pygls server that does nothing but answer a hover with a constant."""

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("empty", "1", text_document_sync_kind=types.TextDocumentSyncKind.Full)


@server.feature(types.TEXT_DOCUMENT_HOVER)
async def hover(params: types.HoverParams) -> types.Hover:
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "an image " * 60))


server.start_io()

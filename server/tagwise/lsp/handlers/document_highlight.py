"""textDocument/documentHighlight: the places of a document that mean the same."""

from lsprotocol import types

from tagwise.lsp.convert import Positions
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of


async def document_highlight(
    ls: TagwiseServer, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    from tagwise.session.navigation import highlights

    await ls.settled()
    read = await ls.session.workspace.read(document_of(params.text_document.uri))
    if read is None:
        return None
    positions = Positions(read.text, ls.workspace.position_encoding)
    given, used = highlights(ls.session, read, positions.offset(params.position))
    kinds = types.DocumentHighlightKind
    return [
        types.DocumentHighlight(positions.range(span), kind)
        for spans, kind in ((given, kinds.Write), (used, kinds.Read))
        for span in spans
    ]

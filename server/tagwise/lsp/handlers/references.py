"""textDocument/references: every place that uses a name, or that names the same image."""

from lsprotocol import types

from tagwise.lsp.convert import Positions, locations
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of


async def references(
    ls: TagwiseServer, params: types.ReferenceParams
) -> list[types.Location] | None:
    from tagwise.session.navigation import uses

    await ls.settled()
    read = await ls.session.workspace.read(document_of(params.text_document.uri))
    if read is None:
        return None
    encoding = ls.workspace.position_encoding
    offset = Positions(read.text, encoding).offset(params.position)
    declared = params.context.include_declaration
    found = await uses(ls.session, read, offset, with_definitions=declared)
    return locations(found, ls.session.workspace, encoding)

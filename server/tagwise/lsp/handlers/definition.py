"""textDocument/definition: where a variable, a stage or an alias comes from."""

from lsprotocol import types

from tagwise.lsp.convert import Positions, locations
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of


async def definition(
    ls: TagwiseServer, params: types.DefinitionParams
) -> list[types.Location] | None:
    from tagwise.session.navigation import definitions

    await ls.settled()
    read = await ls.session.workspace.read(document_of(params.text_document.uri))
    if read is None:
        return None
    encoding = ls.workspace.position_encoding
    offset = Positions(read.text, encoding).offset(params.position)
    found = await definitions(ls.session, read, offset)
    return locations(found, ls.session.workspace, encoding)

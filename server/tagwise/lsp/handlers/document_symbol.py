"""textDocument/documentSymbol: the images that a document names."""

from lsprotocol import types

from tagwise.lsp.convert import Positions
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of


async def document_symbol(
    ls: TagwiseServer, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    from tagwise.ide.symbols import image_symbols

    await ls.settled()
    read = await ls.session.workspace.read(document_of(params.text_document.uri))
    if read is None:
        return None
    positions = Positions(read.text, ls.workspace.position_encoding)
    kind = types.SymbolKind.Package
    found = [(each, positions.range(each.span)) for each in image_symbols(read.parsed)]
    if ls.abilities.symbol_trees:
        return [
            types.DocumentSymbol(each.name, kind, range_, range_, detail=each.detail)
            for each, range_ in found
        ]
    uri = params.text_document.uri
    return [
        types.SymbolInformation(name=each.name, kind=kind, location=types.Location(uri, range_))
        for each, range_ in found
    ]

"""workspace/symbol: the images that the workspace names, by a part of their names."""

from lsprotocol import types

from tagwise.documents.traced import Place
from tagwise.lsp.convert import locations
from tagwise.lsp.server import TagwiseServer


async def workspace_symbol(
    ls: TagwiseServer, params: types.WorkspaceSymbolParams
) -> list[types.SymbolInformation]:
    from tagwise.ide.symbols import found_symbols

    await ls.settled()
    documents = await ls.session.images.documents()
    found = found_symbols(((each.document, each.parsed) for each in documents), params.query)
    places = [Place(document, each.span) for document, each in found]
    where = locations(places, ls.session.workspace, ls.workspace.position_encoding)
    return [
        types.SymbolInformation(
            name=each.name,
            kind=types.SymbolKind.Package,
            location=location,
            container_name=each.detail,
        )
        for (_, each), location in zip(found, where, strict=True)
    ]

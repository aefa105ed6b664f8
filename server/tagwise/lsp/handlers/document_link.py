"""textDocument/documentLink: the registries' pages about the images of a document."""

from lsprotocol import types

from tagwise.lsp.convert import Positions
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of


async def document_link(
    ls: TagwiseServer, params: types.DocumentLinkParams
) -> list[types.DocumentLink] | None:
    from tagwise.ide.document_links import document_links

    await ls.settled()
    read = await ls.session.workspace.read(document_of(params.text_document.uri))
    if read is None:
        return None
    positions = Positions(read.text, ls.workspace.position_encoding)
    tells = ls.abilities.link_tooltips
    return [
        types.DocumentLink(
            positions.range(link.span), target=link.url, tooltip=link.tooltip if tells else None
        )
        for link in document_links(read.parsed)
    ]

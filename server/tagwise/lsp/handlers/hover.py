"""textDocument/hover: the card of the image under the cursor."""

from lsprotocol import types

from tagwise.lsp.cards import card_of
from tagwise.lsp.convert import Positions
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of


async def hover(ls: TagwiseServer, params: types.HoverParams) -> types.Hover | None:
    # What makes cards is imported when one is first asked for: an editor waits for us.
    from tagwise.ide.hover import occurrences_at, says_something

    await ls.settled()
    read = await ls.session.workspace.read(document_of(params.text_document.uri))
    if read is None:
        return None
    positions = Positions(read.text, ls.workspace.position_encoding)
    here = occurrences_at(read.parsed.occurrences, positions.offset(params.position))
    speaking = tuple(occurrence for occurrence in here if says_something(occurrence))
    if not speaking:
        return None
    shown = await card_of(ls, params.text_document.uri, read, speaking)
    return types.Hover(shown, positions.range(speaking[0].span))

"""textDocument/codeLens: where there is something to read over a reference; never asks the network."""

from collections.abc import AsyncIterator

from lsprotocol import types

from tagwise.lsp.convert import Positions
from tagwise.lsp.known_images import each_alone, find_out_behind, known_image
from tagwise.lsp.lens_data import LensData
from tagwise.lsp.server import TagwiseServer
from tagwise.session.known_offers import known_newer
from tagwise.session.uris import document_of
from tagwise.session.workspace import ReadDocument


async def code_lens(ls: TagwiseServer, params: types.CodeLensParams) -> list[types.CodeLens] | None:
    ls.asks_for_lenses = True
    await ls.settled()
    document = document_of(params.text_document.uri)
    read = await ls.session.workspace.read(document)
    if read is None or not ls.session.workspace.shows_code_lenses(document):
        return None
    find_out_behind(ls, read)
    return [each async for each in _lenses(ls, params.text_document.uri, read)]


async def _lenses(ls: TagwiseServer, uri: str, read: ReadDocument) -> AsyncIterator[types.CodeLens]:
    from tagwise.ide.code_lens import lens_parts

    positions = Positions(read.text, ls.workspace.position_encoding)
    for occurrence, target in each_alone(uri, read):
        known, newer = known_image(ls, occurrence), await known_newer(ls.session, occurrence)
        here = positions.range(occurrence.span)
        for part in lens_parts(
            occurrence,
            known.answer,
            tag=known.tag,
            local=known.local,
            newer=newer,
            offline=ls.session.workspace.settings.offline,
        ):
            yield types.CodeLens(here, data=LensData(part, target).to_wire())

"""textDocument/hover: the card of the image under the cursor."""

import asyncio
from collections.abc import Sequence

from lsprotocol import types

from tagwise.documents.model import Occurrence
from tagwise.ide.hover import hover_card, occurrences_at, says_something
from tagwise.ide.markup import Card
from tagwise.lsp.convert import Positions, markup
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of


async def hover(ls: TagwiseServer, params: types.HoverParams) -> types.Hover | None:
    await ls.settled()
    read = await ls.session.workspace.read(document_of(params.text_document.uri))
    if read is None:
        return None
    positions = Positions(read.text, ls.workspace.position_encoding)
    here = occurrences_at(read.parsed.occurrences, positions.offset(params.position))
    speaking = tuple(occurrence for occurrence in here if says_something(occurrence))
    if not speaking:
        return None
    card = await _cards(ls, speaking)
    return types.Hover(
        markup(card, markdown=ls.abilities.markdown), positions.range(speaking[0].span)
    )


async def _cards(ls: TagwiseServer, occurrences: Sequence[Occurrence]) -> Card:
    if len(occurrences) == 1:
        return await _card(ls, occurrences[0])
    cards = await asyncio.gather(*(_card(ls, each) for each in occurrences))
    return Card(tuple(block for card in cards for block in card.blocks))


async def _card(ls: TagwiseServer, occurrence: Occurrence) -> Card:
    session = ls.session
    answer = None
    if occurrence.reference is not None and occurrence.skipped is None:
        answer = await session.lookup.answer(occurrence.reference, occurrence.platform)
    return hover_card(occurrence, answer, now=session.clock())

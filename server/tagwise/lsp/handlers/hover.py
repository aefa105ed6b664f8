"""textDocument/hover: the card of the image under the cursor."""

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from tagwise.documents.model import Occurrence
from tagwise.lsp.card_links import card_links
from tagwise.lsp.convert import Positions, markup
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of

if TYPE_CHECKING:
    from tagwise.ide.facts import Answer
    from tagwise.ide.local_facts import LocalState


async def hover(ls: TagwiseServer, params: types.HoverParams) -> types.Hover | None:
    # What makes cards is imported when one is first asked for: an editor waits for us.
    from tagwise.ide.hover import hover_card, occurrences_at, says_something

    await ls.settled()
    read = await ls.session.workspace.read(document_of(params.text_document.uri))
    if read is None:
        return None
    positions = Positions(read.text, ls.workspace.position_encoding)
    here = occurrences_at(read.parsed.occurrences, positions.offset(params.position))
    speaking = tuple(occurrence for occurrence in here if says_something(occurrence))
    if not speaking:
        return None
    if len(speaking) == 1:
        answers = [await _answer(ls, speaking[0])]
    else:
        answers = await asyncio.gather(*(_answer(ls, each) for each in speaking))
    local = [_local(ls, each) for each in speaking]
    now = ls.session.clock()
    abilities = ls.abilities

    def make() -> types.MarkupContent:
        uri = params.text_document.uri
        pairs = zip(speaking, answers, strict=True) if abilities.command_links else ()
        links = [card_links(uri, read, occurrence, answer) for occurrence, answer in pairs]
        card = hover_card(speaking, answers, now=now, local=local, links=links)
        return markup(card, markdown=abilities.markdown, pictures=abilities.pictures)

    shown = ls.cards.shown(speaking, answers, local, now=now, version=read.version, make=make)
    return types.Hover(shown, positions.range(speaking[0].span))


def _local(ls: TagwiseServer, occurrence: Occurrence) -> "LocalState | None":
    """Tell what is on this machine as far as it is known now: an engine never delays a card."""
    if occurrence.reference is None or occurrence.skipped is not None:
        return None
    return ls.session.local_state(occurrence.reference)


async def _answer(ls: TagwiseServer, occurrence: Occurrence) -> "Answer | None":
    if occurrence.reference is None or occurrence.skipped is not None:
        return None
    return await ls.session.lookup.answer(occurrence.reference, occurrence.platform)

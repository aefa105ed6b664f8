"""The card of what stands in one place, as an editor is sent it.

Does not know what asked for it.
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from tagwise.documents.model import Occurrence
from tagwise.lsp.card_links import card_links
from tagwise.lsp.convert import markup
from tagwise.lsp.server import TagwiseServer
from tagwise.lsp.status import tell_status_soon
from tagwise.session.workspace import ReadDocument

if TYPE_CHECKING:
    from tagwise.ide.facts import Answer
    from tagwise.ide.local_facts import LocalState


async def card_of(
    ls: TagwiseServer, uri: str, read: ReadDocument, occurrences: Sequence[Occurrence]
) -> types.MarkupContent:
    """Return the card of `occurrences`, which stand in one place; asks what is not known."""
    from tagwise.ide.hover import hover_card

    if len(occurrences) == 1:
        answers = [await _answer(ls, occurrences[0])]
    else:
        answers = await asyncio.gather(*(_answer(ls, each) for each in occurrences))
    local = [_local(ls, each) for each in occurrences]
    tell_status_soon(ls)  # A registry may have said how many pulls are left.
    abilities, now = ls.abilities, ls.session.clock()

    def make() -> types.MarkupContent:
        pairs = zip(occurrences, answers, strict=True) if abilities.command_links else ()
        offline = ls.session.workspace.settings.offline
        links = [card_links(uri, read, *pair, offline=offline) for pair in pairs]
        card = hover_card(occurrences, answers, now=now, local=local, links=links)
        return markup(card, markdown=abilities.markdown, pictures=abilities.pictures)

    return ls.cards.shown(occurrences, answers, local, now=now, version=read.version, make=make)


def _local(ls: TagwiseServer, occurrence: Occurrence) -> "LocalState | None":
    """Tell what is on this machine as far as it is known now: an engine never delays a card."""
    if occurrence.reference is None or occurrence.skipped is not None:
        return None
    return ls.session.local_state(occurrence.reference)


async def _answer(ls: TagwiseServer, occurrence: Occurrence) -> "Answer | None":
    if occurrence.reference is None or occurrence.skipped is not None:
        return None
    return await ls.session.lookup.answer(occurrence.reference, occurrence.platform)

"""inlayHint/resolve: the card of the image, and what taking the hint over changes."""

import attrs
from lsprotocol import types

from tagwise.errors import NoTarget
from tagwise.lsp.cards import card_of
from tagwise.lsp.hint_edits import asked_edits
from tagwise.lsp.image_target import ImageTarget, from_wire, image_of
from tagwise.lsp.server import TagwiseServer


async def inlay_hint_resolve(ls: TagwiseServer, params: types.InlayHint) -> types.InlayHint:
    try:
        image = await image_of(ls, from_wire(params.data) or ImageTarget())
    except NoTarget:
        # The document has changed: the editor asks again.
        return params
    read, occurrence = image.read, image.occurrence
    if read is None or occurrence is None:
        return params
    opened = ls.session.workspace.opened(read.document)
    tooltip = await card_of(ls, opened.uri if opened else "", read, (occurrence,))
    edits = params.text_edits or await asked_edits(ls, read, occurrence)
    return attrs.evolve(params, tooltip=tooltip, text_edits=edits)

"""completionItem/resolve: how old an image is that could be chosen, and for which platforms."""

from collections.abc import Mapping
from typing import cast

import attrs
from lsprotocol import types

from tagwise.lsp.convert import markup
from tagwise.lsp.server import TagwiseServer
from tagwise.oci.reference import ImageReference, as_reference


async def completion_resolve(
    ls: TagwiseServer, params: types.CompletionItem
) -> types.CompletionItem:
    from tagwise.ide.completion import image_detail
    from tagwise.ide.facts import Resolved
    from tagwise.ide.image_card import image_card

    reference = _reference(params.data)
    if reference is None:
        return params
    await ls.settled()
    answer = await ls.session.suggestions.told(reference)
    if answer is None:
        return params
    now = ls.session.clock()
    card = image_card(reference, answer, now=now, local=ls.session.local_state(reference))
    detail = params.detail
    if isinstance(answer, Resolved):
        detail = image_detail(answer.facts, now) or detail
    shown = markup(card, markdown=ls.abilities.completion_markdown)
    return attrs.evolve(params, documentation=shown, detail=detail)


def _reference(data: object) -> ImageReference | None:
    if not isinstance(data, Mapping):
        return None
    said = cast("Mapping[str, object]", data).get("reference")
    return as_reference(said) if isinstance(said, str) else None

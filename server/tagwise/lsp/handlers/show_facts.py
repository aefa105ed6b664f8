"""tagwise.server.showFacts: tells what an image is, in editors where a lens can show no more."""

from lsprotocol import types

from tagwise.lsp.image_target import ImageTarget, image_of
from tagwise.lsp.server import TagwiseServer


async def show_facts(ls: TagwiseServer, target: ImageTarget) -> None:
    from tagwise.ide.image_card import image_card
    from tagwise.ide.markup import to_plain_text

    image = await image_of(ls, target)
    answer = await ls.session.lookup.answer(image.reference, image.platform)
    card = to_plain_text(image_card(image.reference, answer, now=ls.session.clock()))
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, card))

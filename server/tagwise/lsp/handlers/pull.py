"""tagwise.server.pull: has the engine pull an image."""

from tagwise.lsp.client_requests import tell
from tagwise.lsp.engine_values import PulledImage
from tagwise.lsp.image_target import ImageTarget, image_of
from tagwise.lsp.server import TagwiseServer


async def pull(ls: TagwiseServer, target: ImageTarget) -> PulledImage | None:
    from tagwise.lsp.pulling import pulled

    image = await image_of(ls, target)
    got = await pulled(ls, image.reference, image.platform)
    if got is None:
        return None
    name = image.reference.familiar
    tell(ls, f"{name} {'was up to date' if got.was_up_to_date else 'is pulled'}: {got.digest}")
    return PulledImage(name, got.digest, got.was_up_to_date)

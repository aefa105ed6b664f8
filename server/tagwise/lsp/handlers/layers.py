"""tagwise.server.layers: what made each layer of an image, here or in its registry."""

from typing import TYPE_CHECKING

from tagwise.errors import EngineUnreachable, NoSuchImage
from tagwise.lsp.client_requests import tell
from tagwise.lsp.command_arguments import ShownTarget
from tagwise.lsp.engine_values import ImageLayers, LayerRow
from tagwise.lsp.image_target import engine_name_of, image_of
from tagwise.lsp.server import TagwiseServer

if TYPE_CHECKING:
    from tagwise.session.layer_list import LayerList


async def layers(ls: TagwiseServer, target: ShownTarget) -> ImageLayers | None:
    """Ask the engine, unless a platform is given; of what it does not have, the registry."""
    name = await engine_name_of(ls, target)
    found, platform = await _found(ls, target, name)
    listed = ImageLayers(
        reference=name,
        source=found.place.value,
        platform=platform,
        size=found.size,
        base=found.base or None,
        layers=tuple(
            LayerRow(each.digest, each.size, each.instruction, each.created, each.shared_with)
            for each in found.layers
        ),
    )
    if target.show:
        from tagwise.lsp.engine_texts import layers_text

        tell(ls, layers_text(listed))
    return listed


async def _found(
    ls: TagwiseServer, target: ShownTarget, name: str
) -> "tuple[LayerList, str | None]":
    from tagwise.engine.names import is_id
    from tagwise.session.image_layers import layers_here, layers_in_registry

    if target.platform is None:
        try:
            return await layers_here(ls.session.engine.client(), name), None
        except (EngineUnreachable, NoSuchImage):
            if target.reference is not None and is_id(target.reference):
                raise
    image = await image_of(ls, target)
    platform = image.platform or ls.session.platform
    found = await layers_in_registry(ls.session.resolver, image.reference, platform)
    return found, str(platform)

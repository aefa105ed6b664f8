"""tagwise.server.inspectImage: what the engine knows of a local image."""

import asyncio
from typing import TYPE_CHECKING

from tagwise.lsp.client_requests import tell
from tagwise.lsp.command_arguments import ShownTarget
from tagwise.lsp.engine_values import ContainerUse, InspectedConfig, InspectedImage
from tagwise.lsp.image_target import engine_name_of
from tagwise.lsp.server import TagwiseServer

if TYPE_CHECKING:
    from tagwise.oci.image_config import ImageConfig


async def inspect_image(ls: TagwiseServer, target: ShownTarget) -> InspectedImage | None:
    name = await engine_name_of(ls, target)
    engine = ls.session.engine.client()
    details, containers = await asyncio.gather(engine.inspect(name), engine.containers())
    users = tuple(
        ContainerUse(each.name or each.id[:12], each.state)
        for each in containers
        if each.image_id == details.id
    )
    inspected = InspectedImage(
        reference=name,
        id=details.id,
        names=details.tags,
        digests=details.digests,
        created=details.created,
        pulled=details.pulled,
        size=details.size,
        platform=str(details.platform),
        layers=details.layers,
        containers=users,
        config=_config(details.config) if details.config else None,
    )
    if target.show:
        from tagwise.lsp.engine_texts import inspected_text

        tell(ls, inspected_text(inspected, ls.session.clock()))
    return inspected


def _config(config: "ImageConfig") -> InspectedConfig:
    return InspectedConfig(
        user=config.user,
        working_dir=config.working_dir,
        entrypoint=config.entrypoint,
        command=config.command,
        environment=config.environment,
        exposed_ports=config.exposed_ports,
        volumes=config.volumes,
        stop_signal=config.stop_signal,
        labels=config.labels,
    )

"""tagwise.server.remove: has the engine remove an image, after asking; never forces by itself."""

from typing import TYPE_CHECKING, Final

from tagwise.errors import ImageInUse
from tagwise.lsp.client_requests import choice, tell
from tagwise.lsp.engine_values import RemovedNames
from tagwise.lsp.image_target import ImageTarget, engine_name_of
from tagwise.lsp.server import TagwiseServer

if TYPE_CHECKING:
    from tagwise.engine.endpoint import EngineEndpoint
    from tagwise.engine.models import RemovedImage
    from tagwise.session.removal import Removal

REMOVE: Final = "Remove"
FORCE: Final = "Remove anyway"
KEEP: Final = "Keep"


async def remove(ls: TagwiseServer, target: ImageTarget) -> RemovedNames | None:
    from tagwise.session.removal import planned_removal

    name = await engine_name_of(ls, target)
    engine = ls.session.engine.client()
    removal = await planned_removal(engine, name)
    if running := removal.running:
        names = ", ".join(running)
        raise ImageInUse(
            f"{name} stays: running containers use it ({names}); stop and remove them first",
            containers=running,
        )
    instead = f"use `tagwise rm {name}` in a terminal"
    if await choice(ls, removal.question, REMOVE, KEEP, instead=instead) != REMOVE:
        return None
    done = await _removed(ls, removal, instead, at=engine.endpoint)
    if done is None:
        return None
    forgotten = ", ".join(removal.names)
    stays = f"; the image stays, as {', '.join(removal.stays_as)}" if removal.stays_as else ""
    tell(ls, f"{forgotten} is removed{stays}")
    return RemovedNames(done.untagged, done.deleted)


async def _removed(
    ls: TagwiseServer, removal: "Removal", instead: str, *, at: "EngineEndpoint"
) -> "RemovedImage | None":
    """Remove, and where only force helps, ask once more; None if the person says no."""
    from tagwise.session.removal import removed

    try:
        return await removed(ls.session.engine.still(at), removal)
    except ImageInUse as error:
        if not error.can_be_forced:
            raise
        names = ", ".join(error.containers)
        question = (
            f"{', '.join(removal.names)} is used by containers that do not run ({names}). "
            "They stay, and cannot be started again without it."
        )
    if await choice(ls, question, FORCE, KEEP, instead=f"{instead}, with --force") != FORCE:
        return None
    return await removed(ls.session.engine.still(at), removal, force=True)

"""tagwise.server.prune: has the engine remove the images nothing leads to, after asking."""

from typing import TYPE_CHECKING, Final

from tagwise.lsp.client_requests import choice, tell
from tagwise.lsp.command_arguments import PruneArguments
from tagwise.lsp.engine_values import RemovedNames
from tagwise.lsp.server import TagwiseServer

if TYPE_CHECKING:
    from tagwise.engine.client import EngineClient
    from tagwise.engine.models import ImageSummary

PRUNE: Final = "Remove"
KEEP: Final = "Keep"


async def prune(ls: TagwiseServer, arguments: PruneArguments) -> RemovedNames | None:
    from tagwise.ide.phrases import counted, size

    engine = ls.session.engine.client()
    images = await _to_go(engine, unused=arguments.unused)
    if not images:
        tell(ls, "there are no images to remove")
        return RemovedNames((), (), 0)
    kind = "that no container uses" if arguments.unused else "without a name"
    message = f"Remove {counted(len(images), 'image')} {kind}? This frees {_space(images)}."
    option = " --all" if arguments.unused else ""
    instead = f"use `tagwise prune{option}` in a terminal"
    if await choice(ls, message, PRUNE, KEEP, instead=instead) != PRUNE:
        return None
    engine = ls.session.engine.still(engine.endpoint)
    pruned = await engine.prune(dangling_only=not arguments.unused)
    tell(ls, f"{size(pruned.freed)} freed")
    return RemovedNames(pruned.removed.untagged, pruned.removed.deleted, pruned.freed)


async def _to_go(engine: "EngineClient", *, unused: bool) -> "tuple[ImageSummary, ...]":
    """List what pruning removes: an image that a container uses stays in any case."""
    filtered = None if unused else {"dangling": ("true",)}
    used = {container.image_id for container in await engine.containers()}
    images = await engine.images(filtered=filtered, count_shared=True)
    return tuple(image for image in images if image.id not in used)


def _space(images: "tuple[ImageSummary, ...]") -> str:
    """Say how much is freed: layers that images share are counted once, where the engine has."""
    from tagwise.ide.phrases import size

    own = [image.size - image.shared_size for image in images if image.shared_size is not None]
    if len(own) == len(images):
        return f"at least {size(sum(own))}"
    return f"at most {size(sum(image.size for image in images))}"

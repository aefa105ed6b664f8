"""tagwise.server.prune: has the engine remove the images nothing leads to, after asking."""

from typing import Final

from tagwise.lsp.client_requests import choice, tell
from tagwise.lsp.command_arguments import PruneArguments
from tagwise.lsp.engine_values import RemovedNames
from tagwise.lsp.server import TagwiseServer

PRUNE: Final = "Remove"
KEEP: Final = "Keep"


async def prune(ls: TagwiseServer, arguments: PruneArguments) -> RemovedNames | None:
    from tagwise.ide.phrases import counted, size
    from tagwise.session.removal import space_of, to_prune

    engine = ls.session.engine.client()
    images = await to_prune(engine, unused=arguments.unused)
    if not images:
        tell(ls, "there are no images to remove")
        return RemovedNames((), (), 0)
    kind = "that no container uses" if arguments.unused else "without a name"
    message = f"Remove {counted(len(images), 'image')} {kind}? This frees {space_of(images, size)}."
    option = " --all" if arguments.unused else ""
    instead = f"use `tagwise prune{option}` in a terminal"
    if await choice(ls, message, PRUNE, KEEP, instead=instead) != PRUNE:
        return None
    engine = ls.session.engine.still(engine.endpoint)
    pruned = await engine.prune(dangling_only=not arguments.unused)
    tell(ls, f"{size(pruned.freed)} freed")
    return RemovedNames(pruned.removed.untagged, pruned.removed.deleted, pruned.freed)

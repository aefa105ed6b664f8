"""`tagwise prune`: has the engine remove the images nothing leads to, after asking."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from tagwise.cli.engine import asking_engine, tell
from tagwise.cli.question import is_confirmed, require_person

if TYPE_CHECKING:
    from tagwise.engine.models import ImageSummary, Pruned


def prune(
    *,
    unused: Annotated[
        bool, typer.Option("--all", "-a", help="Every image that no container uses.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", "--force", "-f", help="Do not ask.")] = False,
) -> None:
    """Remove the images that have no name, or all that no container uses."""
    from tagwise.cli.docker_units import human_size

    # The question stands outside of what is asynchronous: an interruption ends it there at once.
    images = () if yes else asyncio.run(_images_to_go(unused=unused))
    if images and not _is_wanted(images):
        tell("nothing was removed")
        raise typer.Exit(1)
    pruned = asyncio.run(_prune(unused=unused)) if yes or images else None
    if pruned is not None and (pruned.removed.untagged or pruned.removed.deleted):
        typer.echo("Deleted Images:")
        for name in pruned.removed.untagged:
            typer.echo(f"untagged: {name}")
        for name in pruned.removed.deleted:
            typer.echo(f"deleted: {name}")
        typer.echo()
    typer.echo(f"Total reclaimed space: {human_size(pruned.freed if pruned else 0)}")


async def _images_to_go(*, unused: bool) -> "tuple[ImageSummary, ...]":
    from tagwise.session.removal import to_prune

    async with asking_engine() as engine:
        return await to_prune(engine, unused=unused)


async def _prune(*, unused: bool) -> "Pruned":
    async with asking_engine() as engine:
        return await engine.prune(dangling_only=not unused)


def _is_wanted(images: "tuple[ImageSummary, ...]") -> bool:
    """Ask with what would go."""
    from tagwise.cli.docker_units import human_size
    from tagwise.session.removal import space_of

    require_person()
    for image in images:
        typer.echo(", ".join(image.tags) or image.id)
    what = "this image" if len(images) == 1 else f"these {len(images)} images"
    return is_confirmed(f"Remove {what}? This frees {space_of(images, human_size)}.")

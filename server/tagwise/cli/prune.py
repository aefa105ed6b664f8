"""`tagwise prune`: has the engine remove the images nothing leads to, after asking."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tagwise.cli.engine import asking_engine
from tagwise.cli.usage import WrongUsage

if TYPE_CHECKING:
    from tagwise.engine.client import EngineClient
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

    pruned = asyncio.run(_prune(unused=unused, yes=yes))
    if pruned.removed.untagged or pruned.removed.deleted:
        typer.echo("Deleted Images:")
        for name in pruned.removed.untagged:
            typer.echo(f"untagged: {name}")
        for name in pruned.removed.deleted:
            typer.echo(f"deleted: {name}")
        typer.echo()
    typer.echo(f"Total reclaimed space: {human_size(pruned.freed)}")


async def _prune(*, unused: bool, yes: bool) -> "Pruned":
    from tagwise.engine.models import Pruned, RemovedImage

    async with asking_engine() as engine:
        if not yes:
            images = await _to_go(engine, unused=unused)
            if not images:
                return Pruned(RemovedImage((), ()), 0)
            _ask(images)
        return await engine.prune(dangling_only=not unused)


async def _to_go(engine: "EngineClient", *, unused: bool) -> "tuple[ImageSummary, ...]":
    if not unused:
        return await engine.images(filtered={"dangling": ("true",)})
    used = {container.image_id for container in await engine.containers()}
    return tuple(image for image in await engine.images() if image.id not in used)


def _ask(images: "tuple[ImageSummary, ...]") -> None:
    """Ask with what would go; layers that others share make it free less than their sum."""
    from tagwise.cli.docker_units import human_size

    if not sys.stdin.isatty():
        raise WrongUsage("nobody is there to ask: say --yes to remove them without asking")
    for image in images:
        typer.echo(", ".join(image.tags) or image.id)
    most = human_size(sum(image.size for image in images))
    typer.confirm(f"Remove these {len(images)} images, of {most} at most?", abort=True)

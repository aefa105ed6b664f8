"""`tagwise rm`: has the engine remove images, by name or id, all or dangling ones after asking."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from tagwise.cli.engine import asking_engine, parsed_name, tell
from tagwise.cli.question import is_confirmed, require_person
from tagwise.cli.usage import WrongUsage
from tagwise.errors import EngineError, EngineUnreachable

if TYPE_CHECKING:
    from tagwise.engine.client import EngineClient
    from tagwise.engine.models import ImageSummary


def rm(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="REF|ID", help="Names, ids or short ids.")
    ] = None,
    *,
    force: Annotated[
        bool, typer.Option("--force", "-f", help="Also what stopped containers use.")
    ] = False,
    dangling: Annotated[
        bool, typer.Option("--dangling", help="Every image without a name, after asking.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every image, after asking.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove images from this machine's engine; one that a container uses stays."""
    if (bool(names) + dangling + everything) != 1:
        raise WrongUsage("say which: names or ids, --dangling or --all")
    if names:
        done = asyncio.run(_remove(tuple(map(parsed_name, names)), force=force))
    else:
        found = asyncio.run(_images(dangling_only=dangling))
        if not found:
            typer.echo("no images to remove")
            return
        if not yes and not _is_wanted(found):
            tell("nothing was removed")
            raise typer.Exit(1)
        done = asyncio.run(_remove(tuple(_names(found)), force=force))
    if not done:
        raise typer.Exit(1)


async def _images(*, dangling_only: bool) -> "tuple[ImageSummary, ...]":
    filtered = {"dangling": ("true",)} if dangling_only else None
    async with asking_engine() as engine:
        return await engine.images(filtered=filtered)


def _names(images: "Iterable[ImageSummary]") -> Iterator[str]:
    """Name what is to go so that nothing needs force: every tag, then whatever has none."""
    for image in images:
        yield from image.tags or (image.id,)


def _is_wanted(images: "tuple[ImageSummary, ...]") -> bool:
    from tagwise.cli.image_layout import TABLE, Layout
    from tagwise.cli.image_rows import image_rows
    from tagwise.registry.clock import system_clock

    require_person()
    layout = Layout.read(TABLE, quiet=False, digests=False)
    rows = image_rows(images, with_digests=False)
    now = system_clock()
    for line in layout.lines([row.fields(now, truncates=True) for row in rows]):
        typer.echo(line)
    what = "this image" if len(images) == 1 else f"these {len(images)} images"
    return is_confirmed(f"Remove {what}?")


async def _remove(names: tuple[str, ...], *, force: bool) -> bool:
    """Remove one after the other; return whether each is gone."""
    failed = False
    async with asking_engine() as engine:
        for name in names:
            try:
                await _remove_one(engine, name, force=force)
            except EngineUnreachable:
                raise
            except EngineError as error:
                failed = True
                tell(str(error))
    return not failed


async def _remove_one(engine: "EngineClient", name: str, *, force: bool) -> None:
    before = await engine.inspect(name)
    removed = await engine.remove(name, force=force)
    for each in removed.untagged:
        typer.echo(f"Untagged: {each}")
    for each in removed.deleted:
        typer.echo(f"Deleted: {each}")
    left = [each for each in before.tags if each not in removed.untagged]
    if left and not removed.deleted:
        typer.echo(f"tagwise: the image stays, as {', '.join(left)}", err=True)

"""`tagwise images`: the images on this machine, listed as `docker images` lists them."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from tagwise.cli.asking import Access, Mirrors, Offline, asking_session, parsed_reference
from tagwise.cli.engine import asking_engine, tell
from tagwise.cli.usage import WrongUsage
from tagwise.errors import EngineError
from tagwise.ide.markup import clean
from tagwise.oci.reference import ImageReference
from tagwise.registry.clock import system_clock

if TYPE_CHECKING:
    from tagwise.engine.models import ImageSummary


def images(  # noqa: PLR0913 - one parameter for each option
    name: Annotated[
        str | None, typer.Argument(metavar="REPO[:TAG]", help="Only these; may hold * and ?.")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", "-a", help="Also the images between a build's steps.")
    ] = False,
    digests: Annotated[bool, typer.Option("--digests", help="Show digests.")] = False,
    conditions: Annotated[
        list[str] | None,
        typer.Option(
            "--filter",
            "-f",
            metavar="NAME=VALUE",
            help="dangling=true, before=IMAGE, since=IMAGE, label=KEY[=VALUE], reference=PATTERN."
            " Repeatable.",
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="table, json, 'table TEMPLATE' or TEMPLATE, as docker's.",
        ),
    ] = None,
    no_trunc: Annotated[
        bool, typer.Option("--no-trunc", help="Show whole ids and digests.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print ids only.")] = False,
    tree: Annotated[
        bool, typer.Option("--tree", help="Show the platforms and layers under each image.")
    ] = False,
    platforms: Annotated[
        bool,
        typer.Option(
            "--platforms", help="Ask the registry which platforms it has, and show which are here."
        ),
    ] = False,
    mirror: Mirrors = None,
    offline: Offline = False,
) -> None:
    """List the images of this machine's engine, Docker's or Podman's."""
    filtered = _filters(conditions or (), name)
    if tree or platforms:
        _refuse_beside(tree=tree, platforms=platforms, form=form, quiet=quiet, digests=digests)
    if platforms:
        access = Access(mirror, offline)
        asyncio.run(_platforms(_reference(name), access, form or "table", truncates=not no_trunc))
    elif tree:
        asyncio.run(_tree(filtered, everything=everything, truncates=not no_trunc))
    else:
        _list(
            filtered,
            form or "table",
            everything=everything,
            digests=digests,
            quiet=quiet,
            truncates=not no_trunc,
        )


def _refuse_beside(
    *, tree: bool, platforms: bool, form: str | None, quiet: bool, digests: bool
) -> None:
    """:raises WrongUsage: for options that say nothing beside those two."""
    if tree and platforms:
        raise WrongUsage("--tree and --platforms exclude each other")
    if quiet or digests or (tree and form):
        option = "--quiet" if quiet else "--digests" if digests else "--format"
        raise WrongUsage(f"{option} says nothing beside {'--tree' if tree else '--platforms'}")


def _reference(name: str | None) -> ImageReference:
    if name is None:
        raise WrongUsage("--platforms takes one image: say which")
    return parsed_reference(name)


def _list(
    filtered: Mapping[str, tuple[str, ...]],
    form: str,
    *,
    everything: bool,
    digests: bool,
    quiet: bool,
    truncates: bool,
) -> None:
    from tagwise.cli.image_layout import Layout
    from tagwise.cli.image_rows import image_rows

    layout = Layout.read(form, quiet=quiet, digests=digests)
    found = asyncio.run(_images(filtered, everything=everything))
    rows = [
        row.fields(system_clock(), truncates=truncates)
        # A template that names it has docker show it, too (formatter/image.go, `needDigest`).
        for row in image_rows(found, with_digests=digests or "{{.Digest}}" in form)
    ]
    for line in layout.lines(rows):
        typer.echo(line)


async def _images(
    filtered: Mapping[str, tuple[str, ...]], *, everything: bool
) -> "tuple[ImageSummary, ...]":
    async with asking_engine() as engine:
        return await engine.images(include_intermediate=everything, filtered=filtered)


async def _tree(
    filtered: Mapping[str, tuple[str, ...]], *, everything: bool, truncates: bool
) -> None:
    from tagwise.cli.columns import terminal_width
    from tagwise.cli.image_tree import tree_lines
    from tagwise.session.image_trees import image_trees

    async with asking_engine() as engine:
        found = await engine.images(include_intermediate=everything, filtered=filtered)
        trees = await image_trees(engine, found)
    for line in tree_lines(trees, width=terminal_width() if truncates else None):
        typer.echo(clean(line))


async def _platforms(
    reference: ImageReference, access: Access, form: str, *, truncates: bool
) -> None:
    """Ask the registry, and the engine beside it, which may well not be there."""
    from tagwise.cli.console import progress
    from tagwise.cli.image_layout import Layout
    from tagwise.cli.image_platforms import TABLE, TITLES, platform_remarks, platform_rows

    layout = Layout.of(form, titles=TITLES, table=TABLE)
    async with asking_session(access) as session:
        with progress(f"asking {reference.registry} …"):
            facts = await session.lookup.facts(reference, every_platform=True)
    try:
        local = await _local()
    except EngineError as error:
        tell(str(error))
        local = None
    for line in layout.lines(platform_rows(facts, local, truncates=truncates)):
        typer.echo(clean(line))
    if layout.has_header:
        typer.echo()
        for line in platform_remarks(reference, facts, local):
            typer.echo(clean(line))


async def _local() -> "tuple[ImageSummary, ...]":
    async with asking_engine() as engine:
        return await engine.images()


def _filters(conditions: Iterable[str], name: str | None) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, value in (*_pairs(conditions), *((("reference", name),) if name else ())):
        found[key] = (*found.get(key, ()), value)
    return found


def _pairs(conditions: Iterable[str]) -> Iterator[tuple[str, str]]:
    for condition in conditions:
        key, equals, value = condition.partition("=")
        if not equals:
            raise WrongUsage(f"--filter takes NAME=VALUE, not {condition!r}")
        yield key.strip().lower(), value.strip()

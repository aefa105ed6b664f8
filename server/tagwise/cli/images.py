"""`tagwise images`: the images on this machine, listed as `docker images` lists them."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from tagwise.cli.engine import asking_engine
from tagwise.cli.usage import WrongUsage
from tagwise.registry.clock import system_clock

if TYPE_CHECKING:
    from tagwise.engine.models import ImageSummary


def images(
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
    no_trunc: Annotated[bool, typer.Option("--no-trunc", help="Show whole ids.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print ids only.")] = False,
) -> None:
    """List the images of this machine's engine, Docker's or Podman's."""
    from tagwise.cli.image_layout import TABLE, Layout
    from tagwise.cli.image_rows import image_rows

    layout = Layout.read(form or TABLE, quiet=quiet, digests=digests)
    filtered = _filters(conditions or (), name)
    found = asyncio.run(_images(filtered, everything=everything))
    rows = [
        row.fields(system_clock(), truncates=not no_trunc)
        # A template that names it has docker show it, too (formatter/image.go, `needDigest`).
        for row in image_rows(found, with_digests=digests or "{{.Digest}}" in (form or ""))
    ]
    for line in layout.lines(rows):
        typer.echo(line)


async def _images(
    filtered: Mapping[str, tuple[str, ...]], *, everything: bool
) -> "tuple[ImageSummary, ...]":
    async with asking_engine() as engine:
        return await engine.images(include_intermediate=everything, filtered=filtered)


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

"""`tagwise layers`: what made each layer of an image, local or not."""

import asyncio
import json
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tagwise.cli.asking import (
    Access,
    Mirrors,
    Offline,
    PlatformOption,
    asking_session,
    parsed_platform,
    parsed_reference,
)
from tagwise.cli.engine import asking_engine, parsed_name
from tagwise.errors import EngineError, EngineUnreachable, InvalidReference, NoSuchImage
from tagwise.ide.markup import clean
from tagwise.ide.phrases import counted
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference

if TYPE_CHECKING:
    from tagwise.engine.models import ImageDetails
    from tagwise.session.layer_list import LayerList

_NAMES: Final = 2


class Format(Enum):
    TEXT = "text"
    JSON = "json"


def layers(
    name: Annotated[
        str, typer.Argument(metavar="REF|ID", help="An image, or the id of a local one.")
    ],
    *,
    platform: PlatformOption = None,
    remote: Annotated[
        bool, typer.Option("--remote", help="Ask the registry, also of what is here.")
    ] = False,
    no_trunc: Annotated[
        bool, typer.Option("--no-trunc", help="Show whole digests and instructions.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How to print them.")] = Format.TEXT,
    mirror: Mirrors = None,
    offline: Offline = False,
) -> None:
    """Show the layers of an image: size, what made each, which local images share it.

    Of an image that is not here, or with --platform, the registry is asked, without pulling.
    """
    wanted = parsed_platform(platform)
    access = Access(mirror, offline)
    asks_engine = not remote and wanted is None
    found = asyncio.run(_layers(parsed_name(name), wanted, access, asks_engine=asks_engine))
    if form is Format.JSON:
        typer.echo(json.dumps(_item(name, found), indent=2, ensure_ascii=False))
        return
    for line in _lines(found, truncates=not no_trunc):
        typer.echo(clean(line))


async def _layers(
    name: str, platform: Platform | None, access: Access, *, asks_engine: bool
) -> "LayerList":
    from tagwise.session.image_layers import layers_here

    if asks_engine:
        try:
            async with asking_engine() as engine:
                return await layers_here(engine, name)
        except (EngineUnreachable, NoSuchImage):
            if not _is_reference(name):
                raise
    return await _remote(parsed_reference(name), platform, access)


async def _remote(
    reference: ImageReference, platform: Platform | None, access: Access
) -> "LayerList":
    from tagwise.cli.console import progress
    from tagwise.cli.parts import machine_platform
    from tagwise.session.image_layers import layers_in_registry

    async with asking_session(access) as session:
        wanted = platform or session.workspace.settings.platform or machine_platform()
        with progress(f"asking {reference.registry} …"):
            local = await _images_here()
            return await layers_in_registry(session.resolver, reference, wanted, local=local)


async def _images_here() -> "tuple[ImageDetails, ...]":
    """Return what is here to be shared with: nothing, where no engine answers."""
    from tagwise.session.image_layers import images_here

    try:
        async with asking_engine() as engine:
            return await images_here(engine)
    except EngineError:
        return ()


def _is_reference(name: str) -> bool:
    try:
        ImageReference.parse(name)
    except InvalidReference:
        return False
    return not name.startswith("sha256:")


def _lines(found: "LayerList", *, truncates: bool) -> Iterator[str]:
    from tagwise.cli.columns import fitted, in_columns, terminal_width
    from tagwise.cli.docker_units import human_size
    from tagwise.cli.image_rows import short_id
    from tagwise.session.layer_list import Place

    lines = ["LAYER\tSIZE\tSHARED WITH\tINSTRUCTION"]
    for each in found.layers:
        digest = each.digest or "-"
        shared = ", ".join(each.shared_with[:_NAMES]) + (
            f" and {len(each.shared_with) - _NAMES} more" if len(each.shared_with) > _NAMES else ""
        )
        if truncates:
            digest = short_id(digest)
        lines.append(f"{digest}\t{human_size(each.size)}\t{shared or '-'}\t{each.instruction}")
    table = in_columns([line.replace("\n", " ") for line in lines])
    width = terminal_width() if truncates else None
    yield from table if width is None else fitted(table, width)
    size = human_size(found.size)
    where = "on the disk" if found.place is Place.ENGINE else "compressed, in the registry"
    count = sum(each.digest is not None for each in found.layers)
    yield ""
    yield f"{counted(count, 'layer')}, {size} {where}"
    if found.base:
        yield f"base image {found.base}"


def _item(name: str, found: "LayerList") -> dict[str, object]:
    return {
        "reference": name,
        "from": found.place.value,
        "base": found.base or None,
        "layers": [
            {
                "digest": each.digest,
                "size": each.size,
                "instruction": each.instruction,
                "created": each.created.isoformat() if each.created else None,
                "sharedWith": list(each.shared_with),
            }
            for each in found.layers
        ],
    }

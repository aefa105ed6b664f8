"""`tagwise tag`: gives an image of the engine's one more name."""

import asyncio
from typing import Annotated

import typer

from tagwise.cli.asking import parsed_reference
from tagwise.cli.engine import asking_engine, parsed_name
from tagwise.cli.usage import WrongUsage
from tagwise.oci.reference import ImageReference


def tag(
    source: Annotated[str, typer.Argument(metavar="SRC", help="A name or an id.")],
    target: Annotated[str, typer.Argument(metavar="DST", help="The new name.")],
) -> None:
    """Give an image on this machine one more name; a tag that is there moves to it."""
    reference = parsed_reference(target)
    if reference.digest is not None:
        raise WrongUsage("a new name has no digest: the image's own is the one it keeps")
    asyncio.run(_tag(parsed_name(source), reference))


async def _tag(source: str, reference: ImageReference) -> None:
    async with asking_engine() as engine:
        await engine.tag(source, reference)

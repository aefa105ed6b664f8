"""`tagwise digest`: what a tag names today, alone on a line."""

import asyncio

import typer

from tagwise.cli.asking import (
    Access,
    Mirrors,
    Offline,
    PlatformOption,
    ReferenceArgument,
    asking_session,
    parsed_platform,
    parsed_reference,
)
from tagwise.oci.digest import Digest
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference


def digest(
    reference: ReferenceArgument,
    *,
    platform: PlatformOption = None,
    mirror: Mirrors = None,
    offline: Offline = False,
) -> None:
    """Print the digest of an image, or of one of its platforms' images."""
    wanted = parsed_platform(platform)
    typer.echo(
        str(asyncio.run(_digest(parsed_reference(reference), wanted, Access(mirror, offline))))
    )


async def _digest(
    reference: ImageReference,
    platform: Platform | None,
    access: Access,
) -> Digest:
    async with asking_session(access) as session:
        answer = await session.resolver.digest(reference, fresh=True)
        if platform is None:
            return answer.digest
        return await session.resolver.platform_digest(reference, platform)

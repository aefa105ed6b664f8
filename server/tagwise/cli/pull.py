"""`tagwise pull`: has the engine pull images, with the user's own credentials."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import typer

from tagwise.cli.asking import (
    PlatformOption,
    asking_session,
    parsed_platform,
    parsed_reference,
)
from tagwise.cli.engine import asking_engine, tell
from tagwise.cli.tags import MOST
from tagwise.cli.usage import WrongUsage
from tagwise.errors import EngineError, EngineUnreachable
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference

if TYPE_CHECKING:
    from tagwise.engine.client import EngineClient
    from tagwise.registry.credentials import Keychain


def pull(
    references: Annotated[
        list[str], typer.Argument(metavar="REF…", help="Such as python:3.12-slim.")
    ],
    *,
    platform: PlatformOption = None,
    all_tags: Annotated[
        bool, typer.Option("--all-tags", "-a", help="Every tag of the repository.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the names only.")] = False,
) -> None:
    """Have this machine's engine, Docker's or Podman's, pull images."""
    wanted = parsed_platform(platform)
    named = [parsed_reference(each) for each in references]
    if all_tags and any(each.tag or each.digest for each in named):
        raise WrongUsage("--all-tags takes a repository, without a tag or digest")
    if not asyncio.run(_pull_each(named, wanted, all_tags=all_tags, quiet=quiet)):
        raise typer.Exit(1)


async def _pull_each(
    references: list[ImageReference], platform: Platform | None, *, all_tags: bool, quiet: bool
) -> bool:
    """Pull one after the other; return whether each was got."""
    from tagwise.cli.parts import build_keychain

    keychain = build_keychain()
    failed = False
    try:
        async with asking_engine() as engine:
            if all_tags and (await engine.info()).name == "Podman":
                # Podman's answer to Docker's API takes a name without a tag for `latest`.
                references = [each async for each in _every_tag(references)]
                all_tags = False
            for reference in references:
                try:
                    await _pull(
                        engine, keychain, reference, platform, all_tags=all_tags, quiet=quiet
                    )
                except EngineUnreachable:
                    raise
                except EngineError as error:
                    failed = True
                    tell(str(error))
    finally:
        await keychain.aclose()
    return not failed


async def _every_tag(references: list[ImageReference]) -> AsyncIterator[ImageReference]:
    """List the references with every tag that their registries have."""
    async with asking_session() as session:
        for reference in references:
            found = await session.resolver.tags(reference, limit=MOST)
            for tag in found.tags:
                yield ImageReference.parse(f"{reference.text}:{tag}")


async def _pull(
    engine: "EngineClient",
    keychain: "Keychain",
    reference: ImageReference,
    platform: Platform | None,
    *,
    all_tags: bool,
    quiet: bool,
) -> None:
    from tagwise.cli.pull_display import pull_display
    from tagwise.session.pulls import digest_of, login_for

    login = await login_for(reference, keychain)
    with pull_display(reference, quiet=quiet) as report:
        result = await engine.pull(
            reference, platform=platform, login=login, all_tags=all_tags, report=report
        )
    if not quiet and not all_tags:
        typer.echo(f"Digest: {await digest_of(engine, reference, result)}")
    if not quiet and result.message:
        typer.echo(f"Status: {result.message}")
    typer.echo(reference.name if all_tags else reference.canonical)

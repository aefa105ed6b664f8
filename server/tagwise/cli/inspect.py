"""`tagwise inspect`: everything known of an image."""

import asyncio
import json
import sys
from enum import Enum
from typing import Annotated, assert_never

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
from tagwise.cli.usage import WrongUsage
from tagwise.errors import RegistryError
from tagwise.oci.digest import Digest
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.resolver import Resolver


class Format(Enum):
    TEXT = "text"
    JSON = "json"
    RAW = "raw"


def inspect(
    reference: ReferenceArgument,
    *,
    platform: PlatformOption = None,
    all_platforms: Annotated[
        bool, typer.Option("--all-platforms", help="Also every other platform's size and layers.")
    ] = False,
    form: Annotated[
        Format, typer.Option("--format", help="raw prints the manifest as the registry has it.")
    ] = Format.TEXT,
    mirror: Mirrors = None,
    offline: Offline = False,
) -> None:
    """Show an image: digest, age, platforms, size, configuration and signs of trust."""
    if platform is not None and all_platforms:
        raise WrongUsage("--platform and --all-platforms exclude each other")
    wanted = parsed_platform(platform)
    access = Access(mirror, offline)
    work = _inspect(parsed_reference(reference), wanted, form, access, all_platforms=all_platforms)
    asyncio.run(work)


async def _inspect(
    reference: ImageReference,
    platform: Platform | None,
    form: Format,
    access: Access,
    *,
    all_platforms: bool,
) -> None:
    from tagwise.cli.console import print_card, progress, standard_output
    from tagwise.cli.inspect_json import image_item
    from tagwise.ide.facts import Resolved
    from tagwise.ide.image_card import image_card

    async with asking_session(access) as session:
        with progress(f"asking {reference.registry} …"):
            if form is Format.RAW:
                sys.stdout.buffer.write(
                    await session.resolver.raw_manifest(reference, platform=platform)
                )
                return
            facts = await session.lookup.facts(reference, platform, every_platform=all_platforms)
            facts = await session.lookup.with_signs(reference, facts)
            tag_digest = (
                await _tag_digest(session.resolver, reference) if form is Format.TEXT else None
            )
        match form:
            case Format.JSON:
                typer.echo(json.dumps(image_item(reference, facts), indent=2, ensure_ascii=False))
            case Format.TEXT:
                rows = len(facts.platforms)
                card = image_card(
                    reference, Resolved(facts, tag_digest), now=session.clock(), rows=rows
                )
                print_card(standard_output(), card)
            case _:
                assert_never(form)


async def _tag_digest(resolver: Resolver, reference: ImageReference) -> Digest | None:
    """Ask what the tag of a pinned reference names today; None where nobody can tell."""
    if reference.digest is None or reference.tag is None:
        return None
    try:
        return (await resolver.digest(reference.without_digest())).digest
    except RegistryError:
        return None

"""What every command that asks registries has in common: its options, and a session that ends.

Does not know what is asked.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated

import typer

from tagwise.cli.usage import WrongUsage
from tagwise.errors import InvalidPlatform, InvalidReference
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.hosts import RegistrySettings
from tagwise.session.session import Session
from tagwise.session.settings import Settings

Mirrors = Annotated[
    list[str] | None,
    typer.Option(
        "--mirror",
        metavar="REGISTRY=URL",
        envvar="TAGWISE_MIRROR",
        help="Ask URL first for what belongs to REGISTRY, such as docker.io. Repeatable.",
    ),
]
PlatformOption = Annotated[
    str | None, typer.Option("--platform", metavar="OS/ARCH", help="Such as linux/arm64.")
]
ReferenceArgument = Annotated[
    str, typer.Argument(metavar="REF", help="Such as python:3.12-slim or ghcr.io/acme/api:1.4.")
]


@asynccontextmanager
async def asking_session(mirrors: Sequence[str] | None) -> AsyncGenerator[Session, None]:
    """Build a session, and end it with everything it started."""
    from tagwise.cli.parts import build_session

    session = build_session()
    session.configure(Settings(registries=_registries(mirrors or ())), roots=())
    try:
        yield session
    finally:
        await session.aclose()


def parsed_reference(text: str) -> ImageReference:
    """:raises WrongUsage: with the place of what is wrong."""
    try:
        return ImageReference.parse(text)
    except InvalidReference as error:
        raise WrongUsage(f"{error}, at character {error.start + 1} of {text!r}") from error


def parsed_platform(text: str | None) -> Platform | None:
    if text is None:
        return None
    try:
        return Platform.parse(text)
    except InvalidPlatform as error:
        raise WrongUsage(str(error)) from error


def _registries(mirrors: Sequence[str]) -> dict[str, RegistrySettings]:
    found: dict[str, tuple[str, ...]] = {}
    for each in mirrors:
        registry, equals, url = each.partition("=")
        if not (registry and equals and url):
            raise WrongUsage(f"--mirror takes REGISTRY=URL, not {each!r}")
        found[registry] = (*found.get(registry, ()), url)
    return {registry: RegistrySettings(mirrors=urls) for registry, urls in found.items()}

"""What every command that asks registries has in common: its options, and a session that ends.

Does not know what is asked.
"""

import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Annotated

import attrs
import typer

from tagwise.cli.usage import WrongUsage
from tagwise.errors import InvalidPlatform, InvalidReference
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.session.session import Session
from tagwise.session.settings import Layer

log = logging.getLogger(__name__)

Mirrors = Annotated[
    list[str] | None,
    typer.Option(
        "--mirror",
        metavar="REGISTRY=URL",
        envvar="TAGWISE_MIRROR",
        help="Ask URL first for what belongs to REGISTRY, such as docker.io. Repeatable.",
    ),
]
Offline = Annotated[
    bool,
    typer.Option(
        "--offline", envvar="TAGWISE_OFFLINE", help="Ask nobody: answer from what is kept on disk."
    ),
]
PlatformOption = Annotated[
    str | None, typer.Option("--platform", metavar="OS/ARCH", help="Such as linux/arm64.")
]
ReferenceArgument = Annotated[
    str, typer.Argument(metavar="REF", help="Such as python:3.12-slim or ghcr.io/acme/api:1.4.")
]


@attrs.frozen
class Access:
    """What a command line says of whom may be asked."""

    mirrors: Sequence[str] | None = None
    offline: bool = False

    def layer(self) -> Layer:
        # Not said is no `false`: it would count over the user's own settings.
        offline = True if self.offline else None
        return {"registries": _registries(self.mirrors or ()), "offline": offline}


@asynccontextmanager
async def asking_session(access: Access | None = None) -> AsyncGenerator[Session, None]:
    """Build a session, and end it with everything it started."""
    from tagwise.cli.parts import build_session

    session = build_session()
    for complaint in session.configure(access.layer() if access else None):
        log.warning("%s", complaint)
    try:
        yield session
    finally:
        await session.aclose()


def parsed_reference(text: str) -> ImageReference:
    """:raises WrongUsage: with the place of what is wrong."""
    try:
        return ImageReference.parse(text)
    except InvalidReference as error:
        raise WrongUsage(error.located) from error


def parsed_platform(text: str | None) -> Platform | None:
    if text is None:
        return None
    try:
        return Platform.parse(text)
    except InvalidPlatform as error:
        raise WrongUsage(str(error)) from error


def _registries(mirrors: Sequence[str]) -> Mapping[str, object]:
    found: dict[str, tuple[str, ...]] = {}
    for each in mirrors:
        registry, equals, url = each.partition("=")
        if not (registry and equals and url):
            raise WrongUsage(f"--mirror takes REGISTRY=URL, not {each!r}")
        found[registry] = (*found.get(registry, ()), url)
    return {registry: {"mirrors": urls} for registry, urls in found.items()}

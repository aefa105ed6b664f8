"""What every command that asks the engine has in common: a client that ends.

Does not know what is asked.
"""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, assert_never

import typer

from tagwise.cli.asking import parsed_reference
from tagwise.ide.markup import clean
from tagwise.oci.reference import ImageReference
from tagwise.registry.credentials import Anonymous, IdentityToken, Keychain, Password
from tagwise.registry.hosts import credential_server

if TYPE_CHECKING:
    # What talks to engines brings httpx: `tagwise --help` need not wait for it.
    from tagwise.engine.client import EngineClient
    from tagwise.engine.models import RegistryLogin

_ID: Final = re.compile(r"(?:sha256:)?[0-9a-f]{1,64}")


@asynccontextmanager
async def asking_engine() -> "AsyncGenerator[EngineClient, None]":
    """Build the client of this machine's engine, and end it.

    :raises EngineUnreachable: where there is no way to it.
    """
    from tagwise.cli.parts import build_engine

    client = build_engine()
    try:
        yield client
    finally:
        await client.aclose()


async def login_for(reference: ImageReference, keychain: Keychain) -> "RegistryLogin | None":
    """Find the credentials an engine needs to pull; None where it asks as nobody."""
    from tagwise.engine.models import RegistryLogin

    server = credential_server(reference.registry)
    credential = await keychain.credential(reference.registry, reference.repository)
    match credential:
        case Anonymous():
            return None
        case Password(username, password):
            return RegistryLogin(username=username, password=password, server=server)
        case IdentityToken(username, token):
            return RegistryLogin(username=username, identity_token=token, server=server)
        case _:
            assert_never(credential)


def parsed_name(text: str) -> str:
    """Check that a text is an image's name or id, as an engine takes either.

    :raises WrongUsage: for anything else, such as a path that leads to another part of its API.
    """
    return text if _ID.fullmatch(text) else parsed_reference(text).text


def tell(message: str) -> None:
    """Say on standard error what could not be done; others of its kind are still tried."""
    typer.echo(clean(f"tagwise: {message}"), err=True)

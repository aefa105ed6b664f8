"""What every command that asks the engine has in common: a client that ends.

Does not know what is asked.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, assert_never

from tagwise.oci.reference import ImageReference
from tagwise.registry.credentials import Anonymous, IdentityToken, Keychain, Password
from tagwise.registry.hosts import credential_server

if TYPE_CHECKING:
    # What talks to engines brings httpx: `tagwise --help` need not wait for it.
    from tagwise.engine.client import EngineClient
    from tagwise.engine.models import RegistryLogin


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

"""Builds the parts of the program from the environment and the settings.

Nothing else creates clients, clocks or folders; everything is passed down from here.
"""

import os
import platform
from pathlib import Path

import attrs

from tagwise.oci.platform import Platform
from tagwise.registry.client import RegistryClient
from tagwise.registry.clock import system_clock
from tagwise.registry.credentials import AnonymousKeychain, docker_config_keychain
from tagwise.registry.hosts import Hosts
from tagwise.registry.resolver import Resolver
from tagwise.registry.store import Store
from tagwise.session.session import Connection, Session
from tagwise.session.settings import Settings

CACHE_VARIABLE = "TAGWISE_CACHE_DIR"


def machine_platform() -> Platform:
    """Return what is asked for where nobody asks: linux, on this machine's architecture."""
    return Platform("linux", platform.machine() or "amd64").normalized()


def cache_folder() -> Path:
    """Return where answers are kept: `TAGWISE_CACHE_DIR`, else the user's cache folder."""
    if folder := os.environ.get(CACHE_VARIABLE):
        return Path(folder)
    from platformdirs import user_cache_path

    return user_cache_path("tagwise", appauthor=False)


@attrs.frozen
class RegistryConnection:
    """A resolver, and the client under it that must be closed."""

    resolver: Resolver
    client: RegistryClient

    async def aclose(self) -> None:
        await self.client.aclose()


def connect(settings: Settings, trusted: bool) -> Connection:  # noqa: FBT001 - a callback
    """Build a connection to registries; without trust, one that has no credentials."""
    store = Store(cache_folder(), clock=system_clock)
    keychain = docker_config_keychain(os.environ, Path.home()) if trusted else AnonymousKeychain()
    client = RegistryClient(
        hosts=Hosts(settings.registries), keychain=keychain, store=store, clock=system_clock
    )
    return RegistryConnection(Resolver(client, store, clock=system_clock), client)


def build_session() -> Session:
    return Session(
        connect,
        clock=system_clock,
        platform=machine_platform(),
        environment=dict(os.environ),
    )

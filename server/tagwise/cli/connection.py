"""Builds a connection to registries; imported when something is first asked.

Does not know who asks.
"""

import os
from pathlib import Path

import attrs

from tagwise.registry.certificates import certificate_folders
from tagwise.registry.client import RegistryClient
from tagwise.registry.clock import system_clock
from tagwise.registry.credentials import AnonymousKeychain
from tagwise.registry.hosts import Hosts
from tagwise.registry.keychain import system_keychain
from tagwise.registry.resolver import Resolver
from tagwise.registry.store import Store
from tagwise.session.settings import Settings


@attrs.frozen
class RegistryConnection:
    """A resolver, and the client under it that must be closed."""

    resolver: Resolver
    client: RegistryClient

    async def aclose(self) -> None:
        await self.client.aclose()


def connect(
    settings: Settings, *, cache: Path, trusted: bool, workspace: tuple[Path, ...] = ()
) -> RegistryConnection:
    """Build a connection that keeps its answers in `cache`; without trust, no credentials.

    No program is started from inside `workspace`.
    """
    store = Store(cache, clock=system_clock)
    keychain = (
        system_keychain(os.environ, Path.home(), clock=system_clock, workspace=workspace)
        if trusted
        else AnonymousKeychain()
    )
    certificates = certificate_folders(Path.home())
    client = RegistryClient(
        hosts=Hosts(settings.registries, certificates=certificates),
        keychain=keychain,
        store=store,
        clock=system_clock,
        certificates=certificates,
    )
    return RegistryConnection(Resolver(client, store, clock=system_clock), client)

"""Builds a connection to registries; imported when something is first asked.

Does not know who asks.
"""

import os
from pathlib import Path

import attrs

from tagwise.cli.parts import guarded
from tagwise.registry.certificates import certificate_folders
from tagwise.registry.client import RegistryClient
from tagwise.registry.clock import system_clock
from tagwise.registry.credentials import AnonymousKeychain, Keychain
from tagwise.registry.hosts import Hosts
from tagwise.registry.keychain import system_keychain
from tagwise.registry.machine import machine_configuration
from tagwise.registry.offline import OfflineTransport
from tagwise.registry.resolver import Resolver
from tagwise.registry.store import Store
from tagwise.session.session import Terms


@attrs.frozen
class RegistryConnection:
    """A resolver, the credentials it asks with, and the client under it that must be closed."""

    resolver: Resolver
    keychain: Keychain
    client: RegistryClient

    async def aclose(self) -> None:
        await self.client.aclose()


def connect(terms: Terms, *, store: Store) -> RegistryConnection:
    """Build a connection that keeps its answers in `store`; without trust, no credentials.

    No program is started from inside of what is `guarded`.  Offline, every request fails before it starts.
    """
    offline = terms.settings.offline
    keychain = (
        system_keychain(os.environ, Path.home(), clock=system_clock, workspace=guarded(terms.roots))
        if terms.trusted
        else AnonymousKeychain()
    )
    certificates = certificate_folders(Path.home(), shows_clients=terms.trusted)
    machine = machine_configuration(os.environ, Path.home())
    client = RegistryClient(
        hosts=Hosts(terms.settings.registries, machine=machine, certificates=certificates),
        keychain=keychain,
        store=store,
        clock=system_clock,
        certificates=certificates,
        transport=OfflineTransport() if offline else None,
    )
    resolver = Resolver(client, store, clock=system_clock, offline=offline)
    return RegistryConnection(resolver, keychain, client)

"""A client of registries in this process, with a disk and a clock of its own."""

import asyncio
from datetime import UTC, datetime, timedelta

from tagwise.demo.images import BuiltImage
from tagwise.demo.registry import Registry
from tagwise.demo.registry_auth import TokenAuthority
from tagwise.demo.registry_transport import RegistryTransport
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.client import RegistryClient
from tagwise.registry.credentials import Anonymous
from tagwise.registry.exchange import Patience
from tagwise.registry.hosts import Hosts, RegistrySettings
from tagwise.registry.resolver import Resolver
from tagwise.registry.store import Store

AMD64 = Platform("linux", "amd64")


class World:
    """`registries` by host, `logins` by registry, `settings` by registry; change them freely."""

    def __init__(self, folder):
        self.folder = folder
        self.now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        self.registries = {}
        self.logins = {}
        self.settings = {}
        self.machine = None
        self.clients = []
        self.pauses = []
        self.restart()

    def clock(self):
        return self.now

    def pass_time(self, **span):
        self.now += timedelta(**span)

    async def sleep(self, seconds):
        """Let time pass at once."""
        self.pauses.append(seconds)
        self.pass_time(seconds=seconds)
        await asyncio.sleep(0)

    def known(self, registry, _repository):
        return self.logins.get(registry, Anonymous())

    async def credential(self, registry, repository):
        return self.known(registry, repository)

    async def renewed(self, *_, **__):
        return None

    async def aclose(self):
        pass

    def restart(self, *, transport=None):
        """Begin a new process: what is in memory is gone, what is on disk is not."""
        self.store = Store(self.folder, clock=self.clock)
        self.client = RegistryClient(
            hosts=Hosts(self.settings, machine=self.machine),
            keychain=self,
            store=self.store,
            clock=self.clock,
            transport=transport or RegistryTransport(self.registries),
            patience=Patience(connect=0.2, progress=0.2, sleep=self.sleep, random=lambda: 0.5),
        )
        self.resolver = Resolver(self.client, self.store, clock=self.clock)
        self.clients.append(self.client)

    def add(self, host, authority=None, interceptor=None) -> Registry:
        registry = Registry(interceptor=interceptor)
        if authority is not None:
            registry.authority = authority
        self.registries[host] = registry
        return registry

    def mirror(self, registry, url):
        """Have `url` alone stand in for a registry."""
        self.settings[registry] = RegistrySettings(mirrors=(url,), upstream=False)

    def hub(self) -> Registry:
        """Add Docker Hub: the API on one host, the tokens on another."""
        authority = TokenAuthority(realm="https://auth.docker.io/token", service="registry")
        hub = self.add("registry-1.docker.io", authority)
        self.registries["auth.docker.io"] = hub
        return hub

    async def resolve(self, text, **options):
        return await self.resolver.resolve(parse(text), platform=AMD64, **options)


def parse(text) -> ImageReference:
    return ImageReference.parse(text)


def put(registry: Registry, repository: str, image: BuiltImage, *tags: str) -> BuiltImage:
    for blob in image.blobs:
        registry.put_blob(repository, blob.body)
    for manifest in image.manifests:
        registry.put_manifest(repository, str(manifest.digest), manifest.body, manifest.media_type)
    for tag in tags:
        registry.put_manifest(repository, tag, image.top.body, image.top.media_type)
    return image


def asked(*registries: Registry) -> list[str]:
    """Give what was asked since the last time, as `METHOD last part of the path`."""
    kinds = {"manifests": "by ", "blobs": "blob ", "tags": "tags "}
    seen = []
    for registry in registries:
        for request in registry.requests:
            *_, kind, name = request.path.split("/")
            what = kinds.get(kind, "") + ("digest" if name.startswith("sha256:") else name)
            seen.append(f"{request.method} {what}")
        registry.requests.clear()
    return seen

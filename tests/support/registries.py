"""The embedded registry on loopback, and clients over registries in this process."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import attrs
import httpx

from tagwise.demo.http_message import Handler
from tagwise.demo.registry import Registry
from tagwise.demo.registry_server import serve
from tagwise.demo.registry_transport import RegistryTransport


@attrs.frozen
class RunningRegistry:
    """`host` is `127.0.0.1:port`, as it stands in an image reference."""

    registry: Registry
    host: str

    @property
    def url(self) -> str:
        return f"http://{self.host}"


@asynccontextmanager
async def running_registry(
    registry: Registry | None = None,
) -> AsyncGenerator[RunningRegistry, None]:
    """Serve `registry` (an empty, open one unless given) on a free loopback port."""
    registry = registry or Registry()
    async with serve(registry) as host:
        yield RunningRegistry(registry, host)


@asynccontextmanager
async def client_over(
    hosts: Mapping[str, Handler], *, base_url: str = ""
) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Give an httpx client for which only `hosts` exist."""
    async with httpx.AsyncClient(transport=RegistryTransport(hosts), base_url=base_url) as client:
        yield client

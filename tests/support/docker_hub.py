"""Docker Hub for a program of its own process: the embedded registry, by its names and over TLS.

The program finds it by `HTTPS_PROXY` and trusts it by `SSL_CERT_FILE`; no other host exists.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import attrs

from support.certificates import authority, signed
from support.connections import carried
from tagwise.demo.registry import Registry
from tagwise.demo.registry_auth import TokenAuthority
from tagwise.demo.registry_server import serve

API, AUTH = "registry-1.docker.io", "auth.docker.io"
_READ_SIZE = 64 * 1024


@attrs.frozen
class DockerHub:
    """`environment` is what a program needs to come here."""

    registry: Registry
    environment: dict[str, str]

    @property
    def manifest_requests(self) -> list[str]:
        """Give what was asked of manifests with a token, as `METHOD repository:what`."""
        asked = []
        for each in self.registry.requests:
            if "Authorization" not in each.headers:
                continue  # At first sight of a host, to learn where its tokens are.
            repository, kind, name = each.path.removeprefix("/v2/").rpartition("/manifests/")
            asked += [f"{each.method} {repository}:{name}"] if kind else []
        return asked


@asynccontextmanager
async def docker_hub(folder: Path) -> AsyncGenerator[DockerHub, None]:
    registry = Registry()
    registry.authority = TokenAuthority(realm=f"https://{AUTH}/token", service="registry.docker.io")
    issuer = authority(folder)
    pair = signed(folder, issuer, "docker", f"DNS:{API}", f"DNS:{AUTH}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    async with serve(registry, context=context) as address, _tunnel(address) as proxy:
        yield DockerHub(
            registry,
            {"HTTPS_PROXY": f"http://{proxy}", "SSL_CERT_FILE": str(issuer.certificate)},
        )


@asynccontextmanager
async def _tunnel(address: str) -> AsyncGenerator[str, None]:
    """Answer CONNECT to one of the two hosts with a line to `address`."""

    async def carry(reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            target = head.split()[1].decode()
            if target not in {f"{API}:443", f"{AUTH}:443"}:
                writer.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
                return
            host, _, port = address.rpartition(":")
            up, down = await asyncio.open_connection(host, int(port))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(_pump(reader, down))
                    group.create_task(_pump(up, writer))
            finally:
                down.close()
        finally:
            writer.close()

    async with carried(carry) as proxy:
        yield proxy


async def _pump(reader, writer):
    while chunk := await reader.read(_READ_SIZE):
        writer.write(chunk)
        await writer.drain()
    writer.close()

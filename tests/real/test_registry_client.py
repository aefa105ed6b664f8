"""Our client and Debian's docker-registry, with skopeo as the independent witness."""

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest

from support.real_parts import (
    PASSWORD,
    USER,
    debian_registry,
    push_image,
    require,
    two_platform_image,
)
from tagwise.errors import ManifestUnknown, Unauthorized
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.client import RegistryClient
from tagwise.registry.clock import system_clock
from tagwise.registry.credentials import AnonymousKeychain
from tagwise.registry.hosts import Hosts, RegistrySettings
from tagwise.registry.keychain import system_keychain
from tagwise.registry.resolver import Resolver, Source
from tagwise.registry.store import Store

ARM64 = Platform("linux", "arm64")


class Session:
    def __init__(self, folder, *, keychain=None, settings=None):
        self.store = Store(folder / "cache", clock=system_clock)
        self.client = RegistryClient(
            hosts=Hosts(settings or {}),
            keychain=keychain or AnonymousKeychain(),
            store=self.store,
            clock=system_clock,
        )
        self.resolver = Resolver(self.client, self.store, clock=system_clock)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.client.aclose()


async def push(registry, image, *tags, auth=None):
    async with httpx.AsyncClient(base_url=registry.url, auth=auth, trust_env=False) as client:
        await push_image(client, "demo/app", image, *tags)


async def skopeo(*arguments):
    process = await asyncio.create_subprocess_exec(
        require("skopeo"), *arguments, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output


async def test_we_and_skopeo_see_the_same(tmp_path):
    require("skopeo")
    async with debian_registry() as registry, Session(tmp_path) as session:
        image = two_platform_image()
        await push(registry, image, "1", "2")
        reference = ImageReference.parse(f"{registry.host}/demo/app:1")
        found = await session.resolver.resolve(reference, platform=ARM64)

        address = f"docker://{reference}"
        raw = await skopeo("inspect", "--tls-verify=false", "--raw", address)
        seen = json.loads(
            await skopeo(
                "--override-arch=arm64", "inspect", "--tls-verify=false", "--no-tags", address
            )
        )
        assert await session.resolver.raw_manifest(reference, platform=None) == raw
        assert found.digest.matches(raw)
        assert str(found.digest) == seen["Digest"]
        assert [str(layer.digest) for layer in found.chosen.layers] == seen["Layers"]
        assert found.config.labels == seen["Labels"]
        assert found.config.created == datetime.fromisoformat(seen["Created"]).astimezone(UTC)
        assert set((await session.client.tags(reference)).tags) == {"1", "2"}


async def test_credentials_from_a_docker_config_open_a_registry(tmp_path):
    async with debian_registry(needs_password=True) as registry:
        image = two_platform_image()
        await push(registry, image, "1", auth=(USER, PASSWORD))
        reference = ImageReference.parse(f"{registry.host}/demo/app:1")
        async with Session(tmp_path / "anonymous") as session:
            with pytest.raises(Unauthorized, match="docker login"):
                await session.resolver.digest(reference)

        entry = {"username": USER, "password": PASSWORD}
        config = {"auths": {f"http://{registry.host}/": entry}}
        (tmp_path / "config.json").write_text(json.dumps(config))
        keychain = system_keychain({"DOCKER_CONFIG": str(tmp_path)}, tmp_path, clock=system_clock)
        async with Session(tmp_path, keychain=keychain) as session:
            found = await session.resolver.resolve(reference, platform=ARM64)
            assert found.digest == image.digest
            assert found.config is not None
            absent = ImageReference.parse(f"{registry.host}/demo/app:3")
            with pytest.raises(ManifestUnknown):
                await session.resolver.digest(absent)


async def test_a_pull_through_cache_stands_in_for_a_registry_that_is_gone(tmp_path):
    async with (
        debian_registry() as upstream,
        debian_registry(mirror_of=upstream.url) as mirror,
    ):
        image = two_platform_image()
        await push(upstream, image, "1")
        settings = {"gone.invalid": RegistrySettings(mirrors=(mirror.url,), upstream=False)}
        async with Session(tmp_path, settings=settings) as session:
            reference = ImageReference.parse("gone.invalid/demo/app:1")
            found = await session.resolver.resolve(reference, platform=ARM64)
            assert (found.digest, found.source) == (image.digest, Source.REGISTRY)

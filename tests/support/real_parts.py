"""Real programs that tests talk to: found or skipped, started, made ready, and ended.

A program that is not installed skips the test with that reason; with `TAGWISE_REQUIRE_REAL=1`, as
in CI, the test fails instead.  `conftest.py` counts both at the end of the run.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import attrs
import httpx
import pytest

from tagwise.demo.images import BuiltImage, Content, Recipe, Step, build_image
from tagwise.oci.platform import Platform

READY_SECONDS = 20
END_SECONDS = 5
USER, PASSWORD = "tester", "correct horse"
_HTPASSWD = f"{USER}:$2b$04$Tagwise.registry.teste97ABOrQ1GKgsTJQY/MCLICrDpFuUJ3G\n"
_LISTENING = re.compile(r'msg="listening on (127\.0\.0\.1:\d+)(?:, tls)?"')


def require(program: str) -> str:
    """Give the path of `program`; without it, skip the test, or fail where real parts must run."""
    path = shutil.which(program)
    return path or _missing(program)


def require_file(path: Path, name: str) -> Path:
    """Give the path of what is installed beside the tests, as `require` does."""
    return path if path.exists() else _missing(name)


def require_index(folder: Path) -> None:
    """Have pip reach an index of packages, or do as `require` does."""
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder))
    done = subprocess.run((*pip, "hatchling"), capture_output=True, timeout=120, check=False)
    if done.returncode:
        _lacking("no index of packages is within pip's reach")


def _missing(name: str) -> NoReturn:
    _lacking(f"{name} is not installed")


def _lacking(reason: str) -> NoReturn:
    if os.environ.get("TAGWISE_REQUIRE_REAL") == "1":
        pytest.fail(f"{reason}, and TAGWISE_REQUIRE_REAL=1 asks for it", pytrace=False)
    pytest.skip(reason)


@attrs.frozen
class DebianRegistry:
    """A running docker-registry; `host` is as in an image reference."""

    host: str

    @property
    def url(self) -> str:
        return f"http://{self.host}"


@asynccontextmanager
async def debian_registry(
    *,
    needs_password: bool = False,
    mirror_of: str | None = None,
    sections: Mapping[str, object] | None = None,
) -> AsyncGenerator[DebianRegistry, None]:
    """Run Debian's docker-registry on a free port, with its data in a folder that goes with it.

    `needs_password` lets only `USER` with `PASSWORD` in; `mirror_of` is the URL of a registry to
    be a pull-through cache of; `sections` are added to its configuration as they are.
    """
    program = require("docker-registry")
    with tempfile.TemporaryDirectory(prefix="tagwise-registry-") as name:
        folder = Path(name)
        config = _registry_config(folder, needs_password=needs_password, mirror_of=mirror_of)
        (folder / "config.yml").write_text(json.dumps({**config, **(sections or {})}))
        log = folder / "log"
        with log.open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                program,
                "serve",
                str(folder / "config.yml"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=stderr,
                cwd=folder,
            )
        try:
            yield DebianRegistry(await _address_in(log, process))
        finally:
            await end(process)


async def end(process: asyncio.subprocess.Process) -> None:
    """End a program: ask first, and do not wait long."""
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(END_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def two_platform_image(name: str = "demo app") -> BuiltImage:
    """Build an index of linux/amd64 and linux/arm64/v8, each with its attestation."""
    return build_image(
        Recipe(
            name=name,
            created=datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC),
            steps=(
                Step("ADD rootfs.tar.gz / # buildkit", 40_000),
                Step("COPY app /app # buildkit", 9_000),
                Step('ENTRYPOINT ["/app"]'),
            ),
            platforms=(Platform("linux", "amd64"), Platform("linux", "arm64", "v8")),
            entrypoint=("/app",),
            labels={"org.opencontainers.image.source": "https://example.com/demo/app"},
        )
    )


async def push_image(
    client: httpx.AsyncClient, repository: str, image: BuiltImage, *tags: str
) -> None:
    """Push with plain HTTP, as any client does; `client` has the registry as its base URL."""
    for blob in image.blobs:
        await _push_blob(client, repository, blob)
    names = [(str(manifest.digest), manifest) for manifest in image.manifests]
    for reference, manifest in [*names, *((tag, image.top) for tag in tags)]:
        response = await client.put(
            f"/v2/{repository}/manifests/{reference}",
            content=manifest.body,
            headers={"Content-Type": manifest.media_type},
        )
        response.raise_for_status()


async def _push_blob(client: httpx.AsyncClient, repository: str, blob: Content) -> None:
    opened = await client.post(f"/v2/{repository}/blobs/uploads/")
    opened.raise_for_status()
    location = opened.request.url.join(opened.headers["Location"])
    kept = await client.put(
        location.copy_merge_params({"digest": str(blob.digest)}),
        content=blob.body,
        headers={"Content-Type": "application/octet-stream"},
    )
    kept.raise_for_status()


def _registry_config(
    folder: Path, *, needs_password: bool, mirror_of: str | None
) -> dict[str, object]:
    config: dict[str, object] = {
        "version": "0.1",
        "log": {"accesslog": {"disabled": True}, "level": "info"},
        "storage": {
            "filesystem": {"rootdirectory": str(folder / "data")},
            "delete": {"enabled": True},
        },
        "http": {"addr": "127.0.0.1:0", "secret": "of no importance"},
    }
    if needs_password:
        (folder / "htpasswd").write_text(_HTPASSWD)
        config["auth"] = {"htpasswd": {"realm": "tests", "path": str(folder / "htpasswd")}}
    if mirror_of:
        config["proxy"] = {"remoteurl": mirror_of}
    return config


async def _address_in(log: Path, process: asyncio.subprocess.Process) -> str:
    """Wait until the registry says where it listens: it takes a free port itself."""
    async with asyncio.timeout(READY_SECONDS):
        while not (found := _LISTENING.search(_text(log))):
            if process.returncode is not None:
                pytest.fail(f"docker-registry ended: {_text(log)}", pytrace=False)
            await asyncio.sleep(0.02)
    return found[1]


def _text(log: Path) -> str:
    return log.read_text(errors="replace")

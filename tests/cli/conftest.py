"""The real program, started as a user starts it, with an embedded registry for docker.io."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from support.registries import RunningRegistry, running_registry
from support.registry_world import put
from tagwise.demo.catalogue import MovedTag, seed_demo_registry
from tagwise.demo.images import build_single
from tagwise.demo.recipes import api
from tagwise.demo.registry import Registry
from tagwise.oci.platform import Platform

SECONDS = 30


@attrs.frozen
class Ended:
    """How a run ended; `out` and `err` as bytes, in case that matters, and as text."""

    code: int
    raw: bytes
    raw_err: bytes

    @property
    def out(self) -> str:
        return self.raw.decode()

    @property
    def err(self) -> str:
        return self.raw_err.decode()

    @property
    def error(self) -> str:
        """The one line on standard error."""
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("tagwise: ")
        return self.err.removeprefix("tagwise: ").rstrip("\n")


@attrs.frozen
class Program:
    """`folder` is where it is started; `environment` is all it knows."""

    folder: Path
    environment: dict[str, str]

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-P", "-m", "tagwise"]

    def __call__(self, *arguments, stdin=b"", code: int | None = 0, **options) -> Ended:
        environment = {**self.environment, **options.pop("env", {})}
        done = subprocess.run(
            [*self.command, *map(str, arguments)],
            check=False,
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env=environment,
            timeout=SECONDS,
            **options,
        )
        ended = Ended(done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in ended.err, ended.err
        assert code is None or ended.code == code, (ended.out, ended.err)
        return ended

    def write(self, files: dict[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry()


@pytest.fixture(scope="session")
def moved(registry: Registry) -> tuple[MovedTag, ...]:
    """Tags that named something else before; the registry holds the demonstration's images."""
    return seed_demo_registry(registry, now=datetime.now(UTC))


@pytest.fixture(scope="session")
def hub(registry: Registry, moved: tuple[MovedTag, ...]) -> Iterator[RunningRegistry]:
    """The registry on loopback, on a thread of its own."""
    arm = build_single(api("0.1", datetime(2025, 1, 2, tzinfo=UTC)), Platform("linux", "arm64"))
    put(registry, "acme/arm-only", arm, "1")
    started: list[RunningRegistry] = []
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with running_registry(registry) as running:
            started.append(running)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(SECONDS)
    yield started[0]
    over.set()
    thread.join(SECONDS)


@pytest.fixture
def offline(tmp_path: Path) -> Program:
    """The program in an empty folder, without any registry."""
    folder = tmp_path / "work"
    folder.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TAGWISE_CACHE_DIR": str(tmp_path / "cache"),
        "TAGWISE_MIRROR": "docker.io=http://127.0.0.1:9",
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
    }
    return Program(folder, environment)


@pytest.fixture
def program(offline: Program, hub: RunningRegistry) -> Program:
    """The program in an empty folder, with docker.io on loopback."""
    return attrs.evolve(
        offline, environment={**offline.environment, "TAGWISE_MIRROR": f"docker.io={hub.url}"}
    )

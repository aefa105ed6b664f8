"""Engines: real dockerd and podman in folders of their own, and one that says what a test wants."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import parse_qs

import attrs
import pytest

from support.real_parts import require
from tagwise.engine.client import EngineClient
from tagwise.engine.connection import EngineConnection
from tagwise.engine.endpoint import EngineEndpoint
from tagwise.engine.transports import way_to
from tagwise.errors import NoSuchImage

READY_SECONDS = 60
END_SECONDS = 15


@asynccontextmanager
async def client_of(
    address: str, *, seconds: float = 30, find=None
) -> AsyncGenerator[EngineClient, None]:
    """Give our client for the engine at `address`."""
    client = new_client(address, seconds=seconds, find=find)
    try:
        yield client
    finally:
        await client.aclose()


def new_client(address: str, *, seconds: float = 30, find=None) -> EngineClient:
    endpoint = EngineEndpoint(address, "the test")
    way = way_to(
        endpoint,
        find=find or (lambda name: Path(found) if (found := shutil.which(name)) else None),
        environment=dict(os.environ),
        home=Path.home(),
    )
    return EngineClient(EngineConnection(endpoint, way, seconds=seconds))


async def emptied(client: EngineClient) -> None:
    """Remove every image the engine has."""
    for image in await client.images():
        for name in (*image.tags, image.id):
            try:
                await client.remove(name, force=True)
            except NoSuchImage:
                continue


def docker(address: str, *words: str) -> str:
    """Run the docker command on the engine at `address`; give what it prints."""
    done = subprocess.run(
        [require("docker"), "--host", address, *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def running_dockerd(*options: str) -> Generator[str, None, None]:
    """Run Debian's dockerd beside the system's own, with `options`; gives its address."""
    program = require("dockerd")
    if os.getuid() != 0:
        pytest.skip("dockerd needs root")
    with _folder("tagwise-dockerd-") as folder:
        socket = folder / "docker.sock"
        command = [
            *(program, "--data-root", folder / "data", "--exec-root", folder / "exec"),
            *("--host", f"unix://{socket}", "--pidfile", folder / "pid", "--config-file"),
            *(folder / "daemon.json", "--insecure-registry", "127.0.0.0/8"),
            *("--bridge", "none", "--iptables=false", "--storage-driver", "vfs", *options),
        ]
        (folder / "daemon.json").write_text("{}")
        with _running(command, socket, folder / "log"):
            yield f"unix://{socket}"


@contextmanager
def running_podman() -> Generator[str, None, None]:
    """Run podman's service with storage of its own; gives its address."""
    program = require("podman")
    with _folder("tagwise-podman-") as folder:
        socket = folder / "podman.sock"
        (folder / "registries.conf").write_text(
            '[[registry]]\nlocation = "127.0.0.1"\ninsecure = true\n'
        )
        command = [
            *(program, "--root", folder / "root", "--runroot", folder / "run"),
            *("--storage-driver", "vfs", "system", "service", "--time=0", f"unix://{socket}"),
        ]
        told = {"CONTAINERS_REGISTRIES_CONF": str(folder / "registries.conf")}
        with _running(command, socket, folder / "log", environment=told):
            yield f"unix://{socket}"


@contextmanager
def _folder(prefix: str) -> Generator[Path, None, None]:
    """A socket's path may have some hundred characters only: pytest's own folders are too deep."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        for mounted in _mounts(folder):
            subprocess.run(["umount", "-l", mounted], check=False)
        shutil.rmtree(folder)


def _mounts(folder: Path) -> list[str]:
    lines = Path("/proc/mounts").read_text().splitlines()
    return [where for line in lines if (where := line.split()[1]).startswith(f"{folder}/")][::-1]


@contextmanager
def _running(
    command: list[object],
    socket: Path,
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
) -> Generator[None, None, None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not _answers(socket):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{command[0]} did not start: {log.read_text()[-2000:]}", pytrace=False)
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(END_SECONDS)


def _answers(socket: Path) -> bool:
    if not socket.exists():
        return False

    async def ask() -> bool:
        reader, writer = await asyncio.open_unix_connection(socket)
        writer.write(b"GET /_ping HTTP/1.0\r\nHost: engine\r\n\r\n")
        answer = await reader.read(15)
        writer.close()
        await writer.wait_closed()
        return b"200" in answer

    try:
        return asyncio.run(ask())
    except OSError:
        return False


@attrs.frozen
class Says:
    """An answer; after its `parts` the engine ends it, or `dies`, or says nothing more.

    Where it has `later` parts, they are said as they come; None is the last of them.  A `slow` engine
    begins with the first of those only.
    """

    parts: tuple[bytes, ...] = (b"{}",)
    status: int = 200
    dies: bool = False
    hangs: bool = False
    slow: bool = False
    later: asyncio.Queue[bytes | None] | None = None


@attrs.frozen
class FakeEngine:
    """An engine that says what it is told to; what it does not know it does not find."""

    address: str
    answers: Mapping[str, Says]
    api: str = "1.43"
    decides: Callable[[str, dict[str, list[str]]], Says | None] | None = None
    asked: list[str] = attrs.field(factory=list)
    headers: list[dict[str, str]] = attrs.field(factory=list)
    left: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await _head(reader):
                request, *lines = head.decode().split("\r\n")
                self.asked.append(request.removesuffix(" HTTP/1.1"))
                pairs = (line.partition(": ") for line in lines if line)
                self.headers.append({name.lower(): value for name, _, value in pairs})
                if not await self._answer(request, reader, writer):
                    break
        except ConnectionError:
            self.left.set()
        finally:
            writer.close()

    async def _answer(self, request, reader, writer) -> bool:
        method, target, _ = request.split(" ")
        path = target.partition("?")[0]
        if path.startswith(f"/v{self.api}/"):
            path = path.removeprefix(f"/v{self.api}")
        ping = Says((b"OK",)) if path == "/_ping" else None
        missing = Says((b'{"message":"page not found"}',), status=404)
        said = self.answers.get(f"{method} {path}", ping or missing)
        if self.decides is not None:
            query = parse_qs(target.partition("?")[2])
            said = self.decides(f"{method} {path}", query) or said
        version = f"Api-Version: {self.api}\r\n" if self.api else ""
        head = f"HTTP/1.1 {said.status} Said\r\n{version}Transfer-Encoding: chunked\r\n\r\n"
        if said.parts or (said.later and not said.slow):
            writer.write(head.encode())
        for part in said.parts:
            writer.write(b"%x\r\n%b\r\n" % (len(part), part))
            await writer.drain()
        begun = not said.slow
        while said.later and (part := await self._next(said.later, reader)) is not None:
            if not begun:
                writer.write(head.encode())
                begun = True
            writer.write(b"%x\r\n%b\r\n" % (len(part), part))
            await writer.drain()
        if said.hangs:
            await reader.read()
            self.left.set()
            return False
        if said.dies:
            return False
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _next(self, later, reader) -> bytes | None:
        """Wait for what is to be said next, or until nobody listens any more."""
        said, gone = asyncio.create_task(later.get()), asyncio.create_task(reader.read(1))
        done, waiting = await asyncio.wait({said, gone}, return_when="FIRST_COMPLETED")
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        if gone in done:
            self.left.set()
            return None
        return said.result()


@asynccontextmanager
async def fake_engine(
    answers: Mapping[str, Says] | None = None,
    *,
    api: str = "1.43",
    at: Path | None = None,
    decides: Callable[[str, dict[str, list[str]]], Says | None] | None = None,
) -> AsyncGenerator[FakeEngine, None]:
    """Serve a fake engine on a unix socket, a new one or `at` a path.

    `decides` gives an answer by a request's query, too, where `answers` do not suffice.
    """
    with _folder("tagwise-engine-") as folder:
        socket = at or folder / "engine.sock"
        engine = FakeEngine(
            f"unix://{socket}", answers if answers is not None else {}, api, decides
        )
        talking: set[asyncio.Task[None]] = set()
        ended = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if ended.is_set():  # It was let in just before, and nobody would end it.
                writer.close()
                return
            talking.add(asyncio.current_task())
            await engine.serve(reader, writer)

        server = await asyncio.start_unix_server(serve, socket)
        try:
            yield engine
        finally:
            server.close()
            ended.set()
            for task in talking:
                task.cancel()
            await asyncio.gather(*talking, return_exceptions=True)
            await server.wait_closed()
            socket.unlink(missing_ok=True)


@contextmanager
def socket_path() -> Generator[Path, None, None]:
    """Give a place for a socket at which engines may come and go."""
    with _folder("tagwise-socket-") as folder:
        yield folder / "engine.sock"


def said(document: object, **options) -> Says:
    return Says((json.dumps(document).encode(),), **options)


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""

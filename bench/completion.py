"""How long a completion takes in a repository of 100,000 tags, and what knowing them costs.

    python bench/completion.py

A registry on loopback lists a thousand tags a page.  Measured is what an editor waits: for the first
answer of all, until every tag is known, then for the first answer from what is known and for one at
each key, in a process that has listed them itself and in one that finds them on disk.
"""

import asyncio
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from stdio import Server

from support.real_parts import two_platform_image
from support.registries import running_registry
from support.registry_world import put
from tagwise.demo.registry import Registry

COMMAND = (sys.executable, "-P", "-m", "tagwise", "lsp")
NAME = "demo/many"
FLAVOURS = ("", "-slim", "-alpine3.20", "-bookworm")


def main() -> None:
    registry = Registry()
    image = two_platform_image()
    put(registry, NAME, image, "latest")
    tags = [
        f"{a}.{b}.{c}{f}" for a in range(10) for b in range(50) for c in range(50) for f in FLAVOURS
    ]
    registry.store.repository(NAME).tags |= dict.fromkeys(tags, image.digest)
    print(f"{len(tags):,} tags")
    with served(registry) as host, tempfile.TemporaryDirectory() as cache:
        measure("listed by this process", f"{host}/{NAME}", cache)
        measure("found on disk", f"{host}/{NAME}", cache)


def measure(title: str, name: str, cache: str) -> None:
    uri = "file:///nowhere/Dockerfile"
    text = f"FROM {name}:3.1.2-slim\n"
    server = Server(*COMMAND, environment={"TAGWISE_CACHE_DIR": cache})
    try:
        server.initialize()
        server.open(uri, "dockerfile", "FROM scratch\n")
        empty = server.resident_kilobytes()
        server.open(uri, "dockerfile", text)
        at = len(text) - 1 - len("3.1.2-slim")
        started = perf_counter()
        first, _ = completed(server, uri, at)
        answer = perf_counter() - started
        while "9.49.49-slim" not in first:
            first, _ = completed(server, uri, at)
        known = perf_counter() - started
        once = timed(server, uri, at)
        keys = [timed(server, uri, at + typed) for typed in range(len("3.1.2-slim")) for _ in "ab"]
        grown = server.resident_kilobytes() - empty
        print(
            f"  {title:24} first answer {answer * 1e3:6.0f} ms, all known after {known:5.1f} s;"
            f" then the first {once:5.1f} ms, at each key p50 {median(keys):5.1f} ms,"
            f" most {max(keys):5.1f} ms; {grown / 1024:5.0f} MB more"
        )
        server.stop()
    finally:
        server.close()


def timed(server: Server, uri: str, at: int) -> float:
    started = perf_counter()
    completed(server, uri, at)
    return (perf_counter() - started) * 1e3


def completed(server: Server, uri: str, at: int) -> tuple[list[str], bool]:
    position = {"line": 0, "character": at}
    answer = server.request(
        "textDocument/completion", {"textDocument": {"uri": uri}, "position": position}
    )
    return [each["label"] for each in answer["items"]], answer["isIncomplete"]


@contextmanager
def served(registry: Registry) -> Iterator[str]:
    """Serve on loopback, on a thread of its own."""
    hosts: list[str] = []
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with running_registry(registry) as running:
            hosts.append(running.host)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    try:
        yield hosts[0]
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    main()

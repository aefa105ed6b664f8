"""The language server beside an empty pygls server, in one run: start, hover, memory.

Start and hover alternate between the two, so that a noisy machine disturbs both alike.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from stdio import Server

from tagwise.demo.demonstration import DemoRegistry, demo_registry

STARTS = 9
HOVERS = 1000
EMPTY = (sys.executable, "-P", str(Path(__file__).parent / "empty_server.py"))
OURS = (sys.executable, "-P", "-m", "tagwise", "lsp")
DOCKERFILE = "FROM python:3.12-slim\nRUN true\nCOPY --from=nginx:1.29 /etc/nginx /etc/nginx\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as cache, _registry() as registry:
        environment = {"TAGWISE_CACHE_DIR": cache}
        options = {"initializationOptions": registry.settings()}
        empty, ours = _starts(environment, options)
        _row("initialize, ms", [1000 * each for each in empty], [1000 * each for each in ours])
        floor, server = Server(*EMPTY), Server(*OURS, environment=environment)
        floor.initialize()
        server.initialize(**options)
        for each in (floor, server):
            each.open("file:///bench/Dockerfile", "dockerfile", DOCKERFILE)
            for _ in range(20):
                each.hover("file:///bench/Dockerfile", 0, 8)
        empty_hover, our_hover = _hovers(floor, server)
        _row("warm hover, ms", empty_hover, our_hover)
        _memory(floor, server)
        floor.stop()
        server.stop()


def _starts(environment: dict[str, str], options: dict[str, object]) -> tuple[list[float], ...]:
    empty, ours = [], []
    for _ in range(STARTS):
        for times, command, more in ((empty, EMPTY, {}), (ours, OURS, options)):
            server = Server(*command, environment=environment)
            times.append(server.initialize(**more))
            server.stop()
    return empty, ours


def _hovers(floor: Server, server: Server) -> tuple[list[float], list[float]]:
    empty, ours = [], []
    for _ in range(HOVERS):
        for times, each in ((empty, floor), (ours, server)):
            begun = time.perf_counter()
            each.hover("file:///bench/Dockerfile", 0, 8)
            times.append(1000 * (time.perf_counter() - begun))
    return empty, ours


def _memory(floor: Server, server: Server) -> None:
    samples = Path(__file__).parent.parent / "samples"
    files = sorted(samples.rglob("*Dockerfile")) + sorted(samples.rglob("*compose.y*ml"))
    for number in range(10):
        file = files[number % len(files)]
        language = "dockerfile" if file.name == "Dockerfile" else "dockercompose"
        text = file.read_text("utf-8")
        for each in (floor, server):
            uri = f"file:///bench/{number}/{file.name}"
            each.open(uri, language, text)
            each.hover(uri, 0, 12)
    empty, ours = (each.resident_kilobytes() / 1024 for each in (floor, server))
    print(f"{'memory after ten documents, MB':<32} {empty:8.1f} {ours:8.1f} {ours / empty:8.2f}")


def _row(label: str, empty: Sequence[float], ours: Sequence[float]) -> None:
    shares: tuple[tuple[str, Callable[[Sequence[float]], float]], ...] = (
        ("p50", statistics.median),
        ("p99", lambda values: sorted(values)[int(len(values) * 0.99)]),
    )
    for name, share in shares:
        floor, our = share(empty), share(ours)
        print(f"{f'{label}, {name}':<32} {floor:8.2f} {our:8.2f} {our / floor:8.2f}")


class _registry:  # noqa: N801 - used as a function
    """The embedded registry, in a thread of its own."""

    def __enter__(self) -> DemoRegistry:
        self._ready, self._done = Event(), Event()
        self._thread = Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        self._ready.wait()
        return self._registry

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    async def _run(self) -> None:
        async with demo_registry(now=datetime.now(UTC)) as self._registry:
            self._ready.set()
            await asyncio.to_thread(self._done.wait)


if __name__ == "__main__":
    print(f"{'':<32} {'empty':>8} {'tagwise':>8} {'ratio':>8}")
    main()

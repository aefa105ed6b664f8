"""Looking digests up, beside the peers on PATH: whole processes, over a network with a delay.

Debian's docker-registry with a token service stands behind a proxy that adds a round trip's delay.
One digest: each program from cold, and ours also where it knows the host already; "network" is what
the longest delay adds to no delay, in the median.  A hundred: ours in one process, which has never
seen the host, the peers one by one and eight at a time (`xargs -P 8`).
"""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TypeAlias

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.certificates import TokenIssuer
from support.real_parts import debian_registry, push_image, two_platform_image
from tagwise.demo.http_message import Request, Response
from tagwise.demo.registry_server import serve

ROOT = Path(__file__).parent.parent
DELAYS = (0, 20, 100)
RUNS, MANY_RUNS = 9, 3
FIRST_SIGHT = "tagwise digest, first sight"
REPOSITORIES, TAGS = 10, 10
_DAY = 24 * 60 * 60
Command: TypeAlias = Sequence[str]
Peer: TypeAlias = Callable[[str], Command]
PEERS: dict[str, Peer] = {
    "crane digest": lambda ref: ("crane", "digest", ref),
    "regctl manifest head": lambda ref: ("regctl", "manifest", "head", ref),
    "skopeo inspect --no-tags": lambda ref: (
        "skopeo",
        "inspect",
        "--tls-verify=false",
        "--no-tags",
        f"docker://{ref}",
    ),
    "skopeo inspect --raw": lambda ref: (
        "skopeo",
        "inspect",
        "--tls-verify=false",
        "--raw",
        f"docker://{ref}",
    ),
    "docker buildx imagetools inspect": lambda ref: (
        "docker",
        "buildx",
        "imagetools",
        "inspect",
        ref,
    ),
}


async def main() -> None:
    if shutil.which("docker-registry") is None:
        sys.exit("docker-registry is not on PATH: nothing to look digests up in")
    present = {name: peer for name, peer in PEERS.items() if _is_there(name)}
    if missing := PEERS.keys() - present.keys():
        print(f"not on PATH: {', '.join(sorted(missing))}")
    with tempfile.TemporaryDirectory() as folder:
        async with _registry(Path(folder)) as (network, host):
            await asyncio.to_thread(_measure, present, network, host, Path(folder))


def _is_there(name: str) -> bool:
    """Whether a peer can be run: buildx is a plug-in of a program that may be without it."""
    program, plugin, *_ = name.split()
    if shutil.which(program) is None:
        return False
    if plugin != "buildx":
        return True
    version = subprocess.run((program, plugin, "version"), capture_output=True, check=False)
    return version.returncode == 0


def _measure(peers: dict[str, Peer], network: "Network", host: str, folder: Path) -> None:
    tagwise = _installed(folder / "installed")
    environment = {**os.environ, "HOME": str(folder), "TAGWISE_CACHE_DIR": str(folder / "cache")}
    _run(("regctl", "registry", "set", "--tls=disabled", host), environment, required=False)
    ours = (*tagwise, "digest", f"{host}/bench/0:0")
    rows: dict[str, Command] = {FIRST_SIGHT: ours, "tagwise digest, known host": ours}
    rows |= {name: peer(f"{host}/bench/0:0") for name, peer in peers.items()}
    _one_digest(rows, network, folder, environment)
    references = [f"{host}/bench/{r}:{t}" for r in range(REPOSITORIES) for t in range(TAGS)]
    (folder / "Dockerfile").write_text("".join(f"FROM {each}\n" for each in references))
    (folder / "references").write_text("\n".join(references))
    commands: dict[str, Command] = {"tagwise pin": (*tagwise, "pin", f"{folder}/Dockerfile")}
    for name, peer in peers.items():
        command = " ".join(peer("{}"))
        for how, flag in (("one by one", ""), ("eight at a time", "-P 8 ")):
            script = f"xargs {flag}-I {{}} {command} < {folder}/references > /dev/null"
            commands[f"{name}, {how}"] = ("sh", "-c", script)
    _many_digests(commands, network, folder, environment)


def _installed(folder: Path) -> Command:
    """Install the program as its users do: what else this environment has costs it time to start."""
    subprocess.run((sys.executable, "-m", "venv", str(folder)), check=True)
    python = str(folder / "bin" / "python")
    subprocess.run((python, "-m", "pip", "install", "--quiet", str(ROOT)), check=True)
    return python, "-P", "-m", "tagwise"


def _one_digest(
    rows: dict[str, Command], network: "Network", folder: Path, environment: dict[str, str]
) -> None:
    """Take turns, so that a slow moment of the machine is everybody's."""
    times = {name: {delay: list[float]() for delay in DELAYS} for name in rows}
    for _ in range(RUNS):
        for network.delay in DELAYS:
            for name, command in rows.items():
                if name == FIRST_SIGHT:
                    shutil.rmtree(folder / "cache", ignore_errors=True)
                times[name][network.delay].append(1000 * _run(command, environment))
    print(
        f"\n| one digest, ms, median of {RUNS} | {' | '.join(f'{d} ms' for d in DELAYS)} | network |"
    )
    print("|---|" + "--:|" * (len(DELAYS) + 1))
    for name, by_delay in times.items():
        medians = [statistics.median(by_delay[delay]) for delay in DELAYS]
        pairs = zip(by_delay[DELAYS[0]], by_delay[DELAYS[-1]], strict=True)
        part = statistics.median(slow - quick for quick, slow in pairs)
        print(f"| {name} | " + " | ".join(f"{each:.0f}" for each in (*medians, part)) + " |")


def _many_digests(
    commands: dict[str, Command], network: "Network", folder: Path, environment: dict[str, str]
) -> None:
    network.delay, count = 20, REPOSITORIES * TAGS
    print(f"\n| {count} digests at {network.delay} ms, s | all | each | |")
    print("|---|--:|--:|--:|", flush=True)
    first = 0.0
    for name, command in commands.items():
        runs = []
        for _ in range(MANY_RUNS):
            shutil.rmtree(folder / "cache", ignore_errors=True)
            runs.append(_run(command, environment))
        took = statistics.median(runs)
        first = first or took
        each = took / count
        print(f"| {name} | {took:.2f} | {each:.3f} | {took / first:.1f} x |", flush=True)


def _run(command: Command, environment: dict[str, str], *, required: bool = True) -> float:
    begun = time.perf_counter()
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True)
    except FileNotFoundError:
        if required:
            raise
    except subprocess.CalledProcessError as error:
        sys.exit(f"{command}: {error.stderr.decode()}")
    return time.perf_counter() - begun


class Network:
    """Passes bytes on, each way after half of `delay` milliseconds."""

    delay = 0

    @asynccontextmanager
    async def to(self, address: str) -> AsyncGenerator[str, None]:
        host, _, port = address.rpartition(":")

        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # A connection costs a round trip of its own before the first byte.
            await asyncio.sleep(self.delay / 1000)
            there = await asyncio.open_connection(host, int(port))
            ways = (self._pass(reader, there[1]), self._pass(there[0], writer))
            await asyncio.gather(*ways, return_exceptions=True)

        server = await asyncio.start_server(carry, "127.0.0.1", 0)
        async with server:
            yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65536):
            await asyncio.sleep(self.delay / 2000)
            writer.write(chunk)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def _registry(folder: Path) -> AsyncGenerator[tuple[Network, str], None]:
    issuer, network, image = TokenIssuer.new(folder, lifetime=_DAY), Network(), two_platform_image()

    # Signing starts a program: nobody should wait for that.
    @cache
    def token(scopes: tuple[str, ...]) -> str:
        granted = []
        for scope in scopes:
            kind, name, actions = scope.split(":")
            granted.append({"type": kind, "name": name, "actions": actions.split(",")})
        return issuer.token("", granted)

    def answer(request: Request) -> Response:
        return Response.of_json(200, {"token": token(tuple(request.query.get_list("scope")))})

    async with serve(answer) as service, network.to(service) as slow_service:
        section = {
            "realm": f"http://{slow_service.replace('127.0.0.1', 'localhost')}/token",
            "service": issuer.service,
            "issuer": issuer.issuer,
            "rootcertbundle": str(issuer.pair.certificate),
        }
        async with (
            debian_registry(sections={"auth": {"token": section}}) as registry,
            network.to(registry.host) as slow,
        ):
            for number in range(REPOSITORIES):
                name = f"bench/{number}"
                token((f"repository:{name}:pull",))
                bearer = {"Authorization": f"Bearer {token((f'repository:{name}:pull,push',))}"}
                async with httpx.AsyncClient(base_url=registry.url, headers=bearer) as client:
                    await push_image(client, name, image, *map(str, range(TAGS)))
            yield network, slow


if __name__ == "__main__":
    asyncio.run(main())

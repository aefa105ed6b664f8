"""Lines that break and hosts in trouble: every question ends, in the answer or in a sentence.

500 resolutions; `TAGWISE_FAULTS=10000` for more, `TAGWISE_FAULTS_SEED` for others.
"""

import asyncio
import os
from random import Random

from support.fault_proxy import FaultProxy
from support.registries import running_registry
from support.registry_world import AMD64, parse, put
from tagwise.demo.http_message import Response
from tagwise.demo.registry import Registry
from tagwise.demo.registry_auth import TokenAuthority
from tagwise.errors import RateLimited, RegistryUnreachable
from tagwise.registry.client import RegistryClient
from tagwise.registry.exchange import Patience
from tagwise.registry.hosts import Hosts
from tagwise.registry.network import NetworkTransport
from tagwise.registry.resolver import Resolver
from tagwise.registry.store import Store

RESOLUTIONS = int(os.environ.get("TAGWISE_FAULTS", "500"))
SEED = int(os.environ.get("TAGWISE_FAULTS_SEED", "20260102"))
AT_A_TIME = 50
SECONDS_EACH = 20
TROUBLE = (
    Response(500),
    Response(502),
    Response(503),
    Response(503, {"Retry-After": "0"}),
    Response(504),
    Response(408),
    Response(429),
    Response(429, {"Retry-After": "600"}),
)


def in_trouble(random):
    def intercept(_):
        chance = random.random()
        if chance < 0.01:
            raise ConnectionResetError
        return random.choice(TROUBLE) if chance < 0.06 else None

    return intercept


async def hurried(seconds):
    await asyncio.sleep(seconds / 200)


async def test_every_resolution_ends_in_the_answer_or_in_a_sentence(world, image, tmp_path):
    random = Random(SEED)  # noqa: S311 - not for secrets
    registry = Registry(authority=TokenAuthority(), interceptor=in_trouble(random))
    put(registry, "demo/app", image, *(str(number) for number in range(AT_A_TIME)))
    right, told = 0, []
    tasks, files = asyncio.all_tasks(), open_files()
    async with running_registry(registry) as running:
        proxy = FaultProxy(int(running.host.rpartition(":")[2]), random)
        async with proxy.serve() as host:
            for number in range(RESOLUTIONS // AT_A_TIME):
                store = Store(tmp_path / str(number), clock=world.clock)
                client = RegistryClient(
                    hosts=Hosts({}),
                    keychain=world,
                    store=store,
                    clock=world.clock,
                    transport=NetworkTransport(),
                    patience=Patience(connect=1, progress=0.5, sleep=hurried, random=random.random),
                )
                resolver = Resolver(client, store, clock=world.clock)
                async with asyncio.timeout(SECONDS_EACH):
                    ends = await asyncio.gather(
                        *(
                            resolver.resolve(parse(f"{host}/demo/app:{tag}"), platform=AMD64)
                            for tag in range(AT_A_TIME)
                        ),
                        return_exceptions=True,
                    )
                await client.aclose()
                for end in ends:
                    if isinstance(end, BaseException):
                        told.append(end)
                        continue
                    assert end.digest == image.digest
                    assert end.config is not None
                    right += 1
            await settled(lambda: proxy.open == 0)
    assert proxy.faults > RESOLUTIONS / 50
    for end in told:
        assert isinstance(end, RegistryUnreachable | RateLimited), repr(end)
        assert host in str(end)
    assert right + len(told) == RESOLUTIONS
    assert right > RESOLUTIONS / 2
    await settled(lambda: asyncio.all_tasks() == tasks)
    await settled(lambda: open_files() <= files)


def open_files():
    folder = "/proc/self/fd"
    return len(os.listdir(folder)) if os.path.isdir(folder) else 0  # noqa: PTH112, PTH208


async def settled(holds):
    """Wait until something holds: the other end of a line notices a little later."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)

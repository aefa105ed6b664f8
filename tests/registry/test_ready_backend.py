"""Connections opened ahead: who gets them, and that none is left."""

import asyncio
import ssl
from ipaddress import ip_address

import httpcore
import pytest

from tagwise.registry.addresses import Zone
from tagwise.registry.checked_backend import CheckedBackend
from tagwise.registry.ready_backend import ReadyBackend


class Stream(httpcore.AsyncNetworkStream):
    def __init__(self):
        self.closed = asyncio.Event()
        self.secured = []

    async def start_tls(self, ssl_context, server_hostname=None, timeout=None):  # noqa: ASYNC109
        self.secured.append((ssl_context, server_hostname, timeout))
        return self

    async def aclose(self):
        self.closed.set()


class Network(httpcore.AsyncNetworkBackend):
    def __init__(self):
        self.streams = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.error = None

    async def connect_tcp(self, *_):
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.streams.append(Stream())
        return self.streams[-1]


@pytest.fixture
def network():
    return Network()


@pytest.fixture
async def ready(network):
    async def resolve(*_):
        return (ip_address("93.184.215.14"),)

    checked = CheckedBackend(
        reach=Zone.PUBLIC, resolve=resolve, backend=network, seen=lambda *_: None
    )
    ready = ReadyBackend(checked, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    yield ready
    await ready.aclose()


async def test_the_next_request_takes_it_and_the_one_after_that_its_own(ready, network):
    for _ in range(3):
        ready.prepare("r.example", 443, is_secure=False, seconds=5)
    first = await ready.connect_tcp("r.example", 443, 5)
    assert network.streams == [first]
    second = await ready.connect_tcp("r.example", 443, 5)
    assert network.streams == [first, second]


async def test_it_is_for_one_host_and_port(ready, network):
    ready.prepare("r.example", 443, is_secure=False, seconds=5)
    await asyncio.sleep(0.01)
    (kept,) = network.streams
    assert await ready.connect_tcp("r.example", 80, 5) is not kept
    assert await ready.connect_tcp("other.example", 443, 5) is not kept


async def test_tls_is_there_ahead_and_is_not_made_twice(ready, network):
    ready.prepare("r.example", 443, is_secure=True, seconds=5)
    taken = await ready.connect_tcp("r.example", 443, 5)
    (stream,) = network.streams
    assert [(name, seconds) for _, name, seconds in stream.secured] == [("r.example", 5)]
    secured = await taken.start_tls(stream.secured[0][0], "r.example", 5)
    assert secured is stream
    assert len(stream.secured) == 1


async def test_why_it_failed_is_told_to_the_one_who_connects(ready, network):
    network.error = httpcore.ConnectError("refused")
    ready.prepare("r.example", 443, is_secure=False, seconds=5)
    with pytest.raises(httpcore.ConnectError, match="refused"):
        await ready.connect_tcp("r.example", 443, 5)
    network.error = None
    assert await ready.connect_tcp("r.example", 443, 5) in network.streams


@pytest.mark.parametrize("fate", ["open", "opening", "failed"])
async def test_what_nobody_takes_is_closed(ready, network, fate, caplog):
    if fate == "opening":
        network.gate.clear()
    if fate == "failed":
        network.error = httpcore.ConnectError("refused")
    ready.prepare("r.example", 443, is_secure=False, seconds=5)
    await asyncio.sleep(0.01)
    await ready.aclose()
    assert all(stream.closed.is_set() for stream in network.streams)
    assert len(network.streams) == (1 if fate == "open" else 0)
    assert {task.get_name() for task in asyncio.all_tasks()}.isdisjoint(
        {"connect ahead to r.example", "close what was ready for r.example"}
    )
    assert caplog.records == []


async def test_what_nobody_takes_is_closed_after_some_seconds(ready, network, monkeypatch):
    monkeypatch.setattr("tagwise.registry.ready_backend._KEPT_SECONDS", 0.01)
    ready.prepare("r.example", 443, is_secure=False, seconds=0.2)
    await asyncio.sleep(0.01)
    (stream,) = network.streams
    async with asyncio.timeout(5):
        await stream.closed.wait()
    assert await ready.connect_tcp("r.example", 443, 5) is not stream


async def test_one_who_stops_waiting_leaves_nothing(ready, network):
    network.gate.clear()
    ready.prepare("r.example", 443, is_secure=False, seconds=5)
    asking = asyncio.create_task(ready.connect_tcp("r.example", 443, 5))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    network.gate.set()
    await asyncio.sleep(0.01)
    assert network.streams == []

"""How long is waited for a registry that does not answer: 5 s for it to be there, 60 s for more.

On a loop of skipping time and over a network that is made up, so that nothing here takes long and
nothing depends on how fast the machine is.
"""

# ruff: noqa: ARG002, ASYNC109 - the fakes take what httpcore's interfaces give

import asyncio
from ipaddress import ip_address

import attrs
import httpcore
import pytest

from support.registry_world import parse
from support.skipping_time import run_skipping
from tagwise.errors import RegistryUnreachable
from tagwise.registry.client import RegistryClient
from tagwise.registry.credentials import AnonymousKeychain
from tagwise.registry.hosts import Hosts, RegistrySettings
from tagwise.registry.network import NetworkTransport
from tagwise.registry.store import Store

BEGUN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"


@attrs.define
class SilentStream(httpcore.AsyncNetworkStream):
    """Says the beginning of an answer, a piece each `pace` seconds, and then nothing more."""

    pieces: list[bytes] = attrs.field(factory=list)
    pace: float = 0
    secures: bool = True

    async def write(self, buffer, timeout=None):
        pass

    async def read(self, max_bytes, timeout=None):
        if self.pieces and self.pace < timeout:
            await asyncio.sleep(self.pace)
            return self.pieces.pop(0)
        await asyncio.sleep(timeout)
        raise httpcore.ReadTimeout

    async def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        if self.secures:
            return self
        await asyncio.sleep(timeout)
        raise httpcore.ConnectTimeout

    async def aclose(self):
        pass

    def get_extra_info(self, info):
        return None


@attrs.define
class SilentNetwork(httpcore.AsyncNetworkBackend):
    """`stream` is what one is connected to; nobody is there where it is None."""

    stream: SilentStream | None = None

    async def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        if self.stream is None:
            await asyncio.get_running_loop().create_future()
        return self.stream

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)


def waited(clock, folder, network, *, resolve=None, scheme="https"):
    """Ask a registry that keeps silent; return what is said in the end, and after how long."""

    async def known(_host, _port):
        return (ip_address("93.184.215.14"),)

    async def ask():
        client = RegistryClient(
            hosts=Hosts(
                {"r.example": RegistrySettings(mirrors=(f"{scheme}://r.example",), upstream=False)}
            ),
            keychain=AnonymousKeychain(),
            store=Store(folder, clock=clock),
            clock=clock,
            transport=NetworkTransport(resolve=resolve or known, backend=network),
        )
        try:
            with pytest.raises(RegistryUnreachable) as error:
                await client.manifest(parse("r.example/app:1"))
        finally:
            await client.aclose()
        return str(error.value)

    return run_skipping(ask())


@pytest.fixture
def wait(world, tmp_path):
    def ask(network, **options):
        return waited(world.clock, tmp_path, network, **options)

    return ask


def test_a_host_that_does_not_answer_is_waited_for_five_seconds(wait):
    said, seconds = wait(SilentNetwork())
    assert "no connection within 5 s" in said
    assert seconds == 5


def test_names_that_nobody_knows_an_address_of_count_as_well(wait):
    async def silent(_host, _port):
        await asyncio.get_running_loop().create_future()

    said, seconds = wait(SilentNetwork(), resolve=silent)
    assert "no connection within 5 s" in said
    assert seconds == 5


def test_a_handshake_that_does_not_end_is_no_connection(wait):
    said, seconds = wait(SilentNetwork(SilentStream(secures=False)))
    assert "no connection within 5 s" in said
    assert seconds == 5


@pytest.mark.parametrize("pieces", [(), (BEGUN,)], ids=["no answer", "half an answer"])
def test_an_answer_is_waited_for_a_minute(wait, pieces):
    said, seconds = wait(SilentNetwork(SilentStream([*pieces])))
    assert "no answer within 60 s" in said
    assert seconds == 60


def test_who_sends_something_now_and_then_is_listened_to(wait):
    """The minute is one without progress, however long all of it takes."""
    pieces = [BEGUN, b"1", b"2", b"3"]
    said, seconds = wait(SilentNetwork(SilentStream(pieces, pace=50)))
    assert "no answer within 60 s" in said
    assert seconds == 4 * 50 + 60


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 102 Processing\r\n\r\n"] * 100,
        [b"HTTP/1.1 200 OK\r\nX: ", *[b"x"] * 100],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"1\r\n \r\n"] * 100],
    ],
    ids=["always another beginning", "a head without end", "a body without end"],
)
def test_who_drips_is_listened_to_for_five_minutes(wait, pieces):
    said, seconds = wait(SilentNetwork(SilentStream(pieces, pace=50)))
    assert "no end of the answer within 300 s" in said
    assert seconds == 300

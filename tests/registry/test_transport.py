"""Which way a request takes, and how an untrusted certificate is reported."""

import asyncio
import gzip
import ssl
import subprocess

import httpx
import pytest
import truststore

from support.real_parts import require
from support.registry_world import AMD64, World, parse
from tagwise.errors import RegistryUnreachable
from tagwise.registry.extensions import BEHALF, LIMIT, Behalf
from tagwise.registry.network import NetworkTransport
from tagwise.registry.proxies import Proxies
from tagwise.registry.transport import BoundedTransport, _decoder

PROXY = "http://ann:correct-horse@proxy.example:3128"


def test_unpacking_gives_no_more_than_is_let_in():
    packed = gzip.compress(b" " * 10_000_000)
    assert len(_decoder("gzip")(packed, 1001)) == 1001


@pytest.fixture
def environment(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch.setenv


async def goes_direct(url):
    address = httpx.URL(url)
    behalf = Behalf(address.netloc.decode())
    request = httpx.Request("GET", address, extensions={BEHALF: behalf})
    transport = NetworkTransport()
    way = transport._way(request.url, request.extensions[BEHALF])
    await transport.aclose()
    return not way.proxy


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ghcr.io/v2/", False),
        ("http://r.example/v2/", True),
        ("https://a.inner.example/v2/", True),
        ("https://127.0.0.1:5000/v2/", True),
        ("https://localhost:5000/v2/", True),
    ],
)
async def test_proxies_come_from_the_environment(environment, url, expected):
    environment("HTTPS_PROXY", PROXY)
    environment("NO_PROXY", "inner.example,other.example")
    assert await goes_direct(url) is expected


@pytest.mark.parametrize(
    ("exceptions", "direct", "through"),
    [
        # golang.org/x/net/http/httpproxy, "Config.NoProxy"
        ("*", ["r.example", "10.1.2.3:5000"], []),
        ("10.0.0.0/8", ["10.1.2.3:5000", "10.9.9.9"], ["11.0.0.1", "r.example"]),
        ("10.1.2.3/8", ["10.9.9.9"], ["11.0.0.1"]),
        ("10.1.2.3", ["10.1.2.3", "10.1.2.3:5000"], ["10.1.2.4"]),
        ("10.1.2.3:5000", ["10.1.2.3:5000"], ["10.1.2.3", "10.1.2.3:5001"]),
        ("fd00::/8", ["[fd00::1]:5000"], ["[2606:4700::1]"]),
        ("fd00::1", ["[fd00::1]:5000", "[fd00::1]"], ["[fd00::2]"]),
        ("[fd00::1]:5000", ["[fd00::1]:5000"], ["[fd00::1]"]),
        ("r.example", ["r.example", "R.EXAMPLE:5000", "a.r.example"], ["ar.example"]),
        ("*.r.example", ["a.r.example", "a.b.r.example:5000"], ["ar.example"]),
        ("r.example:5000", ["r.example:5000", "a.r.example:5000"], ["r.example"]),
        ("r.example:443", ["r.example"], ["r.example:5000"]),
        (" , a.example ,R.Example", ["a.example", "r.example"], ["b.example"]),
        ("r.example:port,[::,:,//,10.0.0.0/99", [], ["r.example", "10.0.0.1"]),
    ],
)
async def test_who_is_spoken_to_without_a_proxy(environment, exceptions, direct, through):
    environment("HTTPS_PROXY", PROXY)
    environment("NO_PROXY", exceptions)
    for hosts, expected in ((direct, True), (through, False)):
        assert [await goes_direct(f"https://{host}/v2/") for host in hosts] == [expected] * len(
            hosts
        )


@pytest.mark.parametrize(("scheme", "expected"), [("https", True), ("http", False)])
def test_a_proxy_behind_tls_is_one_the_system_trusts(environment, scheme, expected):
    environment("HTTPS_PROXY", f"{scheme}://proxy.example:3128")
    context = Proxies().named("https").ssl_context
    assert isinstance(context, truststore.SSLContext) is expected


async def test_one_proxy_for_everything(environment):
    environment("ALL_PROXY", "proxy.example:3128")
    assert not await goes_direct("https://ghcr.io/v2/")


@pytest.mark.parametrize(
    "address", ["gopher://:correct-horse@x", "http://[::", "x://", "socks5://x"]
)
async def test_a_proxy_that_is_none_is_left_out(environment, caplog, address):
    environment("HTTPS_PROXY", address)
    assert await goes_direct("https://ghcr.io/v2/")
    assert "the proxy for https is not used" in caplog.text
    assert "correct-horse" not in caplog.text


def test_only_the_registrys_own_certificate_may_be_anyones():
    behalf = Behalf("r.example", is_insecure=True)
    transport = NetworkTransport()
    for host, expected in (("r.example", True), ("login.r.example", False), ("cdn.example", False)):
        assert transport._way(httpx.URL(f"https://{host}/x"), behalf).is_insecure is expected


@pytest.mark.parametrize(("status", "length"), [(200, 20_000), (404, 16_384), (503, 16_384)])
async def test_of_an_error_less_is_read(status, length):
    async def answer(_):
        return httpx.Response(status, content=b"x" * 20_000)

    bounded = BoundedTransport(httpx.MockTransport(answer))
    request = httpx.Request("GET", "https://r.example/", extensions={LIMIT: 100_000})
    response = await bounded.handle_async_request(request)
    assert len(await response.aread()) == length


@pytest.fixture
def own_certificate(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=mirror".split()
    subprocess.run(
        [require("openssl"), *command, "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def test_a_certificate_nobody_trusts(environment, own_certificate, tmp_path):
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=own_certificate)
    port = server.sockets[0].getsockname()[1]
    world = World(tmp_path / "cache")
    world.mirror("r.example", f"https://127.0.0.1:{port}")
    world.restart(transport=NetworkTransport())
    try:
        with pytest.raises(RegistryUnreachable, match="certificate is not trusted"):
            await world.resolver.resolve(parse("r.example/app:1"), platform=AMD64)
    finally:
        await world.client.aclose()
        server.close()
        await server.wait_closed()

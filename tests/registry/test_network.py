"""Which addresses are connected to, seen from the connections that are made."""

import asyncio
import socket
import threading
from ipaddress import ip_address

import httpcore
import httpx
import pytest

from support.internet import Internet, plain
from support.registry_world import asked, parse, put
from tagwise.demo.http_message import Response
from tagwise.demo.registry import Registry
from tagwise.demo.registry_auth import BasicAuthority, TokenAuthority
from tagwise.errors import RegistryError, RegistryProtocolError, RegistryUnreachable
from tagwise.registry.addresses import Zone, literal_address, zone_of
from tagwise.registry.challenge import BearerChallenge
from tagwise.registry.checked_backend import AddressRefused, HopelessConnection, resolve
from tagwise.registry.credentials import Password
from tagwise.registry.extensions import BEHALF, Behalf
from tagwise.registry.hosts import RegistrySettings
from tagwise.registry.network import NetworkTransport

PUBLIC, PRIVATE, OTHER = "93.184.215.14", "10.1.2.3", "172.16.9.9"
ALSO_PUBLIC = "151.101.1.69"
METADATA = "169.254.169.254"
REFERENCE = parse("r.example/app:1")


@pytest.fixture
async def internet(world):
    async with Internet() as internet:
        world.settings.update(plain("r.example"))
        world.restart(transport=internet.transport())
        yield internet
        await world.client.aclose()


async def registry_at(internet, image, *addresses, authority=None, interceptor=None):
    registry = Registry(interceptor=interceptor)
    if authority:
        registry.authority = authority
    put(registry, "app", image, "1")
    await internet.host(registry, *addresses, name="r.example")
    return registry


async def with_realm(internet, image, registry_address, realm):
    """Have a registry at one address, with its token service at another."""
    return await registry_at(
        internet, image, registry_address, authority=TokenAuthority(realm=realm)
    )


@pytest.mark.parametrize("address", [PUBLIC, PRIVATE, "100.64.1.1", "fd12::1", "2606:2800::1"])
async def test_a_registry_may_be_anywhere_but_here(world, image, internet, address):
    await registry_at(internet, image, address)
    assert (await world.resolver.digest(REFERENCE)).digest == image.digest
    assert internet.connected == [address]


@pytest.mark.parametrize(
    "address",
    [
        METADATA,
        "127.0.0.1",
        "::1",
        "0.0.0.0",  # noqa: S104 - it means this machine, too
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "fe80::1",
        "fd00:ec2::254",
        "100.100.100.200",
        "168.63.129.16",
        "224.0.0.1",
        "255.255.255.255",
    ],
)
async def test_a_public_name_that_means_this_machine_or_worse(world, image, internet, address):
    await registry_at(internet, image, address)
    with pytest.raises(RegistryUnreachable, match=r"r\.example cannot be reached"):
        await world.resolver.digest(REFERENCE)
    assert internet.connected == []
    assert internet.resolved == ["r.example"]


async def test_one_bad_address_among_good_ones(world, image, internet):
    await registry_at(internet, image, PUBLIC, METADATA)
    with pytest.raises(RegistryUnreachable, match="an address no registry has"):
        await world.resolver.digest(REFERENCE)
    assert internet.connected == []


async def test_what_was_checked_is_what_is_connected_to(world, image, internet):
    await registry_at(internet, image, PUBLIC)
    internet.names["r.example"] = [(PUBLIC,), ("127.0.0.1",)]
    assert (await world.resolver.digest(REFERENCE)).digest == image.digest
    assert (internet.resolved, internet.connected) == (["r.example"], [PUBLIC])


@pytest.mark.parametrize(
    ("registry", "realm"),
    [
        (PUBLIC, f"http://{METADATA}/token"),
        (PRIVATE, f"http://{METADATA}/token"),
        (PUBLIC, f"http://{PRIVATE}/token"),
        (PUBLIC, f"https://{PRIVATE}/token"),
        (PUBLIC, "http://inner.example/token"),
        (PUBLIC, "http://100.64.0.9/token"),
        (PUBLIC, "http://198.18.0.9/token"),
        (PUBLIC, "http://127.0.0.1:2375/token"),
        (PUBLIC, "http://localhost:2375/token"),
        (PUBLIC, "http://2130706433/token"),
        (PRIVATE, "http://127.0.0.1:2375/token"),
    ],
)
async def test_a_realm_that_is_nearer_than_its_registry(world, image, internet, registry, realm):
    inside = Registry(authority=TokenAuthority())
    await internet.host(inside, METADATA, PRIVATE, "100.64.0.9", "198.18.0.9", "127.0.0.1")
    internet.names["inner.example"] = (PRIVATE,)
    internet.names["localhost"] = ("127.0.0.1",)
    await with_realm(internet, image, registry, realm)
    world.logins["r.example"] = Password("ann", "secret")
    with pytest.raises(RegistryUnreachable, match="cannot be reached"):
        await world.resolver.digest(REFERENCE)
    assert inside.requests == []
    assert set(internet.connected) == {registry}


async def test_a_realm_may_be_where_its_registry_is(world, image, internet):
    registry = await with_realm(internet, image, PRIVATE, "http://login.example/token")
    await internet.host(registry, OTHER, name="login.example")
    assert (await world.resolver.digest(REFERENCE)).digest == image.digest
    assert internet.connected == [PRIVATE, OTHER]


async def test_a_realm_known_from_disk_waits_until_its_registry_has_been_seen(
    world, image, internet
):
    registry = await with_realm(internet, image, PRIVATE, "http://login.example/token")
    await internet.host(registry, OTHER, name="login.example")
    await world.resolver.digest(REFERENCE)
    await world.client.aclose()
    world.restart(transport=internet.transport())
    internet.connected.clear()
    await world.resolver.digest(REFERENCE, fresh=True)
    assert internet.connected == [PRIVATE, OTHER]
    await world.client.aclose()


async def test_a_known_registry_is_connected_to_while_its_token_is_asked_for(
    world, image, internet
):
    registry = await with_realm(internet, image, PUBLIC, "http://login.example/token")
    await internet.host(registry, ALSO_PUBLIC, name="login.example")
    await world.resolver.digest(REFERENCE)
    await world.client.aclose()
    world.restart(transport=internet.transport())
    internet.connected.clear()
    seen = []

    async def watch(request):
        if request.path == "/token":
            for _ in range(1000):
                if PUBLIC in internet.connected:
                    break
                await asyncio.sleep(0.001)
            seen.append("connected" if PUBLIC in internet.connected else "waited")
        seen.append(request.path.rpartition("/")[2])

    registry.interceptor = watch
    for _ in range(2):
        await world.resolver.digest(REFERENCE, fresh=True)
    assert seen == ["connected", "token", "1", "1"]
    assert sorted(internet.connected) == sorted([PUBLIC, ALSO_PUBLIC])
    await world.client.aclose()


async def test_a_realm_planted_on_disk_is_not_asked(world, image, internet):
    inside = Registry(authority=TokenAuthority())
    await internet.host(inside, METADATA)
    await registry_at(internet, image, PUBLIC)
    world.store.write_challenge("http://r.example", BearerChallenge(f"http://{METADATA}/", "s"))
    assert (await world.resolver.digest(REFERENCE)).digest == image.digest
    assert inside.requests == []


async def test_the_user_may_allow_a_realm(world, image, internet):
    registry = await with_realm(internet, image, PUBLIC, "http://login.example/token")
    await internet.host(registry, PRIVATE, name="login.example")
    world.settings["r.example"] = RegistrySettings(
        mirrors=("http://r.example",), upstream=False, realms=("login.example",)
    )
    assert (await world.resolver.digest(REFERENCE)).digest == image.digest


async def test_a_token_service_that_redirects_is_not_followed(world, image, internet):
    inside = Registry(authority=TokenAuthority())
    await internet.host(inside, METADATA)
    registry = await with_realm(internet, image, PUBLIC, "http://r.example/token")
    registry.interceptor = lambda r: (
        Response(307, {"Location": f"http://{METADATA}/token"}) if r.path == "/token" else None
    )
    with pytest.raises(RegistryProtocolError, match="token service"):
        await world.resolver.digest(REFERENCE)
    assert internet.connected == [PUBLIC]


@pytest.mark.parametrize(
    ("registry", "target", "expected"),
    [
        (PUBLIC, METADATA, False),
        (PRIVATE, METADATA, False),
        (PUBLIC, PRIVATE, False),
        (PUBLIC, "inner.example", False),
        (PRIVATE, "inner.example", True),
        (PUBLIC, "198.51.100.7", False),
        (PUBLIC, "8.8.8.8", True),
    ],
)
async def test_where_a_blob_may_redirect_to(world, image, internet, registry, target, expected):
    store = Registry()
    put(store, "app", image, "1")
    await internet.host(store, METADATA, OTHER, PRIVATE, "198.51.100.7", "8.8.8.8")
    internet.names["inner.example"] = (OTHER,)
    await registry_at(
        internet,
        image,
        registry,
        interceptor=lambda r: (
            Response(307, {"Location": f"http://{target}{r.path}"}) if "/blobs/" in r.path else None
        ),
    )
    if expected:
        assert (await world.resolve(str(REFERENCE))).config
    else:
        with pytest.raises(RegistryUnreachable, match="cannot be reached"):
            await world.resolve(str(REFERENCE))
        assert store.requests == []


async def test_an_open_connection_is_not_lent_to_a_registry_that_may_not_open_it(
    world, image, internet
):
    inner = Registry()
    put(inner, "app", image, "1")
    await internet.host(inner, PRIVATE, name="inner.example")
    world.settings.update(plain("inner.example"))
    await world.resolver.digest(parse("inner.example/app:1"))
    asked(inner)
    await registry_at(
        internet,
        image,
        PUBLIC,
        interceptor=lambda r: Response(307, {"Location": f"http://inner.example{r.path}"}),
    )
    with pytest.raises(RegistryUnreachable):
        await world.resolver.digest(REFERENCE)
    assert inner.requests == []


async def test_a_registry_that_has_been_public_does_not_get_private(world, image, internet):
    registry = await with_realm(internet, image, PUBLIC, f"http://{OTHER}/token")
    await internet.host(registry, PRIVATE, OTHER)
    internet.names["r.example"] = [(PUBLIC,), (PRIVATE,), (PRIVATE,)]
    hang_up = {"Connection": "close", "WWW-Authenticate": f'Bearer realm="http://{OTHER}/token"'}
    registry.interceptor = lambda _: Response(401, hang_up)
    for _ in range(2):
        with pytest.raises(RegistryUnreachable):
            await world.resolver.digest(REFERENCE, fresh=True)
    assert internet.connected == [PUBLIC, PRIVATE]


async def test_the_next_address_is_tried(world, image, internet):
    registry = await registry_at(internet, image, PUBLIC)
    internet.names["r.example"] = ("8.8.4.4", PUBLIC)
    assert (await world.resolver.digest(REFERENCE)).digest == image.digest
    assert internet.connected == ["8.8.4.4", PUBLIC]
    assert len(registry.requests) == 1


async def test_nobody_listens(world, internet):
    internet.names["r.example"] = ("8.8.4.4", "8.8.8.8")
    with pytest.raises(RegistryUnreachable, match="nobody listens"):
        await world.resolver.digest(REFERENCE)
    assert len(internet.connected) == 3 * 2
    internet.names.clear()
    world.pass_time(minutes=1)
    with pytest.raises(RegistryUnreachable, match=r"no address is known for r\.example"):
        await world.resolver.digest(REFERENCE)


async def test_a_loopback_name_is_this_machine(world, image, internet):
    registry = Registry(authority=TokenAuthority(realm="http://localhost:5001/token"))
    put(registry, "app", image, "1")
    await internet.host(registry, "127.0.0.1", name="localhost")
    await world.resolver.digest(parse("localhost:5000/app:1"))
    assert internet.connected == ["127.0.0.1", "127.0.0.1"]


async def test_an_ipv6_address_is_this_machine_as_well(world, image, internet):
    """Also in its long form, and where the host the connection is made to has no brackets."""
    registry = Registry(authority=TokenAuthority(realm="http://[::1]:5001/token"))
    put(registry, "app", image, "1")
    await internet.host(registry, "::1")
    for host in ("[::1]:5000", "[0:0:0:0:0:0:0:1]:5000"):
        assert (await world.resolver.digest(parse(f"{host}/app:1"))).digest == image.digest
    assert set(internet.connected) == {"::1"}


async def test_this_machine_under_another_name_is_not_asked_even_for_itself(world, image, internet):
    registry = Registry(authority=TokenAuthority(realm="http://rebound.example/token"))
    put(registry, "app", image, "1")
    await internet.host(registry, "127.0.0.1", name="localhost")
    internet.names["rebound.example"] = ("127.0.0.1",)
    with pytest.raises(RegistryUnreachable, match="asked by a name of its own only"):
        await world.resolver.digest(parse("localhost:5000/app:1"))
    assert [request.path for request in registry.requests] == ["/v2/app/manifests/1"]


@pytest.mark.parametrize(
    ("target", "registry", "expected"),
    [
        (METADATA, METADATA, False),
        (PRIVATE, PRIVATE, True),
        (PRIVATE, "r.example", False),
        (PRIVATE, "10.9.9.9", True),
        ("0xa9fea9fe", "r.example", False),
        ("inner.example", "r.example", True),
        ("8.8.8.8", "r.example", True),
    ],
)
async def test_through_a_proxy_addresses_that_are_written_out(
    monkeypatch, target, registry, expected
):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "")
    transport = NetworkTransport()
    request = httpx.Request("GET", f"https://{target}/v2/", extensions={BEHALF: Behalf(registry)})
    if expected:
        assert transport._way(request.url, request.extensions[BEHALF]).proxy == "https"
    else:
        with pytest.raises(AddressRefused):
            transport._way(request.url, request.extensions[BEHALF])
    await transport.aclose()


@pytest.mark.parametrize("is_there", [True, False])
async def test_an_insecure_host_gets_no_credentials_over_plain_http(
    world, image, internet, is_there
):
    registry = await registry_at(internet, image, PRIVATE, authority=BasicAuthority({"ann": "x"}))
    world.settings["r.example"] = RegistrySettings(insecure=True)
    world.logins["r.example"] = Password("ann", "x")
    if is_there:
        registry.authority = Registry().authority
        assert (await world.resolver.digest(REFERENCE)).digest == image.digest
        internet.connected.clear()
        await world.resolver.digest(REFERENCE, fresh=True)
        assert internet.connected == []
    else:
        with pytest.raises(RegistryError, match="credentials are not sent over plain http"):
            await world.resolver.digest(REFERENCE)
    assert not any(request.is_authorized for request in registry.requests)


async def test_https_once_seen_is_not_left_for_http(world, image):
    registry = world.add("r.example")
    put(registry, "app", image, "1")
    world.settings["r.example"] = RegistrySettings(insecure=True)
    await world.resolver.digest(REFERENCE)

    def gone(_):
        raise httpx.ConnectError("refused")

    registry.interceptor = gone
    with pytest.raises(RegistryUnreachable):
        await world.resolver.digest(REFERENCE, fresh=True)
    assert {request.scheme for request in registry.requests} == {"https"}


def insecure(world, schemes):
    """Add an insecure host that answers over `schemes` only, which may be changed."""
    registry = world.add("r.example")

    def only(request):
        if request.scheme not in schemes:
            raise httpx.ConnectError("refused")

    registry.interceptor = only
    world.settings["r.example"] = RegistrySettings(insecure=True)
    return registry


def schemes_asked(registry):
    seen = [request.scheme for request in registry.requests]
    registry.requests.clear()
    return seen


async def test_the_scheme_that_worked_goes_first_in_a_new_process_for_a_day(world, image):
    registry = insecure(world, {"http"})
    put(registry, "app", image, "1")
    await world.resolver.digest(REFERENCE)
    assert set(schemes_asked(registry)) == {"https", "http"}
    world.restart()
    await world.resolver.digest(REFERENCE, fresh=True)
    assert schemes_asked(registry) == ["http"]
    world.pass_time(hours=25)
    world.restart()
    await world.resolver.digest(REFERENCE, fresh=True)
    assert set(schemes_asked(registry)) == {"https", "http"}


@pytest.mark.parametrize("written", ["R.Example", "r.example:443"])
async def test_an_insecure_host_is_the_same_however_it_is_written(world, image, written):
    put(insecure(world, {"http"}), "app", image, "1")
    world.registries[written.lower()] = world.registries["r.example"]
    world.settings[written] = world.settings["r.example"]
    assert (await world.resolver.digest(parse(f"{written}/app:1"))).digest == image.digest


async def test_https_once_seen_is_not_left_for_http_by_a_new_process_either(world, image):
    schemes = {"https"}
    registry = insecure(world, schemes)
    put(registry, "app", image, "1")
    await world.resolver.digest(REFERENCE)
    world.restart()
    schemes |= {"http"}
    schemes.remove("https")
    with pytest.raises(RegistryUnreachable):
        await world.resolver.digest(REFERENCE, fresh=True)
    assert "http" not in schemes_asked(registry)


async def test_a_host_that_has_learned_https_is_found_again(world, image):
    schemes = {"http"}
    registry = insecure(world, schemes)
    put(registry, "app", image, "1")
    await world.resolver.digest(REFERENCE)
    schemes |= {"https"}
    schemes.remove("http")
    assert (await world.resolver.digest(REFERENCE, fresh=True)).digest == image.digest
    schemes_asked(registry)
    world.restart()
    await world.resolver.digest(REFERENCE, fresh=True)
    assert schemes_asked(registry) == ["https"]


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"scheme": "ftp", "learned": "2026-01-02T03:04:05+00:00"}',
        '{"scheme": "http", "learned": "yesterday"}',
        '{"scheme": "http"}',
        "[",
    ],
)
async def test_a_scheme_that_cannot_be_read_is_not_known(world, image, text):
    registry = insecure(world, {"http", "https"})
    put(registry, "app", image, "1")
    await world.resolver.digest(REFERENCE)
    (kept,) = (file for file in (world.folder / "hosts").iterdir() if b"https" in file.read_bytes())
    kept.write_text(text)
    schemes_asked(registry)
    world.restart()
    await world.resolver.digest(REFERENCE, fresh=True)
    assert schemes_asked(registry) == ["https"]


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("8.8.8.8", Zone.PUBLIC),
        ("2606:2800:21f:cb07::1", Zone.PUBLIC),
        ("64:ff9b::808:808", Zone.PUBLIC),
        ("10.0.0.1", Zone.PRIVATE),
        ("100.64.0.1", Zone.PRIVATE),
        ("198.18.0.1", Zone.PRIVATE),
        ("fec0::1", Zone.PRIVATE),
        ("2002:a00:1::", Zone.PRIVATE),
        ("127.8.8.8", Zone.LOOPBACK),
        ("::ffff:7f00:1", Zone.LOOPBACK),
        ("2002:7f00:1::", Zone.LOOPBACK),
        ("fe80::1%eth0", Zone.NEVER),
        ("240.0.0.1", Zone.NEVER),
        ("::", Zone.NEVER),
    ],
)
def test_zones(text, zone):
    assert zone_of(ip_address(text)) is zone


@pytest.mark.parametrize("text", ["127.1", "0x7f.1", "2130706433", "0177.0.0.1", "127.0.0.1"])
def test_addresses_only_c_can_read(text):
    assert literal_address(text) == ip_address("127.0.0.1")


def test_names_are_no_addresses():
    assert literal_address("r.example") is None
    assert literal_address("") is None


async def test_the_system_finds_this_machine():
    assert all(address.is_loopback for address in await resolve("localhost", 80))
    with pytest.raises(httpx.ConnectError):
        await resolve("x" * 300, 80)


def test_nobody_waits_for_a_lookup_that_was_given_up():
    """Neither does the program that ends: the system's may take half a minute."""
    answered, gate = threading.Event(), threading.Event()

    def silent(*_, **__):
        gate.wait(10)
        answered.set()
        return []

    async def ask():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await resolve("r.example", 443, look_up=silent)

    asyncio.run(ask())
    assert not answered.is_set()
    gate.set()
    assert answered.wait(10)


@pytest.mark.parametrize(
    ("number", "is_hopeless"), [(socket.EAI_AGAIN, False), (socket.EAI_NONAME, True), (24, True)]
)
async def test_what_the_system_says_of_a_name(number, is_hopeless):
    def refuse(*_, **__):
        kind = OSError if number > 0 else socket.gaierror
        raise kind(number, "the system's words")

    with pytest.raises(httpx.ConnectError, match=r"r\.example \(the system's words\)") as caught:
        await resolve("r.example", 443, look_up=refuse)
    assert isinstance(caught.value, HopelessConnection) is is_hopeless


def test_httpcore_still_takes_a_backend():
    assert isinstance(httpcore.AnyIOBackend(), httpcore.AsyncNetworkBackend)

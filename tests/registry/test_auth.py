"""Who is told what: credentials go to their registry and the realm it names, nowhere else."""

import base64
import logging

import httpx
import pytest

from support.registry_world import asked, parse, put
from tagwise.demo.http_message import Response
from tagwise.demo.registry_auth import BasicAuthority, TokenAuthority, TokenField
from tagwise.demo.registry_transport import RegistryTransport
from tagwise.errors import (
    ManifestUnknown,
    RateLimited,
    RegistryProtocolError,
    RegistryUnreachable,
    Unauthorized,
)
from tagwise.registry.challenge import BearerChallenge
from tagwise.registry.credentials import IdentityToken, Password
from tagwise.registry.hosts import RegistrySettings

SECRET = "correct horse"
BASIC = "Basic " + base64.b64encode(f"ann:{SECRET}".encode()).decode()


def challenge(realm):
    return Response(401, {"WWW-Authenticate": f'Bearer realm="{realm}",service="s"'})


class Watched(httpx.AsyncBaseTransport):
    """Remembers whom a URL names before its host."""

    def __init__(self, registries):
        self.users = b""
        self._transport = RegistryTransport(registries)

    async def handle_async_request(self, request):
        self.users += request.url.userinfo
        return await self._transport.handle_async_request(request)


def authorizations(registry):
    return [request.headers.get("Authorization") for request in registry.requests]


async def test_basic(world, image):
    registry = world.add("r.example", BasicAuthority({"ann": SECRET}))
    put(registry, "app", image, "1")
    world.logins["r.example"] = Password("ann", SECRET)
    await world.resolve("r.example/app:1")
    assert asked(registry)[:3] == ["GET by 1", "GET by 1", "GET by digest"]
    world.restart()
    await world.resolver.digest(parse("r.example/app:1"), fresh=True)
    assert authorizations(registry) == [BASIC]


@pytest.mark.parametrize("login", [None, Password("ann", "wrong")])
async def test_basic_without_the_right_password(world, image, login):
    registry = world.add("r.example", BasicAuthority({"ann": SECRET}))
    put(registry, "app", image, "1")
    if login:
        world.logins["r.example"] = login
    with pytest.raises(Unauthorized, match=r"docker login r\.example") as caught:
        await world.resolve("r.example/app:1")
    assert SECRET not in str(caught.value)
    assert "refused the stored credentials" in str(caught.value) if login else True


@pytest.mark.parametrize("field", TokenField)
async def test_a_token_for_a_private_repository(world, image, field):
    authority = TokenAuthority({"ann": SECRET}, is_public=lambda _: False, field=field)
    registry = world.add("r.example", authority)
    put(registry, "app", image, "1")
    world.logins["r.example"] = Password("ann", SECRET)
    await world.resolver.digest(parse("r.example/app:1"))
    token, *_ = [each for each in registry.requests if each.path == "/token"]
    assert token.headers["Authorization"] == BASIC
    assert dict(token.query) == {"service": "tagwise", "scope": "repository:app:pull"}


async def test_a_private_repository_without_credentials(world, image):
    registry = world.add("r.example", TokenAuthority(is_public=lambda _: False))
    put(registry, "app", image, "1")
    with pytest.raises(Unauthorized, match="private, or does not exist"):
        await world.resolve("r.example/app:1")


async def test_expired_credentials_do_not_hide_a_public_repository(world, image):
    registry = world.add("r.example", TokenAuthority({"ann": "new"}))
    put(registry, "app", image, "1")
    world.logins["r.example"] = Password("ann", SECRET)
    assert (await world.resolver.digest(parse("r.example/app:1"))).digest == image.digest
    assert asked(registry) == ["GET by 1", "GET token", "GET token", "GET by 1"]


async def test_an_identity_token_is_posted(world, image):
    authority = TokenAuthority(identity_tokens={SECRET: "ann"}, is_public=lambda _: False)
    registry = world.add("r.example", authority)
    put(registry, "app", image, "1")
    world.logins["r.example"] = IdentityToken("ann", SECRET)
    await world.resolver.digest(parse("r.example/app:1"))
    assert asked(registry) == ["GET by 1", "POST token", "GET by 1"]


async def test_an_identity_token_is_a_password_where_there_is_no_oauth(world, image):
    def no_post(request):
        return Response(404) if request.method == "POST" else None

    registry = world.add("r.example", TokenAuthority({"ann": SECRET}), no_post)
    put(registry, "app", image, "1")
    world.logins["r.example"] = IdentityToken("ann", SECRET)
    await world.resolver.digest(parse("r.example/app:1"))
    assert asked(registry) == ["GET by 1", "POST token", "GET token", "GET by 1"]


async def test_docker_hubs_credentials_go_to_its_realm(world, image):
    hub = world.hub()
    hub.authority.users["ann"] = SECRET
    put(hub, "library/app", image, "1")
    world.logins["docker.io"] = Password("ann", SECRET)
    await world.resolver.digest(parse("app:1"))
    sent = {
        request.host for request in hub.requests if request.headers.get("Authorization") == BASIC
    }
    assert sent == {"auth.docker.io"}


@pytest.mark.parametrize(
    "realm", ["http://r.example/token", "ftp://r.example/token", "//", "https://", "", "http://[x"]
)
async def test_an_insecure_realm_gets_nothing(world, realm):
    registry = world.add("r.example", interceptor=lambda _: challenge(realm))
    world.logins["r.example"] = Password("ann", SECRET)
    with pytest.raises((RegistryProtocolError, Unauthorized)):
        await world.resolve("r.example/app:1")
    assert authorizations(registry) == [None]


async def test_a_challenge_from_disk_is_checked_like_any_other(world, image):
    elsewhere = world.add("elsewhere.example", TokenAuthority({"ann": SECRET}))
    registry = world.add("r.example", TokenAuthority({"ann": SECRET}))
    put(registry, "app", image, "1")
    world.logins["r.example"] = Password("ann", SECRET)
    planted = BearerChallenge("http://elsewhere.example/token", "s")
    world.store.write_challenge("https://r.example", planted)
    assert (await world.resolver.digest(parse("r.example/app:1"))).digest == image.digest
    assert elsewhere.requests == []


async def test_a_realm_is_asked_by_its_address_alone(world, image):
    """What a registry writes before its realm's host goes nowhere, and what it asks there for less.

    The scope is ours whatever stands in its query, and another parameter stays.
    """
    realm = "https://eve:planted@auth.example/token?a=1&scope=repository:other:push&service=x"
    authority = TokenAuthority({"ann": SECRET}, realm=realm)
    put(world.add("r.example", authority), "app", image, "1")
    service = world.add("auth.example", authority)
    transport = Watched(world.registries)
    world.restart(transport=transport)
    await world.resolver.digest(parse("r.example/app:1"))
    world.logins["r.example"] = Password("ann", SECRET)
    await world.resolver.digest(parse("r.example/app:1"), fresh=True)
    assert authorizations(service) == [None, BASIC]
    expected = {"a": "1", "scope": "repository:app:pull", "service": "tagwise"}
    assert [dict(request.query) for request in service.requests] == [expected, expected]
    assert transport.users == b""


async def test_a_redirect_is_followed_by_its_address_alone(world, image):
    cdn = world.add("cdn.example")
    put(cdn, "app", image)
    elsewhere = Response(
        307, {"Location": f"https://eve:planted@cdn.example/v2/app/manifests/{image.digest}"}
    )
    world.add("r.example", interceptor=lambda r: elsewhere if r.path.endswith("/1") else None)
    transport = Watched(world.registries)
    world.restart(transport=transport)
    await world.resolver.digest(parse("r.example/app:1"))
    assert authorizations(cdn) == [None]
    assert transport.users == b""


@pytest.mark.parametrize(
    "realm",
    [
        "/token",
        "token",
        "//auth.example/token",
        "https:///token",
        "https://[::1/",
        "https://xn--a/token",
        "https://" + "a" * 70_000,
        "javascript:alert(1)",
    ],
)
async def test_a_realm_that_is_no_address(world, realm):
    world.add("r.example", interceptor=lambda _: challenge(realm))
    with pytest.raises(RegistryProtocolError, match=r"r\.example named a token service that is n"):
        await world.resolver.digest(parse("r.example/app:1"))
    assert world.store.read_challenge("https://r.example") is None


@pytest.mark.parametrize("realm", ["https://gone.example/token", "https://ill.example/token"])
async def test_a_challenge_is_dropped_when_its_realm_fails(world, image, realm):
    world.add("ill.example", interceptor=lambda _: Response(503))
    registry = world.add("r.example", TokenAuthority())
    put(registry, "app", image, "1")
    world.store.write_challenge("https://r.example", BearerChallenge(realm, "s"))
    reference = parse("r.example/app:1")
    if "gone" in realm:
        with pytest.raises(RegistryUnreachable, match=r"gone\.example"):
            await world.resolver.digest(reference, fresh=True)
    assert (await world.resolver.digest(reference, fresh=True)).digest == image.digest
    assert world.store.read_challenge("https://r.example").realm == "https://r.example/token"


async def test_a_realm_that_fails_is_not_asked_again_and_dropped(world, image):
    registry = world.add("r.example", TokenAuthority())
    put(registry, "app", image, "1")
    reference = parse("r.example/app:1")
    await world.resolver.digest(reference, fresh=True)
    world.restart()
    registry.interceptor = lambda r: Response(503) if r.path == "/token" else None
    asked(registry)
    with pytest.raises(RegistryUnreachable, match="token service"):
        await world.resolver.digest(reference, fresh=True)
    assert asked(registry) == ["GET token", "GET token", "GET token", "HEAD by 1"]
    assert world.store.read_challenge("https://r.example") is None


async def test_a_refusal_at_a_known_realm_is_not_repeated_and_keeps_it(world, image):
    registry = world.add("r.example", TokenAuthority())
    put(registry, "app", image, "1")
    reference = parse("r.example/app:1")
    await world.resolver.digest(reference, fresh=True)
    world.restart()
    registry.interceptor = lambda r: Response(403) if r.path == "/token" else None
    asked(registry)
    with pytest.raises(Unauthorized):
        await world.resolver.digest(reference, fresh=True)
    assert asked(registry) == ["GET token", "HEAD by 1"]
    assert world.store.read_challenge("https://r.example") is not None


async def test_another_host_answers_401_to_a_redirect_and_gets_nothing(world, image):
    def redirect(request):
        if "/blobs/" in request.path:
            return Response(307, {"Location": f"https://cdn.example{request.path}?sig=1"})
        return None

    cdn = world.add("cdn.example", interceptor=lambda _: challenge("https://cdn.example/token"))
    registry = world.add("r.example", BasicAuthority({"ann": SECRET}), redirect)
    put(registry, "app", image, "1")
    world.logins["r.example"] = Password("ann", SECRET)
    with pytest.raises(Unauthorized) as caught:
        await world.resolve("r.example/app:1")
    assert "sig=1" not in str(caught.value)
    assert authorizations(cdn) == [None]
    assert world.store.read_challenge("https://r.example").realm == "Tagwise"


async def test_a_redirect_elsewhere_is_followed_without_credentials(world, image):
    def redirect(request):
        if "/blobs/" in request.path:
            return Response(307, {"Location": f"//cdn.example{request.path}"})
        return None

    cdn = world.add("cdn.example")
    put(cdn, "app", image)
    registry = world.add("r.example", BasicAuthority({"ann": SECRET}), redirect)
    put(registry, "app", image, "1")
    world.logins["r.example"] = Password("ann", SECRET)
    assert (await world.resolve("r.example/app:1")).config is not None
    assert authorizations(cdn) == [None]


async def test_a_redirect_within_the_registry_keeps_them(world, image):
    def redirect(request):
        folder, _, tag = request.path.rpartition("/")
        return Response(308, {"Location": f"{folder}/1"}) if tag == "moved" else None

    registry = world.add("r.example", BasicAuthority({"ann": SECRET}), redirect)
    put(registry, "app", image, "1")
    world.logins["r.example"] = Password("ann", SECRET)
    await world.resolver.digest(parse("r.example/app:1"))
    registry.requests.clear()
    await world.resolver.digest(parse("r.example/app:moved"))
    assert authorizations(registry) == [BASIC, BASIC]


@pytest.mark.parametrize(
    "location", ["http://cdn.example/x", "http://r.example/x", "file:///etc/passwd"]
)
async def test_a_redirect_to_what_is_not_secure_is_not_followed(world, location):
    registry = world.add("r.example")
    registry.interceptor = lambda _: Response(307, {"Location": location})
    cdn = world.add("cdn.example")
    with pytest.raises(RegistryProtocolError, match="an address that is not secure"):
        await world.resolve("r.example/app:1")
    assert (len(registry.requests), cdn.requests) == (1, [])


async def test_redirects_come_to_an_end(world):
    location = {"Location": "https://r.example/again"}
    registry = world.add("r.example", interceptor=lambda _: Response(307, location))
    with pytest.raises(RegistryProtocolError, match="redirected more than 5 times"):
        await world.resolve("r.example/app:1")
    assert len(registry.requests) == 6


async def test_a_mirror_gets_its_own_credentials_only(world, image):
    mirror = world.add("mirror.example", BasicAuthority({"bob": "x"}))
    hub = world.hub()
    put(hub, "library/app", image, "1")
    world.settings["docker.io"] = RegistrySettings(mirrors=("mirror.example",))
    world.logins["docker.io"] = Password("ann", SECRET)
    await world.resolver.digest(parse("app:1"))
    assert authorizations(mirror) == [None]


async def test_plain_http_is_asked_only_where_it_may_be(world, image):
    for host in ("localhost:5000", "x.localhost", "127.0.0.1:5000", "r.example"):
        put(world.add(host), "app", image, "1")
    for host, registry in world.registries.items():
        await world.resolver.digest(parse(f"{host}/app:1"))
        expected = "https" if host == "r.example" else "http"
        assert [request.scheme for request in registry.requests] == [expected]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"token": 7}', b'{"token": "a\\nb"}', b"x" * 70_000],
)
async def test_token_services_that_give_no_token(world, body):
    registry = world.add("r.example", TokenAuthority())
    registry.interceptor = lambda r: Response(200, {}, body) if r.path == "/token" else None
    with pytest.raises(RegistryProtocolError):
        await world.resolve("r.example/app:1")


async def test_a_token_service_may_limit_the_rate(world):
    registry = world.add("r.example", TokenAuthority())
    registry.interceptor = lambda r: (
        Response(429, {"Retry-After": "7"}) if r.path == "/token" else None
    )
    with pytest.raises(RateLimited) as caught:
        await world.resolve("r.example/app:1")
    assert caught.value.retry_after == 7


async def test_a_401_without_a_challenge(world):
    world.add("r.example", interceptor=lambda _: Response(401))
    with pytest.raises(Unauthorized):
        await world.resolve("r.example/app:1")


async def test_nothing_that_opens_a_door_is_logged_or_written(world, image, caplog):
    caplog.set_level(logging.DEBUG)
    registry = world.add("r.example", TokenAuthority({"ann": SECRET}))
    put(registry, "app", image, "1")
    world.logins["r.example"] = Password("ann", SECRET)
    with pytest.raises(ManifestUnknown):
        await world.resolve("r.example/app:2")
    await world.resolve("r.example/app:1")
    tokens = {request.headers.get("Authorization", "") for request in registry.requests} - {""}
    secrets = [SECRET, *(token.split()[1] for token in tokens)]
    written = b"".join(path.read_bytes() for path in world.folder.rglob("*") if path.is_file())
    assert len(secrets) > 2
    for secret in secrets:
        assert secret not in caplog.text
        assert secret.encode() not in written
    assert "GET https://r.example/token: 200" in caplog.text
    assert "scope" not in caplog.text


async def test_no_cookie_is_kept(world, image):
    def with_cookie(request):
        body = image.top.body if request.path.endswith("/manifests/1") else None
        return Response(200, {"Set-Cookie": "session=1"}, body) if body else None

    registry = world.add("r.example", interceptor=with_cookie)
    put(registry, "app", image, "1")
    await world.resolve("r.example/app:1")
    assert len(registry.requests) == 3
    assert all("Cookie" not in request.headers for request in registry.requests)

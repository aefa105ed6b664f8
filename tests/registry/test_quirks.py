"""The oddities of named registries, from their documentation and their users' reports."""

import base64
import gzip
import json
from datetime import timedelta

import attrs
import pytest

from support.registry_world import AMD64, asked, parse, put
from tagwise.demo.http_message import Response
from tagwise.demo.registry_auth import BasicAuthority, TokenAuthority, TokenField
from tagwise.errors import ManifestUnknown, RateLimited, Unauthorized, UnsupportedMediaType
from tagwise.oci import media_types
from tagwise.registry.credentials import IdentityToken, Password
from tagwise.registry.keychain import system_keychain
from tagwise.registry.rate_limits import Quota

SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"


def basic(username, password):
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def token_requests(registry):
    return [request for request in registry.requests if "scope" in request.query]


def without(*headers):
    """Have a registry answer without some headers, on its way to the client."""

    def strip(registry):
        answer = registry._answer

        def interceptor(request):
            response = answer(request)
            for name in headers:
                response.headers.pop(name, None)
            return response

        registry.interceptor = interceptor
        return registry

    return strip


def presigned(storage):
    """Redirect blobs to a storage that refuses whoever brings an `Authorization`."""
    storage.interceptor = lambda r: Response(400) if "Authorization" in r.headers else None
    return lambda r: (
        Response(307, {"Location": f"https://storage.example{r.path}?X-Amz-Signature=x"})
        if "/blobs/" in r.path
        else None
    )


async def test_docker_hub_credentials_are_under_an_old_address(world, image, tmp_path):
    hub = world.hub()
    hub.authority.users["ann"] = "x"
    put(hub, "library/app", image, "1")
    auth = base64.b64encode(b"ann:x").decode()
    config = {"auths": {"https://index.docker.io/v1/": {"auth": auth}}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    environment = {"DOCKER_CONFIG": str(tmp_path)}
    world.known = system_keychain(environment, tmp_path, clock=world.clock).known
    await world.resolver.digest(parse("app:1"))
    (token,) = token_requests(hub)
    assert token.headers["Authorization"] == basic("ann", "x")
    assert token.host == "auth.docker.io"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "99;w=21600"}, (100, 99)),
        ({"ratelimit-limit": ";w=21600", "ratelimit-remaining": ";w=21600"}, None),
        ({}, None),
    ],
)
async def test_docker_hub_may_not_say_what_is_left(world, image, headers, expected):
    hub = world.hub()
    put(hub, "library/app", image, "1")
    answer = {"Content-Type": media_types.OCI_INDEX, "Docker-Content-Digest": str(image.digest)}
    hub.interceptor = lambda _: Response(200, {**answer, **headers})
    await world.resolver.digest(parse("app:1"))
    quota = world.client.quota("docker.io")
    assert quota == (Quota(*expected, timedelta(hours=6), world.now) if expected else None)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            (
                b'{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your'
                b' unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"}]}'
            ),
            "pull limit",
        ),
        (b"Too Many Requests", "too often at a time"),
    ],
)
async def test_docker_hub_has_two_limits(world, image, body, words):
    hub = world.hub()
    put(hub, "library/app", image, "1")
    hub.interceptor = lambda r: (
        Response(429, {}, body) if r.method == "GET" and "/manifests/" in r.path else None
    )
    await world.resolver.digest(parse("app:1"))
    with pytest.raises(RateLimited, match=words):
        await world.resolve("app:1")


async def test_ghcr_names_a_placeholder_scope_and_refuses_to_let_anybody_push(world, image):
    def ghcr(request):
        if request.path == "/token":
            scope = request.query["scope"]
            is_refused = "push" in scope or scope != "repository:acme/app:pull"
            return Response.of_json(403, {"errors": [{"code": "DENIED"}]}) if is_refused else None
        if "Authorization" in request.headers:
            return None
        challenge = 'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:user/image:pull"'
        return Response(401, {"WWW-Authenticate": challenge})

    registry = world.add("ghcr.io", TokenAuthority(), ghcr)
    put(registry, "acme/app", image, "1")
    assert (await world.resolver.digest(parse("ghcr.io/acme/app:1"))).digest == image.digest
    with pytest.raises(Unauthorized, match="private, or does not exist"):
        await world.resolver.digest(parse("ghcr.io/acme/absent:1"))


async def test_ghcr_says_in_the_body_when_to_come_back(world, image):
    said = []

    def ghcr(_):
        said.append(1)
        body = "retry-after: 714.6µs, allowed: 44000/minute".encode()
        return Response(429, {}, body) if len(said) == 1 else None

    put(world.add("ghcr.io", interceptor=ghcr), "acme/app", image, "1")
    assert (await world.resolver.digest(parse("ghcr.io/acme/app:1"))).digest == image.digest
    assert world.pauses == [0.1]


async def test_quay_gives_tokens_without_a_time_and_schema_1_to_the_old(world, image):
    def quay(request):
        if "/manifests/" in request.path and media_types.OCI_INDEX not in request.headers["Accept"]:
            return Response(200, {"Content-Type": SCHEMA_1}, b'{"schemaVersion": 1}')
        return None

    registry = world.add("quay.io", TokenAuthority(expires_in=None), quay)
    put(registry, "acme/app", image, "1")
    assert (await world.resolve("quay.io/acme/app:1")).chosen.platform == AMD64
    world.pass_time(seconds=61)
    await world.resolver.digest(parse("quay.io/acme/app:1"), fresh=True)
    assert len(token_requests(registry)) == 2


async def test_quay_lists_tags_oldest_first_and_drops_what_has_none(world, image):
    tags = Response.of_json(200, {"name": "acme/app", "tags": ["9", "10", "8"]})
    registry = world.add("quay.io")
    put(registry, "acme/app", image, "1")
    pinned = parse(f"quay.io/acme/app:1@{image.digest}")
    await world.resolver.digest(pinned)
    registry.delete_manifest("acme/app", str(image.digest))
    with pytest.raises(ManifestUnknown, match="not found"):
        await world.resolver.digest(pinned, fresh=True)
    registry.interceptor = lambda _: tags
    assert (await world.client.tags(parse("quay.io/acme/app"))).tags == ("9", "10", "8")


@pytest.mark.parametrize(
    "repository", ["group/sub/project/image", "group/dependency_proxy/containers/alpine"]
)
async def test_gitlab_nests_projects_and_gives_tokens_elsewhere(world, image, repository):
    realm = "https://gitlab.example/jwt/auth?account=x"
    registry = world.add("registry.gitlab.example", TokenAuthority({"ann": "x"}, realm=realm))
    gitlab = world.add("gitlab.example", registry.authority)
    gitlab.interceptor = registry.authority.issue
    world.logins["registry.gitlab.example"] = Password("ann", "x")
    put(registry, repository, image, "1")
    answer = await world.resolver.digest(parse(f"registry.gitlab.example/{repository}:1"))
    assert answer.digest == image.digest
    (token,) = token_requests(gitlab)
    assert token.query["scope"] == f"repository:{repository}:pull"
    assert token.query["account"] == "x"


async def test_ecr_wants_basic_lists_a_thousand_and_stores_elsewhere(world, image):
    host = "1234.dkr.ecr.eu-west-1.amazonaws.com"
    storage = world.add("storage.example")
    put(storage, "app", image)
    redirect = presigned(storage)

    def ecr(request):
        if request.path.endswith("/tags/list") and int(request.query["n"]) > 1000:
            return Response(405)
        return redirect(request) if "Authorization" in request.headers else None

    authority = BasicAuthority({"AWS": "x" * 2000}, realm=f"https://{host}/")
    registry = world.add(host, authority, ecr)
    put(registry, "app", image, "1")
    world.logins[host] = Password("AWS", "x" * 2000)
    assert (await world.resolve(f"{host}/app:1")).config is not None
    assert (await world.client.tags(parse(f"{host}/app"))).tags == ("1",)


async def test_ecr_public_needs_a_token_and_a_wait_now_and_then(world, image):
    said = []

    def now_and_then(request):
        if "/manifests/" in request.path and "Authorization" in request.headers and not said:
            said.append(1)
            return Response(429, {}, b"toomanyrequests: Rate exceeded")
        return None

    registry = world.add("public.ecr.aws", TokenAuthority(), now_and_then)
    put(registry, "docker/library/app", image, "1")
    await world.resolver.digest(parse("public.ecr.aws/docker/library/app:1"))
    assert asked(registry) == ["GET by 1", "GET token", "GET by 1", "GET by 1"]
    assert len(world.pauses) == 1


async def test_acr_exchanges_an_identity_token_and_stores_elsewhere(world, image):
    storage = world.add("storage.example")
    put(storage, "app", image)
    nobody = "00000000-0000-0000-0000-000000000000"
    authority = TokenAuthority(
        identity_tokens={"refresh": nobody},
        is_public=lambda _: False,
        field=TokenField.ACCESS_TOKEN,
        service="acme.azurecr.io",
    )
    registry = world.add("acme.azurecr.io", authority, presigned(storage))
    put(registry, "app", image, "1")
    with pytest.raises(Unauthorized, match=r"docker login acme\.azurecr\.io"):
        await world.resolve("acme.azurecr.io/app:1")
    world.logins["acme.azurecr.io"] = IdentityToken(nobody, "refresh")
    world.pass_time(minutes=1)
    assert (await world.resolve("acme.azurecr.io/app:1")).config is not None
    assert "POST token" in asked(registry)


@pytest.mark.parametrize(
    ("username", "password"),
    [("oauth2accesstoken", "ya29.x"), ("_json_key", '{\n "type": "service_account", "k": "a:b"}')],
)
async def test_gar_takes_a_token_or_a_key_file_for_a_password(world, image, username, password):
    host = "europe-docker.pkg.dev"
    registry = world.add(host, TokenAuthority({username: password}, is_public=lambda _: False))
    put(registry, "project/repo/app", image, "1")
    world.logins[host] = Password(username, password)
    await world.resolver.digest(parse(f"{host}/project/repo/app:1"))
    (token,) = token_requests(registry)
    assert token.headers["Authorization"] == basic(username, password)


@pytest.mark.parametrize("host", ["gcr.io", "mcr.microsoft.com"])
async def test_gcr_and_mcr_are_open(world, image, host):
    registry = world.add(host)
    put(registry, "a/app", image, "1")
    await world.resolver.digest(parse(f"{host}/a/app:1"), fresh=True)
    assert asked(registry) == ["HEAD by 1"]


async def test_red_hat_leaves_out_the_digest_and_packs_unasked(world, image):
    registry = world.add("registry.access.redhat.com")
    put(registry, "ubi9", image, "1")
    answer = registry._answer

    def red_hat(request):
        response = answer(request)
        if "/manifests/" in request.path and request.method == "GET":
            response.headers["Content-Encoding"] = "gzip"
            response = attrs.evolve(response, body=gzip.compress(response.body))
        response.headers.pop("Docker-Content-Digest", None)
        response.headers.pop("Content-Length", None)
        return response

    registry.interceptor = red_hat
    reference = parse("registry.access.redhat.com/ubi9:1")
    assert (await world.resolver.digest(reference, fresh=True)).digest == image.digest
    assert asked(registry) == ["HEAD by 1", "GET by 1"]
    registry.interceptor = lambda _: Response(
        200, {"Content-Type": "text/plain; charset=utf-8"}, b'{"schemaVersion": 1, "fsLayers": []}'
    )
    with pytest.raises(UnsupportedMediaType, match="schema 1"):
        await world.resolver.digest(reference, fresh=True)


async def test_artifactory_loses_the_digest_and_the_type(world, image):
    registry = world.add("acme.jfrog.io", BasicAuthority({"ann": "x"}, realm="Artifactory Realm"))
    world.logins["acme.jfrog.io"] = Password("ann", "x")
    put(registry, "docker-remote/library/app", image, "1")
    answer = registry._answer

    def artifactory(request):
        response = answer(request)
        digest = response.headers.pop("Docker-Content-Digest", "")
        if digest:
            response.headers["X-Checksum-Sha256"] = digest.removeprefix("sha256:")
            response.headers["Content-Type"] = "application/octet-stream"
        return response

    registry.interceptor = artifactory
    found = await world.resolve("acme.jfrog.io/docker-remote/library/app:1")
    assert (found.digest, found.is_index) == (image.digest, True)
    fresh = parse("acme.jfrog.io/docker-remote/library/app:1")
    assert (await world.resolver.digest(fresh, fresh=True)).digest == image.digest


async def test_artifactory_stands_in_for_docker_hub_under_a_path(world, image):
    registry = world.add("acme.jfrog.io")
    put(registry, "docker-remote/library/app", image, "1")
    world.mirror("docker.io", "https://acme.jfrog.io/docker-remote")
    assert (await world.resolve("app:1")).digest == image.digest


async def test_artifactory_forgets_its_prefix_in_links(world, image):
    registry = world.add("acme.jfrog.io")
    registry.tags_page = 2
    put(registry, "docker-remote/app", image, "1", "2", "3")
    answer = registry._answer

    def artifactory(request):
        response = answer(request)
        link = response.headers.get("Link", "")
        if link:
            response.headers["Link"] = link.replace("/docker-remote/", "/")
        return response

    registry.interceptor = artifactory
    tags = (await world.client.tags(parse("acme.jfrog.io/docker-remote/app"))).tags
    assert tags == ("1", "2", "3")


@pytest.mark.parametrize("host", ["harbor.example", "pulp.example"])
async def test_harbor_and_pulp_ask_for_a_token_again_on_each_page(world, image, host):
    authority = TokenAuthority({"robot$proxy+ci": "x"}, is_public=lambda _: False)
    registry = world.add(host, authority)
    registry.tags_page = 2
    world.logins[host] = Password("robot$proxy+ci", "x")
    put(registry, "proxy/library/app", image, *"12345")

    def forget(request):
        if request.query.get("last") and registry.requests[-2].query.get("scope") is None:
            authority.revoke_all()

    registry.interceptor = forget
    found = await world.client.tags(parse(f"{host}/proxy/library/app"))
    assert found.tags == tuple("12345")
    scopes = {request.query["scope"] for request in token_requests(registry)}
    assert scopes == {"repository:proxy/library/app:pull"}
    assert len(token_requests(registry)) == 3


@pytest.mark.parametrize("status", [400, 405, 500, 501])
async def test_nexus_has_no_head_and_no_digest(world, image, status):
    registry = world.add("nexus.example")
    put(registry, "app", image, "1")
    strip = without("Docker-Content-Digest")(registry).interceptor
    registry.interceptor = lambda r: Response(status) if r.method == "HEAD" else strip(r)
    answer = await world.resolver.digest(parse("nexus.example/app:1"), fresh=True)
    assert answer.digest == image.digest
    assert asked(registry) == ["HEAD by 1", "GET by 1"]


async def test_forgejo_offers_two_ways_at_once(world, image):
    def forgejo(request):
        if "Authorization" in request.headers or request.path == "/token":
            return None
        challenge = (
            'Bearer realm="https://codeberg.org/token",service="container_registry",scope="*",'
            'Basic realm="Gitea Container Registry"'
        )
        return Response(401, {"WWW-Authenticate": challenge})

    registry = world.add("codeberg.org", TokenAuthority(), forgejo)
    put(registry, "acme/app", image, "1")
    assert (await world.resolver.digest(parse("codeberg.org/acme/app:1"))).digest == image.digest
    (token,) = token_requests(registry)
    assert token.query["scope"] == "repository:acme/app:pull"


async def test_a_plain_registry_on_this_machine(world, image):
    registry = world.add("localhost:5000", BasicAuthority({"ann": "x"}))
    world.logins["localhost:5000"] = Password("ann", "x")
    put(registry, "app", image, "1")
    assert (await world.resolve("localhost:5000/app:1")).digest == image.digest
    assert {request.scheme for request in registry.requests} == {"http"}

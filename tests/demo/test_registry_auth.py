"""Basic and token authentication, as CNCF distribution's specifications describe them."""

import re

import attrs
import httpx
import pytest

from support.registries import client_over
from tagwise.demo.registry import Registry
from tagwise.demo.registry_auth import BasicAuthority, TokenAuthority, TokenField
from tagwise.oci.media_types import OCI_MANIFEST

URL = "https://registry.test"
MANIFEST = "/v2/demo/app/manifests/1.0"
PULL = "repository:demo/app:pull"
USERS = {"ann": "secret"}


def registry_with(authority: BasicAuthority | TokenAuthority) -> Registry:
    registry = Registry(authority)
    registry.put_manifest("demo/app", "1.0", b"{}", OCI_MANIFEST)
    return registry


@attrs.define
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def challenge(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 401
    assert response.json()["errors"][0]["code"] == "UNAUTHORIZED"
    scheme, _, fields = response.headers["WWW-Authenticate"].partition(" ")
    return {"scheme": scheme, **dict(re.findall(r'(\w+)="([^"]*)"', fields))}


def bearer(answer: httpx.Response, field: str = "token") -> dict[str, str]:
    assert answer.status_code == 200
    return {"Authorization": f"Bearer {answer.json()[field]}"}


class TestBasic:
    @pytest.mark.parametrize(
        "auth", [None, ("ann", "wrong"), ("bob", "secret"), ("", ""), ("ann", "")]
    )
    @pytest.mark.parametrize("path", ["/v2/", MANIFEST])
    async def test_asks_for_a_password(self, auth: tuple[str, str] | None, path: str) -> None:
        registry = registry_with(BasicAuthority(USERS, realm="tests"))
        async with client_over({"registry.test": registry}, base_url=URL) as client:
            response = await client.get(path, auth=auth)
            assert challenge(response) == {"scheme": "Basic", "realm": "tests"}

    async def test_lets_users_in(self) -> None:
        registry = registry_with(BasicAuthority(USERS))
        async with client_over({"registry.test": registry}, base_url=URL) as client:
            assert (await client.get(MANIFEST, auth=("ann", "secret"))).status_code == 200
            assert (await client.get("/token", auth=("ann", "secret"))).status_code == 404

    @pytest.mark.parametrize("value", ["Basic", "Basic !", "Basic /////w==", "Bearer x", "", "é"])
    async def test_what_is_no_password(self, value: str) -> None:
        registry = registry_with(BasicAuthority(USERS))
        headers = {"Authorization": value.encode()}
        async with client_over({"registry.test": registry}, base_url=URL) as client:
            assert (await client.get(MANIFEST, headers=headers)).status_code == 401

    def test_passwords_are_not_in_its_text(self) -> None:
        assert "secret" not in repr(BasicAuthority(USERS))
        assert "secret" not in repr(TokenAuthority(users=USERS, identity_tokens={"secret": "ann"}))


class TestChallenge:
    @pytest.mark.parametrize(
        ("method", "path", "scope"),
        [
            ("GET", "/v2/", None),
            ("HEAD", MANIFEST, PULL),
            ("PUT", MANIFEST, "repository:demo/app:pull,push"),
            ("DELETE", MANIFEST, "repository:demo/app:delete"),
            ("POST", "/v2/demo/app/blobs/uploads/", "repository:demo/app:pull,push"),
            ("DELETE", "/v2/demo/app/blobs/uploads/x", "repository:demo/app:pull,push"),
            (
                "POST",
                "/v2/demo/app/blobs/uploads/?mount=x&from=demo/base",
                "repository:demo/app:pull,push repository:demo/base:pull",
            ),
        ],
    )
    async def test_names_realm_service_and_scope(
        self, method: str, path: str, scope: str | None
    ) -> None:
        registry = registry_with(TokenAuthority(service="tests"))
        async with client_over({"registry.test": registry}, base_url=URL) as client:
            response = await client.request(method, path)
        stated = response.headers["WWW-Authenticate"]
        start = 'Bearer realm="https://registry.test/token",service="tests"'
        assert stated == start + (f',scope="{scope}"' if scope else "")

    async def test_realm_may_be_elsewhere(self) -> None:
        registry = registry_with(TokenAuthority(realm="https://auth.test/token"))
        hosts = {"registry.test": registry, "auth.test": registry}
        async with client_over(hosts, base_url=URL) as client:
            asked = challenge(await client.get(MANIFEST))
            query = {"scope": asked["scope"], "service": asked["service"]}
            headers = bearer(await client.get(asked["realm"], params=query))
            assert (await client.get(MANIFEST, headers=headers)).status_code == 200

    async def test_says_what_is_wrong_with_a_token(self) -> None:
        registry = registry_with(TokenAuthority())
        async with client_over({"registry.test": registry}, base_url=URL) as client:
            response = await client.get(MANIFEST, headers={"Authorization": "Bearer made-up"})
            assert challenge(response)["error"] == "invalid_token"
            query = {"scope": "repository:demo/other:pull"}
            other = bearer(await client.get("/token", params=query))
            response = await client.get(MANIFEST, headers=other)
            assert challenge(response)["error"] == "insufficient_scope"


class TestTokens:
    async def test_anonymous_clients_may_pull_what_is_public(self) -> None:
        registry = registry_with(TokenAuthority(is_public=lambda name: name != "demo/private"))
        async with client_over({"registry.test": registry}, base_url=URL) as client:
            scope = f"{PULL},push"
            headers = bearer(await client.get("/token", params={"scope": scope}))
            assert (await client.get(MANIFEST, headers=headers)).status_code == 200
            assert (await client.put(MANIFEST, headers=headers)).status_code == 401
            query = {"scope": "repository:demo/private:pull"}
            headers = bearer(await client.get("/token", params=query))
            response = await client.get("/v2/demo/private/tags/list", headers=headers)
            assert challenge(response)["error"] == "insufficient_scope"

    async def test_users_may_do_what_they_ask_for(self) -> None:
        registry = registry_with(TokenAuthority(USERS, is_public=lambda _name: False))
        async with client_over({"registry.test": registry}, base_url=URL) as client:
            query = [("scope", f"{PULL},delete"), ("scope", "repository:demo/other:pull")]
            token = await client.get("/token", params=query, auth=("ann", "secret"))
            assert (await client.delete(MANIFEST, headers=bearer(token))).status_code == 202
            response = await client.get("/v2/demo/other/tags/list", headers=bearer(token))
            assert response.status_code == 404

    async def test_wrong_credentials_get_no_token(self) -> None:
        registry = registry_with(TokenAuthority(USERS))
        async with client_over({"registry.test": registry}, base_url=URL) as client:
            response = await client.get("/token", params={"scope": PULL}, auth=("ann", "wrong"))
            assert response.status_code == 401
            assert (await client.put("/token")).status_code == 405

    @pytest.mark.parametrize(
        ("form", "status"),
        [
            ({"grant_type": "password", "username": "ann", "password": "secret"}, 200),
            ({"grant_type": "password", "username": "ann", "password": "wrong"}, 401),
            ({"grant_type": "refresh_token", "refresh_token": "identity"}, 200),
            ({"grant_type": "refresh_token", "refresh_token": "wrong"}, 401),
            ({}, 401),
        ],
    )
    async def test_by_post(self, form: dict[str, str], status: int) -> None:
        """ "OAuth2 Token Authentication": an identity token is a refresh token."""
        authority = TokenAuthority(USERS, {"identity": "ann"}, is_public=lambda _name: False)
        async with client_over({"registry.test": registry_with(authority)}, base_url=URL) as client:
            answer = await client.post("/token", data={**form, "service": "x", "scope": PULL})
            assert answer.status_code == status
            if status == 200:
                headers = bearer(answer, "access_token")
                assert (await client.get(MANIFEST, headers=headers)).status_code == 200

    @pytest.mark.parametrize(
        ("authority", "fields"),
        [
            (TokenAuthority(expires_in=60), {"token", "access_token", "expires_in"}),
            (TokenAuthority(expires_in=None), {"token", "access_token"}),
            (TokenAuthority(field=TokenField.TOKEN), {"token", "expires_in"}),
            (TokenAuthority(field=TokenField.ACCESS_TOKEN), {"access_token", "expires_in"}),
        ],
    )
    async def test_answers_differ_as_registries_do(
        self, authority: TokenAuthority, fields: set[str]
    ) -> None:
        async with client_over({"registry.test": Registry(authority)}, base_url=URL) as client:
            answer = await client.get("/token", params={"scope": PULL})
            assert set(answer.json()) == fields

    @pytest.mark.parametrize(("expires_in", "lifetime"), [(300, 300), (None, 60)])
    async def test_tokens_end(self, expires_in: int | None, lifetime: float) -> None:
        clock = Clock()
        registry = registry_with(TokenAuthority(expires_in=expires_in, clock=clock))
        async with client_over({"registry.test": registry}, base_url=URL) as client:
            headers = bearer(await client.get("/token", params={"scope": PULL}))
            clock.now = lifetime - 1
            assert (await client.get(MANIFEST, headers=headers)).status_code == 200
            clock.now = lifetime
            response = await client.get(MANIFEST, headers=headers)
            assert challenge(response)["error"] == "invalid_token"

    async def test_revoking(self) -> None:
        authority = TokenAuthority()
        async with client_over({"registry.test": registry_with(authority)}, base_url=URL) as client:
            headers = bearer(await client.get("/token", params={"scope": PULL}))
            authority.revoke_all()
            assert (await client.get(MANIFEST, headers=headers)).status_code == 401

    @pytest.mark.parametrize("scope", ["", "x", "repository:", "registry:catalog:*", ":::", "a b"])
    async def test_odd_scopes_grant_nothing(self, scope: str) -> None:
        async with client_over(
            {"registry.test": registry_with(TokenAuthority())}, base_url=URL
        ) as client:
            headers = bearer(await client.get("/token", params={"scope": scope}))
            assert (await client.get(MANIFEST, headers=headers)).status_code == 401
            assert (await client.get("/v2/", headers=headers)).status_code == 200

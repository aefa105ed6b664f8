"""The transport under an httpx client: hosts, and bodies as they are on the wire."""

from collections.abc import AsyncGenerator

import httpx
import pytest

from support.registries import client_over
from tagwise.demo.http_message import Request, Response
from tagwise.demo.registry import Registry


async def test_each_host_has_its_own_registry() -> None:
    hub, ghcr = Registry(), Registry()
    hosts = {"registry-1.docker.io": hub, "ghcr.io": ghcr, "localhost:5000": ghcr}
    async with client_over(hosts) as client:
        for url in ("https://registry-1.docker.io", "https://ghcr.io", "http://localhost:5000"):
            assert (await client.get(f"{url}/v2/")).status_code == 200
    assert [(r.scheme, r.host) for r in hub.requests] == [("https", "registry-1.docker.io")]
    assert [r.host for r in ghcr.requests] == ["ghcr.io", "localhost:5000"]


@pytest.mark.parametrize("host", ["quay.io", "localhost", "localhost:5001"])
async def test_other_hosts_do_not_exist(host: str) -> None:
    async with client_over({"localhost:5000": Registry()}) as client:
        with pytest.raises(httpx.ConnectError, match="no such host"):
            await client.get(f"http://{host}/v2/")


async def test_a_handler_sees_what_was_sent() -> None:
    seen: list[Request] = []

    def handler(request: Request) -> Response:
        seen.append(request)
        return Response(204)

    async with client_over({"registry.test": handler}) as client:
        await client.post("https://registry.test/a%20b?x=1&x=2", content=b"body")
    (request,) = seen
    assert (request.method, request.path, request.body) == ("POST", "/a b", b"body")
    assert request.query.get_list("x") == ["1", "2"]
    assert request.headers["Content-Length"] == "4"


async def test_several_headers_of_one_name_stay_apart() -> None:
    challenges = [("WWW-Authenticate", 'Bearer realm="x"'), ("WWW-Authenticate", "Basic")]
    async with client_over({"registry.test": lambda _request: Response(401, challenges)}) as client:
        response = await client.get("https://registry.test/v2/")
    assert response.headers.get_list("WWW-Authenticate") == ['Bearer realm="x"', "Basic"]


async def test_an_endless_body_can_be_left() -> None:
    closed = False

    async def endless() -> AsyncGenerator[bytes, None]:
        nonlocal closed
        try:
            while True:
                yield b"x" * 1000
        finally:
            closed = True

    def handler(_request: Request) -> Response:
        return Response(200, body=endless())

    received = 0
    async with (
        client_over({"registry.test": handler}) as client,
        client.stream("GET", "https://registry.test/") as response,
    ):
        assert "Content-Length" not in response.headers
        async for piece in response.aiter_raw():
            received += len(piece)
            if received >= 5_000:
                break
    assert (received, closed) == (5_000, True)


async def test_a_lie_about_the_encoding_is_passed_on() -> None:
    lie = Response(200, {"Content-Encoding": "gzip"}, b"not gzip")
    async with client_over({"registry.test": lambda _request: lie}) as client:
        with pytest.raises(httpx.DecodingError):
            await client.get("https://registry.test/")

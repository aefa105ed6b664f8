"""The loopback server: HTTP as clients and enemies speak it, and nothing left behind."""

import asyncio
from collections.abc import AsyncGenerator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.registries import running_registry
from tagwise.demo import registry_server
from tagwise.demo.http_message import Request, Response
from tagwise.demo.registry_server import serve
from tagwise.oci.digest import Digest

HELLO = b"hello, registry"
SECONDS = 10


async def exchange(host: str, sent: bytes) -> bytes:
    """Send bytes, say that there are no more, and read to the end."""
    name, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    try:
        writer.write(sent)
        await writer.drain()
        writer.write_eof()
        async with asyncio.timeout(SECONDS):
            return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


async def test_one_connection_serves_many_requests() -> None:
    async with running_registry() as running, httpx.AsyncClient(base_url=running.url) as client:
        digest = Digest.of(HELLO)
        query = {"digest": str(digest)}
        await client.post("/v2/demo/app/blobs/uploads/", params=query, content=HELLO)
        head = await client.head(f"/v2/demo/app/blobs/{digest}")
        got = await client.get(f"/v2/demo/app/blobs/{digest}")
        assert (head.headers["Content-Length"], head.content) == ("15", b"")
        assert (got.content, got.http_version) == (HELLO, "HTTP/1.1")
    assert [request.status for request in running.registry.requests] == [201, 200, 200]
    assert {request.host for request in running.registry.requests} == {running.host}


async def test_pipelined_requests() -> None:
    async with running_registry() as running:
        request = b"GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n"
        answered = await exchange(running.host, request * 3)
    assert answered.count(b"HTTP/1.1 200") == 3


async def test_it_waits_to_be_asked_for_a_body() -> None:
    async with running_registry() as running:
        answered = await exchange(
            running.host,
            b"PUT /v2/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
        )
    assert answered.startswith(b"HTTP/1.1 100 \r\n\r\nHTTP/1.1 405")


async def test_chunked_bodies_both_ways() -> None:
    async def twice(request: Request) -> Response:
        async def body() -> AsyncGenerator[bytes, None]:
            yield request.body
            yield b""
            yield request.body

        return Response(200, body=body())

    async def sent() -> AsyncGenerator[bytes, None]:
        yield b"ab"
        yield b"c"

    async with serve(twice) as host, httpx.AsyncClient() as client:
        response = await client.post(f"http://{host}/", content=sent())
    assert response.content == b"abcabc"
    assert response.headers["Transfer-Encoding"] == "chunked"


@pytest.mark.parametrize("status", [200, 204, 304, 404])
async def test_bodies_that_http_does_not_have(status: int) -> None:
    async with (
        serve(lambda _request: Response(status, body=HELLO)) as host,
        httpx.AsyncClient() as client,
    ):
        head = await client.head(f"http://{host}/")
        got = await client.get(f"http://{host}/")
    assert (head.status_code, head.content) == (status, b"")
    assert got.content == (b"" if status in {204, 304} else HELLO)


async def test_a_body_shorter_than_its_length_breaks_off() -> None:
    short = Response(200, {"Content-Length": "99"}, HELLO)
    async with serve(lambda _request: short) as host, httpx.AsyncClient() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(f"http://{host}/")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"hello\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 100_000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
        (b"GET http://elsewhere/v2/ HTTP/1.1\r\nHost: x\r\n\r\n", b"404"),
        (b"GET /v2/%ff%00%zz/tags/list?%ff&&=x HTTP/1.1\r\nHost: \xff\r\n\r\n", b"400"),
    ],
)
async def test_what_is_no_request_is_refused(sent: bytes, status: bytes) -> None:
    async with running_registry() as running:
        answered = await exchange(running.host, sent)
    assert answered.startswith(b"HTTP/1.1 " + status)


async def test_too_large_a_body_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_server, "BODY_LIMIT", 100_000)
    async with running_registry() as running, httpx.AsyncClient(base_url=running.url) as client:
        response = await client.put("/v2/", content=b"x" * 100_000)
        assert response.status_code == 405
        response = await client.put("/v2/", content=b"x" * 100_001)
        assert response.status_code == 413
    assert len(running.registry.requests) == 1


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary() | st.binary().map(b"GET /v2/ HTTP/1.1\r\nHost: x\r\n".__add__))
async def test_no_bytes_stop_it(sent: bytes) -> None:
    async with running_registry() as running:
        await exchange(running.host, sent)
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{running.url}/v2/")).status_code == 200


async def test_leaving_ends_a_request_that_is_not_answered() -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def never(_request: Request) -> Response:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return Response(200)

    async with asyncio.timeout(SECONDS), httpx.AsyncClient(timeout=None) as client:  # noqa: S113
        async with serve(never) as host:
            asking = asyncio.create_task(client.get(f"http://{host}/"))
            await started.wait()
        assert ended.is_set()
        with pytest.raises(httpx.TransportError):
            await asking


async def test_leaving_ends_a_body_without_an_end() -> None:
    closed = asyncio.Event()

    async def drip() -> AsyncGenerator[bytes, None]:
        try:
            while True:
                yield b"."
                await asyncio.sleep(0.001)
        finally:
            closed.set()

    async with asyncio.timeout(SECONDS), httpx.AsyncClient() as client:
        async with serve(lambda _request: Response(200, body=drip())) as host:
            request = client.build_request("GET", f"http://{host}/")
            response = await client.send(request, stream=True)
            pieces = response.aiter_raw()
            assert (await anext(pieces)).startswith(b".")
        assert closed.is_set()
        await response.aclose()


async def test_a_client_that_goes_away_disturbs_nobody() -> None:
    async with running_registry() as running:
        name, _, port = running.host.partition(":")
        _, writer = await asyncio.open_connection(name, int(port))
        writer.write(b"PUT /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsome")
        await writer.drain()
        writer.transport.abort()
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{running.url}/v2/")).status_code == 200


async def test_nobody_listens_afterwards() -> None:
    async with running_registry() as running:
        pass
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"{running.url}/v2/")
    assert len(asyncio.all_tasks()) == 1

"""Registries that are down, slow, wrong or worse."""

import asyncio
import gc
import gzip
import json
import tracemalloc
from datetime import timedelta
from email.utils import format_datetime

import attrs
import httpx
import pytest

from support.registries import running_registry
from support.registry_world import AMD64, asked, parse, put
from tagwise.demo.http_message import Response
from tagwise.demo.images import Content
from tagwise.demo.registry import Registry
from tagwise.demo.registry_auth import TokenAuthority
from tagwise.errors import (
    ManifestUnknown,
    NameUnknown,
    RateLimited,
    RegistryProtocolError,
    RegistryUnreachable,
    UnsupportedMediaType,
)
from tagwise.oci import media_types
from tagwise.oci.digest import Digest
from tagwise.registry.hosts import RegistrySettings
from tagwise.registry.resolver import Source

TEXT = "r.example/app:1"


def body_of(*pieces, forever=False):
    async def generate():
        for piece in pieces:
            yield piece
        while forever:
            yield b" " * 65_536

    return generate()


async def failure(world, kind, *, text=TEXT):
    with pytest.raises(kind) as caught:
        await world.resolve(text)
    message = str(caught.value)
    assert parse(text).familiar in message or isinstance(caught.value, RateLimited)
    assert "r.example" in message
    return message


async def test_a_host_that_is_not_there(world):
    assert "no such host" in await failure(world, RegistryUnreachable)


async def test_a_host_that_hangs(world):
    async def hang(_):
        await asyncio.sleep(60)

    async with running_registry(Registry(interceptor=hang)) as running:
        world.restart(transport=httpx.AsyncHTTPTransport())
        with pytest.raises(RegistryUnreachable, match=r"no answer within 0\.2 s"):
            await world.resolve(f"{running.host}/app:1")


async def test_a_port_nobody_listens_on(world, unused_tcp_port):
    world.restart(transport=httpx.AsyncHTTPTransport())
    with pytest.raises(RegistryUnreachable, match="cannot be reached"):
        await world.resolve(f"127.0.0.1:{unused_tcp_port}/app:1")


async def test_a_web_page(world):
    page = Response(200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>")
    world.add("r.example", interceptor=lambda _: page)
    assert "web page" in await failure(world, RegistryProtocolError)


async def test_the_bytes_of_another_digest(world, image):
    registry = world.add("r.example")
    put(registry, "app", image, "1")
    wrong = Digest.of(b"something else")
    registry.put_manifest("app", str(wrong), image.top.body, media_types.OCI_INDEX)
    with pytest.raises(RegistryProtocolError, match="other content"):
        await world.resolve(f"r.example/app@{wrong}")
    assert world.store.read_blob(wrong) is None
    assert world.store.read_blob(image.digest) is None


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
async def test_a_head_that_states_another_digest(world, image, algorithm):
    """A digest may be called by another algorithm's (distribution-spec, "Pulling manifests")."""
    registry = world.add("r.example")
    stated = f"{algorithm}:{'0' * {'sha256': 64, 'sha512': 128}[algorithm]}"
    headers = {"Docker-Content-Digest": stated, "Content-Type": media_types.OCI_INDEX}
    registry.interceptor = lambda _: Response(200, headers)
    asking = world.resolver.digest(parse(f"r.example/app:1@{image.digest}"), fresh=True)
    if algorithm == "sha512":
        assert (await asking).digest == image.digest
    else:
        with pytest.raises(RegistryProtocolError, match="other content"):
            await asking


async def test_a_configuration_of_another_digest(world, image):
    def lie(request):
        return Response(200, {}, b"{}") if "/blobs/" in request.path else None

    put(world.add("r.example", interceptor=lie), "app", image, "1")
    await failure(world, RegistryProtocolError)


@pytest.mark.parametrize("status", [200, 404])
async def test_an_endless_body(world, status):
    headers = {"Content-Type": media_types.OCI_MANIFEST}
    world.add("r.example", interceptor=lambda _: Response(status, headers, body_of(forever=True)))
    if status == 200:
        assert "more than 4,194,304 bytes" in await failure(world, RegistryProtocolError)
    else:
        await failure(world, ManifestUnknown)


@pytest.mark.parametrize(
    ("path", "limit"),
    [("/token", "65,536"), ("/tags/list", "8,388,608"), ("/blobs/", "8,388,608")],
)
async def test_each_kind_of_body_has_a_limit_of_its_own(world, image, path, limit):
    registry = world.add("r.example", TokenAuthority())
    put(registry, "app", image, "1")
    endless = Response(200, {"Content-Type": "application/json"}, body_of(forever=True))
    registry.interceptor = lambda asks: endless if path in asks.path else None
    with pytest.raises(RegistryProtocolError, match=f"more than {limit} bytes"):
        await (world.client.tags(parse("r.example/app")) if "tags" in path else world.resolve(TEXT))


async def test_a_small_body_that_unpacks_to_a_huge_one(world):
    bomb = Response(200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 50_000_000))
    world.add("r.example", interceptor=lambda _: bomb)
    tracemalloc.start()
    try:
        assert "more than" in await failure(world, RegistryProtocolError)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize(("encoding", "body"), [("gzip", b"no gzip"), ("br", b"x")])
async def test_a_body_that_cannot_be_unpacked(world, encoding, body):
    answer = Response(200, {"Content-Encoding": encoding}, body)
    world.add("r.example", interceptor=lambda _: answer)
    await failure(world, RegistryProtocolError)


async def test_a_manifest_compressed_unasked_is_read(world, image):
    def pack(request):
        if request.path.endswith("/manifests/1"):
            headers = {"Content-Encoding": "gzip", "Content-Type": "text/plain"}
            return Response(200, headers, gzip.compress(image.top.body))
        return None

    registry = world.add("r.example", interceptor=pack)
    put(registry, "app", image, "1")
    assert (await world.resolve(TEXT)).digest == image.digest
    assert registry.requests[0].headers["Accept-Encoding"] == "identity"


async def test_schema_1_is_explained(world):
    body = json.dumps({"schemaVersion": 1, "fsLayers": []}).encode()
    registry = world.add("r.example")
    kind = "application/vnd.docker.distribution.manifest.v1+prettyjws"
    registry.put_manifest("app", "1", body, kind)
    assert "schema 1" in await failure(world, UnsupportedMediaType)
    with pytest.raises(UnsupportedMediaType):
        await world.resolver.digest(parse(TEXT), fresh=True)
    assert registry.requests[0].headers["Accept"] == media_types.ACCEPT


@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_a_429_never_becomes_another_request(world, image, method):
    hub = world.hub()
    put(hub, "library/app", image, "1")
    hub.interceptor = lambda request: (
        Response(429, {"Retry-After": "30"}, b'{"errors":[{"message":"pull rate limit"}]}')
        if request.method == method and "/manifests/" in request.path
        else None
    )
    with pytest.raises(RateLimited) as caught:
        await world.resolve("app:1")
    assert caught.value.retry_after == 30
    assert "pull limit" in str(caught.value) or method == "HEAD"
    expected = ["HEAD by 1", "GET by digest"] if method == "GET" else ["HEAD by 1"]
    assert asked(hub)[-len(expected) :] == expected


async def test_a_date_to_come_back_at(world):
    at = format_datetime(world.now + timedelta(minutes=2), usegmt=True)
    world.add("r.example", interceptor=lambda _: Response(429, {"Retry-After": at}))
    with pytest.raises(RateLimited) as caught:
        await world.resolve(TEXT)
    assert caught.value.retry_after == 120


@pytest.mark.parametrize("text", ["", "soon", "-1", "9" * 400, "714.6µs", "Mon, 99 Foo 20 x"])
async def test_a_retry_after_that_says_nothing(world, text):
    headers = [("Retry-After", text.encode("ascii", "replace").decode())]
    world.add("r.example", interceptor=lambda _: Response(429, headers))
    with pytest.raises(RateLimited) as caught:
        await world.resolve(TEXT)
    assert caught.value.retry_after is None


async def test_a_tag_or_a_repository_that_is_not_there(world, image):
    registry = world.add("r.example")
    message = await failure(world, NameUnknown)
    assert message.endswith("not found on r.example, or is private")
    put(registry, "app", image, "2")
    world.pass_time(minutes=1)
    await failure(world, ManifestUnknown)


@pytest.mark.parametrize("status", [500, 503])
async def test_a_registry_in_trouble(world, status):
    world.add("r.example", interceptor=lambda _: Response(status))
    with pytest.raises(RegistryUnreachable, match="try again later"):
        await world.resolve(TEXT)


@pytest.mark.parametrize("answer", [Response(405), Response(501), Response(200)])
async def test_a_head_that_is_of_no_use_becomes_a_get(world, image, answer):
    registry = world.add("r.example")
    put(registry, "app", image, "1")
    registry.interceptor = lambda request: answer if request.method == "HEAD" else None
    assert (await world.resolver.digest(parse(TEXT), fresh=True)).digest == image.digest
    assert asked(registry) == ["HEAD by 1", "GET by 1"]


@pytest.mark.parametrize("damage", ["flipped", "cut short", "emptied"])
async def test_what_has_gone_bad_on_disk_is_fetched_again(world, image, damage):
    registry = world.add("r.example")
    put(registry, "app", image, "1")
    good = await world.resolve(TEXT)
    asked(registry)
    blobs = list((world.folder / "images" / "blobs" / "sha256").iterdir())
    assert len(blobs) == 3
    for blob in blobs:
        content = bytearray(blob.read_bytes())
        content[len(content) // 2] ^= 1
        kept = {"flipped": len(content), "cut short": len(content) // 2, "emptied": 0}[damage]
        blob.write_bytes(content[:kept])
    assert await world.resolve(TEXT) == attrs.evolve(good, source=Source.STORE)
    assert asked(registry) == ["GET by digest", "GET by digest", "GET blob digest"]
    await world.resolve(TEXT)
    assert asked(registry) == []


async def test_an_index_whose_manifest_is_something_else(world, image):
    registry = world.add("r.example")
    config = image.blobs[0]
    entry = {
        "mediaType": media_types.OCI_MANIFEST,
        "digest": str(config.digest),
        "size": len(config.body),
        "platform": {"os": "linux", "architecture": "amd64"},
    }
    body = json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode()
    put(registry, "app", image, "good")
    await world.resolve("r.example/app:good")
    registry.put_manifest("app", "1", body, media_types.OCI_INDEX)
    registry.put_manifest("app", str(config.digest), config.body, media_types.OCI_MANIFEST)
    await failure(world, UnsupportedMediaType)


async def test_cancelling_one_asker_does_not_disturb_another(world, image):
    gate = asyncio.Event()

    async def wait(_):
        await gate.wait()

    registry = world.add("r.example", interceptor=wait)
    put(registry, "app", image, "1")
    first, second = (asyncio.create_task(world.resolve(TEXT)) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert (await second).digest == image.digest
    assert first.cancelled()
    assert asked(registry) == ["GET by 1", "GET by digest", "GET blob digest"]


async def test_a_flight_nobody_waits_for_any_more_may_fail_in_silence(world, caplog):
    async def late(_):
        await asyncio.sleep(0.01)
        return Response(500)

    registry = world.add("r.example", interceptor=late)
    asker = asyncio.create_task(world.resolve(TEXT))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asker.cancel()
    await asyncio.sleep(0.05)
    assert [request.status for request in registry.requests] == [500]
    del asker
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_closing_ends_what_is_under_way(world):
    async def hang(_):
        await asyncio.sleep(60)

    world.add("r.example", interceptor=hang)
    asker = asyncio.create_task(world.resolve(TEXT))
    await asyncio.sleep(0.01)
    await world.client.aclose()
    with pytest.raises(asyncio.CancelledError):
        await asker


async def test_mirrors_are_asked_in_order_and_the_registry_last(world, image):
    first = world.add("first.example", interceptor=lambda _: Response(503))
    second = world.add("second.example")
    hub = world.hub()
    put(second, "hub/library/app", image, "1")
    put(hub, "library/app", image, "2")
    world.settings["docker.io"] = RegistrySettings(
        mirrors=("first.example", "https://second.example/hub/")
    )
    resolution = await world.resolve("app:1")
    assert resolution.digest == image.digest
    assert [request.query.get("ns") for request in second.requests] == ["docker.io"] * 3
    assert (len(first.requests), hub.requests) == (3, [])

    await world.resolver.digest(parse("app:2"))
    assert asked(hub) == ["HEAD by 2", "GET token", "HEAD by 2"]


async def test_what_a_mirror_said_is_told_where_the_registry_does_not_help(world, image):
    """Behind a company's mirror Docker Hub is out of reach: that is not what is wrong."""
    put(world.add("mirror.example"), "other", image, "1")
    world.settings["r.example"] = RegistrySettings(mirrors=("mirror.example", "gone.example"))
    text = "r.example/app:1"
    for _ in range(2):
        with pytest.raises(RegistryUnreachable) as caught:
            await world.resolve(text)
        assert str(caught.value).startswith("r.example cannot be reached for r.example/app:1: ")
        assert "(before that: r.example/app:1 was not found on mirror.example" in str(caught.value)
        assert str(caught.value).count("before that") == 1
        assert "gone.example" not in str(caught.value)
    world.registries.clear()
    world.pass_time(seconds=31)
    with pytest.raises(RegistryUnreachable) as caught:
        await world.resolve(text)
    assert "before that" not in str(caught.value)


async def test_a_mirror_may_be_all_there_is(world, image):
    world.add("mirror.example")
    put(world.hub(), "library/app", image, "1")
    world.settings["docker.io"] = RegistrySettings(mirrors=("mirror.example",), upstream=False)
    with pytest.raises(NameUnknown) as caught:
        await world.resolver.resolve(parse("app:1"), platform=AMD64)
    assert caught.value.host == "mirror.example"


@pytest.mark.parametrize("what", ["manifest", "config"])
async def test_a_size_that_is_a_lie(world, image, what):
    registry = world.add("r.example")
    put(registry, "app", image)
    document = json.loads(image.top.body)
    if what == "manifest":
        for entry in document["manifests"]:
            entry["size"] += 1
    else:
        first = document["manifests"][0]
        manifest = json.loads(
            next(m.body for m in image.manifests if str(m.digest) == first["digest"])
        )
        manifest["config"]["size"] -= 1
        document = manifest
    body = json.dumps(document).encode()
    kind = media_types.OCI_INDEX if what == "manifest" else media_types.OCI_MANIFEST
    registry.put_manifest("app", "1", body, kind)
    assert "bytes, where" in await failure(world, RegistryProtocolError)


async def test_a_type_that_is_a_lie(world, image):
    registry = world.add("r.example")
    manifest = next(each for each in image.manifests if each.media_type == media_types.OCI_MANIFEST)
    registry.put_manifest("app", "1", manifest.body, media_types.OCI_INDEX)
    await failure(world, UnsupportedMediaType)


async def test_an_index_that_contains_itself(world):
    registry = world.add("r.example")
    own = Digest.of(b"whatever it says it is")
    entry = {"mediaType": media_types.OCI_INDEX, "digest": str(own), "size": 300}
    body = json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode()
    registry.put_manifest("app", "1", body, media_types.OCI_INDEX)
    registry.put_manifest("app", str(own), body, media_types.OCI_INDEX)
    await failure(world, RegistryProtocolError)
    assert len(registry.requests) == 2


async def test_an_index_of_a_hundred_indexes(world, image):
    registry = world.add("r.example")
    entries = []
    for number in range(100):
        document = {"schemaVersion": 2, "manifests": [], "annotations": {"n": str(number)}}
        nested = Content.of_document(media_types.OCI_INDEX, document)
        registry.put_manifest("app", str(nested.digest), nested.body, nested.media_type)
        entries.append(nested.descriptor())
    index = Content.of_document(media_types.OCI_INDEX, {"schemaVersion": 2, "manifests": entries})
    registry.put_manifest("app", "1", index.body, index.media_type)
    assert (await world.resolve(TEXT)).images == ()
    assert len(registry.requests) == 1 + 16


@pytest.mark.parametrize("where", ["manifest", "token", "tags", "error"])
async def test_brackets_a_hundred_thousand_deep(world, where):
    deep = b"[" * 100_000 + b"]" * 100_000
    paths = {"manifest": "/manifests/", "token": "/token", "tags": "/tags/", "error": "/manifests/"}
    registry = world.add("r.example", TokenAuthority() if where == "token" else None)
    status = 404 if where == "error" else 200
    body = b'{"token": ' + deep[:60_000] + b"}" if where == "token" else deep
    registry.interceptor = lambda r: Response(status, {}, body) if paths[where] in r.path else None
    if where == "tags":
        with pytest.raises(RegistryProtocolError):
            await world.client.tags(parse(TEXT))
        return
    kinds = {"error": ManifestUnknown, "manifest": UnsupportedMediaType}
    await failure(world, kinds.get(where, RegistryProtocolError))


async def test_a_host_that_times_out_itself(world):
    world.add("r.example", interceptor=lambda _: Response(408))
    with pytest.raises(RegistryUnreachable, match=r"in trouble \(408"):
        await world.resolve(TEXT)

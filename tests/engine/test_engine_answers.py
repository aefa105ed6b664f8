"""The shapes of Docker 20 to 29, of containerd's store and of Podman, and an engine's failures."""

import asyncio
import base64
import json
from datetime import UTC, datetime

import pytest

from support.engines import Says, client_of, fake_engine, said
from tagwise.engine.models import LocalManifest, RegistryLogin
from tagwise.errors import EngineError, EngineUnreachable, ImageInUse, NoSuchImage
from tagwise.ide import phrases
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference

IMAGE = ImageReference.parse("ghcr.io/acme/api:1.4")
ID = "sha256:" + "a" * 64


def lines(*documents, **options):
    return Says(tuple(json.dumps(each).encode() + b"\r\n" for each in documents), **options)


async def images(document, **options):
    async with (
        fake_engine({"GET /images/json": said(document)}, **options) as engine,
        client_of(engine.address) as client,
    ):
        return await client.images()


@pytest.mark.parametrize("none", [None, [], ["<none>:<none>"]])
async def test_a_dangling_image(none):
    digests = ["<none>@<none>"] if none else none
    listed = {"Id": ID, "RepoTags": none, "RepoDigests": digests, "Created": 1, "Size": 3}
    (image,) = await images([{**listed, "SharedSize": -1, "Containers": -1, "Labels": None}])
    assert image.is_dangling
    assert (image.digests, image.shared_size, image.containers) == ((), None, None)
    assert image.created == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


async def test_a_list_that_go_writes_as_null():
    assert await images(None) == ()


@pytest.mark.parametrize(
    ("said", "size", "shared"),
    [
        (2**63 - 1, 2**63 - 1, 2**63 - 1),
        (2**63, 0, None),
        (10**400, 0, None),
        (-1, 0, None),
        (-(10**400), 0, None),
        (1.5, 0, None),
    ],
    ids=["most", "more", "far more", "less than none", "far less", "a fraction"],
)
async def test_a_number_that_no_engine_counts_to(said, size, shared):
    (image,) = await images([{"Id": ID, "Size": said, "SharedSize": said, "Created": said}])
    assert (image.size, image.shared_size) == (size, shared)
    assert phrases.size(image.size)


async def test_an_old_engine_says_virtual_size():
    (image,) = await images([{"Id": ID, "VirtualSize": 7}], api="1.24")
    assert image.size == 7


async def test_manifests_of_containerds_store():
    platform = {"os": "linux", "architecture": "arm64", "variant": "v8"}
    kept = {
        "ID": "sha256:1",
        "Available": True,
        "Size": {"Total": 9},
        "Kind": "image",
        "ImageData": {"Platform": platform},
    }
    attestation = {"ID": "sha256:2", "Available": False, "Kind": "attestation"}
    (image,) = await images([{"Id": ID, "Manifests": [kept, attestation]}], api="1.47")
    assert image.manifests == (
        LocalManifest("sha256:1", Platform("linux", "arm64"), available=True, size=9),
        LocalManifest("sha256:2", None, available=False, size=0),
    )


@pytest.mark.parametrize(
    ("theirs", "spoken"), [("1.24", "/v1.24/"), ("1.43", "/v1.43/"), ("1.99", "/v1.52/")]
)
async def test_the_version_is_negotiated(theirs, spoken):
    async with fake_engine(api=theirs) as engine, client_of(engine.address) as client:
        with pytest.raises(EngineError):
            await client.containers()
        assert engine.asked[-1] == f"GET {spoken}containers/json?all=1"


async def test_an_engine_too_old_is_told_so():
    async with fake_engine(api="1.18") as engine, client_of(engine.address) as client:
        with pytest.raises(EngineError, match=r"speaks version 1\.18.*1\.24 is needed"):
            await client.images()


async def test_credentials_go_in_their_header_and_nowhere_else():
    login = RegistryLogin("me", "pässword", server="ghcr.io")
    answers = {"POST /images/create": lines({"status": "Digest: sha256:1"})}
    async with fake_engine(answers) as engine, client_of(engine.address) as client:
        await client.pull(IMAGE, platform=Platform("linux", "arm64"), login=login)
    assert engine.asked[-1].endswith(
        "/images/create?fromImage=ghcr.io%2Facme%2Fapi&tag=1.4&platform=linux%2Farm64"
    )
    sent = json.loads(base64.urlsafe_b64decode(engine.headers[-1]["x-registry-auth"]))
    assert sent == {"username": "me", "password": "pässword", "serveraddress": "ghcr.io"}
    assert "pässword" not in repr(login)


async def test_a_name_with_everything_in_it():
    name = "a b/ä?x=1&y#z:%"
    async with fake_engine() as engine, client_of(engine.address) as client:
        with pytest.raises(EngineError):
            await client.inspect(name)
    assert engine.asked[-1] == "GET /v1.43/images/a%20b/%C3%A4%3Fx%3D1%26y%23z:%25/json"


@pytest.mark.parametrize("name", ["", "../containers/web", "a/./b", "a//b", ".."])
async def test_a_name_leads_to_images_only(name):
    async with fake_engine() as engine, client_of(engine.address) as client:
        with pytest.raises(NoSuchImage, match="is no name of an image"):
            await client.remove(name)
    assert not any("DELETE" in each for each in engine.asked)


async def test_an_engine_that_dies_in_the_middle():
    answers = {"POST /images/create": lines({"status": "Waiting", "id": "a"}, dies=True)}
    async with fake_engine(answers) as engine, client_of(engine.address) as client:
        with pytest.raises(EngineUnreachable, match="the connection broke off"):
            await client.pull(IMAGE)


async def test_an_engine_that_never_answers():
    async with (
        fake_engine({"GET /_ping": Says((), hangs=True)}) as engine,
        client_of(engine.address, seconds=0.1) as client,
    ):
        with pytest.raises(EngineUnreachable, match="did not answer in time"):
            await client.images()


async def dripping(later):
    while True:
        await asyncio.sleep(0.05)
        later.put_nowait(b" ")


@pytest.mark.parametrize("path", ["/version", "/images/json"])
async def test_an_engine_that_answers_drop_by_drop(path):
    later = asyncio.Queue()
    answers = {f"GET {path}": Says((b"[",), later=later)}
    api = "" if path == "/version" else "1.43"
    drops = asyncio.create_task(dripping(later))
    async with (
        fake_engine(answers, api=api) as engine,
        client_of(engine.address, seconds=0.2) as client,
        asyncio.timeout(20),
    ):
        with pytest.raises(EngineUnreachable, match="did not answer in time"):
            await client.images()
    drops.cancel()


async def test_an_engine_that_does_not_begin_to_tell_what_happens():
    async with (
        fake_engine({"GET /events": Says((), hangs=True)}) as engine,
        client_of(engine.address, seconds=0.1) as client,
        asyncio.timeout(20),
    ):
        with pytest.raises(EngineUnreachable, match="did not answer in time"):
            async with client.events():
                pass


async def removed(client):
    return await client.remove("x")


async def pruned(client):
    return (await client.prune()).removed


@pytest.mark.parametrize("work", [removed, pruned])
async def test_what_an_engine_answers_only_when_it_is_done_may_take_its_time(work):
    later = asyncio.Queue()
    slow = Says((), later=later, slow=True)
    answers = {"DELETE /images/x": slow, "POST /images/prune": slow}
    async with (
        fake_engine(answers) as engine,
        client_of(engine.address, seconds=0.1) as client,
        asyncio.timeout(20),
    ):
        task = asyncio.create_task(work(client))
        await asyncio.wait({task}, timeout=1)
        assert not task.done()
        rows = b'[{"Deleted": "x"}]'
        later.put_nowait(rows if work is removed else b'{"ImagesDeleted": %b}' % rows)
        later.put_nowait(None)
        assert (await task).deleted == ("x",)


async def test_a_cancelled_pull_leaves_the_engine():
    answers = {"POST /images/create": lines({"status": "Waiting", "id": "a"}, hangs=True)}
    async with fake_engine(answers) as engine, client_of(engine.address) as client:
        begun = asyncio.Event()
        task = asyncio.create_task(client.pull(IMAGE, report=lambda _: begun.set()))
        async with asyncio.timeout(10):
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await engine.left.wait()


async def test_a_full_disk():
    message = "write /var/lib/docker/tmp/GetImageBlob1: no space left on device"
    answers = {"POST /images/create": lines({"errorDetail": {"message": message}})}
    async with fake_engine(answers) as engine, client_of(engine.address) as client:
        with pytest.raises(EngineError, match=r"its disk is full.*tagwise prune"):
            await client.pull(IMAGE)


async def test_a_client_that_was_left():
    async with fake_engine({"GET /images/json": said([])}) as engine:
        async with client_of(engine.address) as client:
            await client.images()
        for work in (client.images(), client.past_pulls(datetime.now(UTC)), client.pull(IMAGE)):
            with pytest.raises(EngineUnreachable, match="was left meanwhile: try again"):
                await work


async def test_no_socket():
    async with client_of("unix:///nowhere/engine.sock") as client:
        with pytest.raises(EngineUnreachable, match="nothing listens there: start Docker"):
            await client.images()


async def test_a_program_that_is_not_installed():
    with pytest.raises(EngineUnreachable, match="reached through the docker command"):
        async with client_of("ssh://me@far", find=lambda _: None):
            pass


async def test_what_is_no_json():
    answers = {"GET /images/json": Says((b"<html>",))}
    async with fake_engine(answers) as engine, client_of(engine.address) as client:
        with pytest.raises(EngineError, match="cannot be read"):
            await client.images()


async def test_nesting_is_bounded_in_a_list_too():
    answers = {"GET /images/json": Says((b"[" * 200_000,))}
    async with fake_engine(answers) as engine, client_of(engine.address) as client:
        with pytest.raises(EngineError, match="nests deeper than 100 levels"):
            await client.images()


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (b'{"Id": "x"}', 0),
        (b'"images"', 0),
        (b"7", 0),
        (b"1e400", 0),
        (b'[7, "x", null, [], {}, {"Id": 7, "RepoTags": {"a": 1}, "Size": "9", "Created": {}}]', 1),
        (b'[{"Id": "\xff\xfe", "Size": 1e400, "Created": 1e400, "Labels": [1]}]', 1),
        (b'[{"Id": "\\ud800", "Size": true, "RepoTags": "x:1"}]', 1),
    ],
)
async def test_wrong_types_are_empty(body, rows):
    answers = {"GET /images/json": Says((body,))}
    async with fake_engine(answers) as engine, client_of(engine.address) as client:
        listed = await client.images()
    assert len(listed) == rows
    assert all(image.created == datetime(1970, 1, 1, tzinfo=UTC) for image in listed)


@pytest.mark.parametrize(("word", "helps"), [("must be forced", True), ("cannot be forced", False)])
async def test_who_uses_an_image(word, helps):
    conflict = f"conflict: unable to delete x ({word}) - container abc is using it"
    container = {"Id": "c" * 64, "Names": ["/web", "/web/alias"], "ImageID": ID, "Image": "x"}
    answers = {
        "DELETE /images/x": said({"message": conflict}, status=409),
        "GET /images/x/json": said({"Id": ID}),
        "GET /containers/json": said([container, {"Id": "d", "ImageID": "other"}]),
    }
    async with fake_engine(answers) as engine, client_of(engine.address) as client:
        with pytest.raises(ImageInUse, match="used by web") as caught:
            await client.remove("x")
    assert caught.value.containers == ("web",)
    assert caught.value.can_be_forced is helps


@pytest.mark.parametrize(
    ("message", "is_used"),
    [
        ("unable to delete {} (must be forced) - image is referenced in multiple repositories", 0),
        ("unable to delete {} (cannot be forced) - image has dependent child images", 0),
        ("reading {}: permission denied", 0),
        (
            (
                'unable to remove repository reference "{}" (must force) - container c is using its'
                " referenced image 1"
            ),
            1,
        ),
        ("unable to delete 1 (cannot be forced) - image is being used by running container c", 1),
        ("unable to delete 1 (must be forced) - image is being used by stopped container c", 1),
        ("Image used by c: image is in use by a container", 1),
        (
            "image used by c: image is in use by a container: consider listing external containers",
            1,
        ),
    ],
)
@pytest.mark.parametrize("name", ["ghcr.io/containers/podman", "x/in-use", "x/container"])
async def test_a_refusal_is_about_use_by_the_engines_words_not_by_the_name(message, is_used, name):
    answers = {
        f"DELETE /images/{name}": said({"message": message.format(name)}, status=409),
        f"GET /images/{name}/json": said({"Id": ID}),
        "GET /containers/json": said([]),
    }
    async with fake_engine(answers) as engine, client_of(engine.address) as client:
        with pytest.raises(EngineError) as caught:
            await client.remove(name)
    assert isinstance(caught.value, ImageInUse) is bool(is_used)


@pytest.mark.parametrize(
    "message",
    [
        "No such image: x:latest",
        "no such image: x:latest: No such image: x:latest",  # dockerd 20.10
        "failed to find image x:latest: docker.io/library/x:latest: No such image",  # podman 4.3
        "failed to find image x:latest: docker.io/library/x:latest: image not known",
    ],
)
async def test_no_such_image_is_said_once(message):
    answers = {"GET /images/x/json": said({"message": message}, status=404)}
    async with fake_engine(answers) as engine, client_of(engine.address) as client:
        with pytest.raises(NoSuchImage) as raised:
            await client.inspect("x")
    assert str(raised.value) == "No such image: x:latest"


async def test_events_end_with_their_block():
    event = {"Action": "tag", "Actor": {"ID": ID, "Attributes": {"name": "x:1"}}, "time": 5}
    answers = {"GET /events": lines(event, hangs=True)}
    async with fake_engine(answers) as engine, client_of(engine.address) as client:
        async with client.events() as events:
            seen = await anext(events)
        assert (seen.action, seen.id, seen.name) == ("tag", ID, "x:1")
        async with asyncio.timeout(10):
            await engine.left.wait()

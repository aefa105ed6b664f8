"""The embedded registry against real programs: Debian's docker-registry, and skopeo.

The same conversation is held with docker-registry 2.8 and with ours; statuses, the headers that
clients use and error codes must be equal.  Left out is what 2.8 does not do: tags paging, referrers,
chunks out of order (it takes them), ranges past the end (it breaks off), a code with its 405, and
NAME_UNKNOWN for anything but tags lists.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import attrs
import httpx
import pytest

from support import real_parts
from support.registries import running_registry
from tagwise.demo.images import BuiltImage
from tagwise.demo.registry import Registry
from tagwise.demo.registry_auth import BasicAuthority, TokenAuthority
from tagwise.oci.digest import Digest
from tagwise.oci.media_types import OCI_INDEX, OCI_MANIFEST
from tagwise.oci.platform import LINUX_AMD64

HELLO = b"hello, registry"
HELLO_DIGEST = str(Digest.of(HELLO))
ABSENT = str(Digest.of(b"absent"))
COMPARED = (
    "Accept-Ranges",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "Docker-Content-Digest",
    "Docker-Distribution-Api-Version",
    "Location",
    "Range",
)


@attrs.frozen
class Heard:
    """What of an answer is compared."""

    request: str
    status: int
    headers: tuple[tuple[str, str], ...]
    error: str | None


@attrs.define
class Conversation:
    """Talks to one registry and keeps what was heard."""

    client: httpx.AsyncClient
    heard: list[Heard] = attrs.field(factory=list)

    async def say(self, method: str, path: str, **options) -> httpx.Response:
        response = await self.client.request(method, path, **options)
        said = f"{method} {normalised(str(response.request.url))}"
        headers = tuple(
            (name, normalised(response.headers[name]))
            for name in COMPARED
            if name in response.headers and is_comparable(name, response)
        )
        self.heard.append(Heard(said, response.status_code, headers, error_code(response)))
        return response

    async def upload(self) -> str:
        response = await self.say("POST", "/v2/demo/app/blobs/uploads/")
        return response.headers["Location"]


def normalised(text: str) -> str:
    """Leave out of an address what is each registry's own: its host, session and state."""
    text = re.sub(r"http://127\.0\.0\.1:\d+", "", text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "SESSION", text)
    return re.sub(r"\?_state=[^&]*&?", "?", text).rstrip("?")


def is_comparable(name: str, response: httpx.Response) -> bool:
    """The wording of an error is free, and with it its length and the spelling of its type."""
    return not (response.is_error and name in {"Content-Length", "Content-Type"})


def error_code(response: httpx.Response) -> str | None:
    if not response.is_error or response.status_code == httpx.codes.METHOD_NOT_ALLOWED:
        return None
    if response.request.method == "HEAD":
        return None
    return response.json()["errors"][0]["code"]


async def chunks(talk: Conversation) -> None:
    location = await talk.upload()
    first = await talk.say("PATCH", location, content=HELLO[:5], headers=octets("0-4"))
    await talk.say("GET", first.headers["Location"])
    second = await talk.say(
        "PATCH", first.headers["Location"], content=HELLO[5:], headers=octets("5-14")
    )
    await talk.say("PUT", with_digest(second, HELLO_DIGEST), headers={"Content-Length": "0"})


async def stream(talk: Conversation) -> None:
    location = await talk.upload()
    patched = await talk.say("PATCH", location, content=HELLO, headers=octets())
    await talk.say("PUT", with_digest(patched, HELLO_DIGEST))


async def refused_uploads(talk: Conversation) -> None:
    opened = await talk.say("POST", "/v2/demo/app/blobs/uploads/")
    wrong = with_digest(opened, ABSENT)
    await talk.say("PUT", wrong, content=HELLO, headers=octets())
    opened = await talk.say("POST", "/v2/demo/app/blobs/uploads/")
    await talk.say("PUT", opened.headers["Location"], content=HELLO, headers=octets())
    opened = await talk.say("POST", "/v2/demo/app/blobs/uploads/")
    await talk.say("DELETE", opened.headers["Location"])
    await talk.say("GET", opened.headers["Location"])


async def mount(talk: Conversation) -> None:
    await stream(talk)
    query = {"mount": HELLO_DIGEST, "from": "demo/app"}
    await talk.say("POST", "/v2/demo/other/blobs/uploads/", params=query)
    await talk.say("HEAD", f"/v2/demo/other/blobs/{HELLO_DIGEST}")
    query = {"mount": ABSENT, "from": "demo/app"}
    await talk.say("POST", "/v2/demo/other/blobs/uploads/", params=query)


async def blobs(talk: Conversation) -> None:
    await stream(talk)
    path = f"/v2/demo/app/blobs/{HELLO_DIGEST}"
    await talk.say("GET", path)
    await talk.say("HEAD", path)
    for span in ("0-4", "7-", "-8", "0-0", "3-999"):
        await talk.say("GET", path, headers={"Range": f"bytes={span}"})
    await talk.say("GET", f"/v2/demo/app/blobs/{ABSENT}")
    await talk.say("HEAD", f"/v2/demo/app/blobs/{ABSENT}")
    await talk.say("DELETE", path)
    await talk.say("GET", path)
    await talk.say("DELETE", path)


async def images(talk: Conversation) -> None:
    image = real_parts.two_platform_image()
    await real_parts.push_image(talk.client, "demo/app", image, "1.0", "latest")
    path = "/v2/demo/app/manifests"
    accept = {"Accept": f"{OCI_INDEX}, {OCI_MANIFEST}"}
    for reference in ("1.0", str(image.digest), str(image.platforms[LINUX_AMD64])):
        got = await talk.say("GET", f"{path}/{reference}", headers=accept)
        assert str(Digest.of(got.content)) == got.headers["Docker-Content-Digest"]
        await talk.say("HEAD", f"{path}/{reference}", headers=accept)
    for manifest in image.manifests:
        headers = {"Content-Type": manifest.media_type}
        await talk.say("PUT", f"{path}/{manifest.digest}", content=manifest.body, headers=headers)
    await talk.say("GET", f"{path}/absent", headers=accept)
    await talk.say("HEAD", f"{path}/{ABSENT}", headers=accept)
    await talk.say("GET", "/v2/demo/app/tags/list")
    await talk.say("GET", "/v2/demo/absent/tags/list")
    await talk.say("DELETE", f"{path}/{image.digest}")
    await talk.say("GET", f"{path}/{image.digest}", headers=accept)
    await talk.say("GET", f"{path}/1.0", headers=accept)


async def refused_manifests(talk: Conversation) -> None:
    path = "/v2/demo/app/manifests"
    image = real_parts.two_platform_image()
    headers = {"Content-Type": OCI_INDEX}
    await talk.say("PUT", f"{path}/1.0", content=image.top.body, headers=headers)
    await talk.say("PUT", f"{path}/{ABSENT}", content=image.top.body, headers=headers)
    headers = {"Content-Type": OCI_MANIFEST}
    await talk.say("PUT", f"{path}/1.0", content=image.manifests[0].body, headers=headers)
    await talk.say("PUT", f"{path}/1.0", content=b"{", headers=headers)


async def support(talk: Conversation) -> None:
    await talk.say("GET", "/v2/")
    await talk.say("POST", "/v2/demo/app/manifests/1.0")
    await talk.say("PUT", f"/v2/demo/app/blobs/{HELLO_DIGEST}")


def octets(span: str | None = None) -> dict[str, str]:
    headers = {"Content-Type": "application/octet-stream"}
    return {**headers, "Content-Range": span} if span else headers


def with_digest(response: httpx.Response, digest: str) -> httpx.URL:
    location = response.request.url.join(response.headers["Location"])
    return location.copy_merge_params({"digest": digest})


@pytest.mark.parametrize(
    "subject",
    [support, chunks, stream, refused_uploads, mount, blobs, images, refused_manifests],
)
async def test_answers_like_docker_registry(subject: Callable) -> None:
    theirs = await held_with(real_parts.debian_registry(), subject)
    ours = await held_with(running_registry(), subject)
    assert ours == theirs


async def held_with(registry: AbstractAsyncContextManager, subject: Callable) -> list[Heard]:
    async with registry as running, httpx.AsyncClient(base_url=running.url) as client:
        talk = Conversation(client)
        await subject(talk)
        return talk.heard


async def test_asks_for_a_password_like_docker_registry() -> None:
    users = {real_parts.USER: real_parts.PASSWORD}
    ours = running_registry(Registry(BasicAuthority(users, realm="tests")))
    theirs = real_parts.debian_registry(needs_password=True)
    assert await logged_in(ours) == await logged_in(theirs)


async def logged_in(registry: AbstractAsyncContextManager) -> list[tuple[int, str]]:
    async with registry as running, httpx.AsyncClient(base_url=running.url) as client:
        answers = [
            await client.get("/v2/"),
            await client.get("/v2/", auth=(real_parts.USER, "wrong")),
            await client.get("/v2/", auth=(real_parts.USER, real_parts.PASSWORD)),
        ]
    return [(answer.status_code, answer.headers.get("WWW-Authenticate", "")) for answer in answers]


async def test_docker_registry_mirrors_ours() -> None:
    image = real_parts.two_platform_image()
    async with running_registry() as upstream:
        async with httpx.AsyncClient(base_url=upstream.url) as client:
            await real_parts.push_image(client, "demo/app", image, "1.0")
        async with (
            real_parts.debian_registry(mirror_of=upstream.url) as mirror,
            httpx.AsyncClient(base_url=mirror.url) as client,
        ):
            headers = {"Accept": OCI_INDEX}
            got = await client.get("/v2/demo/app/manifests/1.0", headers=headers)
            assert got.content == image.top.body
            blob = image.blobs[-1]
            got = await client.get(f"/v2/demo/app/blobs/{blob.digest}")
            assert got.content == blob.body


async def skopeo(*arguments: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        real_parts.require("skopeo"),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            out, errors = await process.communicate()
    finally:
        await real_parts.end(process)
    assert process.returncode == 0, errors.decode()
    return out


@asynccontextmanager
async def pushed_image() -> AsyncGenerator[tuple[str, BuiltImage], None]:
    image = real_parts.two_platform_image()
    async with running_registry() as running:
        async with httpx.AsyncClient(base_url=running.url) as client:
            await real_parts.push_image(client, "demo/app", image, "1.0")
        yield f"docker://{running.host}/demo/app", image


async def test_skopeo_reads_an_index() -> None:
    async with pushed_image() as (name, image):
        raw = await skopeo("inspect", "--tls-verify=false", "--raw", f"{name}:1.0")
        assert raw == image.top.body
        told = json.loads(await skopeo("inspect", "--tls-verify=false", f"{name}:1.0"))
    assert (told["Digest"], told["RepoTags"]) == (str(image.digest), ["1.0"])
    assert (told["Os"], len(told["Layers"])) == ("linux", 2)
    assert told["Labels"] == {"org.opencontainers.image.source": "https://example.com/demo/app"}


async def test_skopeo_copies_within_ours_and_out_and_back(tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    copy = ("--policy", str(policy), "copy", "--all")
    folder = f"dir:{tmp_path / 'copied'}"
    async with pushed_image() as (name, image):
        await skopeo(*copy, "--src-tls-verify=false", f"{name}:1.0", folder)
        await skopeo(*copy, "--dest-tls-verify=false", folder, f"{name}/again:2.0")
        insecure = ("--src-tls-verify=false", "--dest-tls-verify=false")
        await skopeo(*copy, *insecure, f"{name}:1.0", f"{name}/mounted:3.0")
        for again in (f"{name}/again:2.0", f"{name}/mounted:3.0"):
            raw = await skopeo("inspect", "--tls-verify=false", "--raw", again)
            assert str(Digest.of(raw)) == str(image.digest)


async def test_skopeo_logs_in_for_a_token() -> None:
    registry = Registry(TokenAuthority(users={"ann": "secret"}, is_public=lambda _name: False))
    manifest = real_parts.two_platform_image().manifests[0]
    registry.put_manifest("demo/app", "1.0", manifest.body, manifest.media_type)
    async with running_registry(registry) as running:
        name = f"docker://{running.host}/demo/app:1.0"
        options = ("--tls-verify=false", "--raw", "--creds", "ann:secret")
        assert await skopeo("inspect", *options, name) == manifest.body
    asked = [(request.path, request.is_authorized) for request in registry.requests]
    assert ("/token", True) in asked

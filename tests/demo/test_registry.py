"""The registry's protocol.  Sections named are those of the OCI distribution specification 1.1."""

import hashlib
import json
from collections.abc import AsyncGenerator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.registries import client_over
from tagwise.demo.http_message import Request, Response
from tagwise.demo.registry import Registry
from tagwise.demo.registry_push import MANIFEST_LIMIT
from tagwise.demo.registry_store import UPLOADS_LIMIT
from tagwise.oci.digest import Digest
from tagwise.oci.media_types import OCI_CONFIG, OCI_INDEX, OCI_MANIFEST

HELLO = b"hello, registry"
HELLO_DIGEST = Digest.of(HELLO)
ABSENT = Digest.of(b"absent")
MANIFESTS = "/v2/demo/app/manifests"
BLOBS = "/v2/demo/app/blobs"
TAGS = "/v2/demo/app/tags/list"


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
async def client(registry: Registry) -> AsyncGenerator[httpx.AsyncClient, None]:
    async with client_over({"registry.test": registry}, base_url="https://registry.test") as client:
        yield client


def code(response: httpx.Response) -> tuple[int, str]:
    (error,) = response.json()["errors"]
    assert error["message"]
    return response.status_code, error["code"]


def manifest_of(*layers: Digest, **fields: object) -> bytes:
    links = [{"mediaType": "x/y", "digest": str(layer), "size": 1} for layer in layers]
    document = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "layers": links, **fields}
    return json.dumps(document).encode()


def link(digest: Digest) -> dict[str, object]:
    return {"mediaType": OCI_MANIFEST, "digest": str(digest), "size": 1}


async def put(
    client: httpx.AsyncClient, reference: object, body: bytes, media_type: str = OCI_MANIFEST
) -> httpx.Response:
    headers = {"Content-Type": media_type}
    return await client.put(f"{MANIFESTS}/{reference}", content=body, headers=headers)


async def opened(client: httpx.AsyncClient) -> str:
    response = await client.post(f"{BLOBS}/uploads/")
    assert response.status_code == 202
    return response.headers["Location"]


class TestDeterminingSupport:
    async def test_v2_answers_200(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/v2/")
        assert (response.status_code, response.content) == (200, b"{}")
        assert response.headers["Docker-Distribution-Api-Version"] == "registry/2.0"

    async def test_it_can_only_be_read(self, client: httpx.AsyncClient) -> None:
        response = await client.post("/v2/")
        assert code(response) == (405, "UNSUPPORTED")
        assert response.headers["Allow"] == "GET, HEAD"

    @pytest.mark.parametrize("path", ["/", "/v1/", "/v2/demo", "/v2/demo/app/nothing", "/token"])
    async def test_there_is_nothing_elsewhere(self, client: httpx.AsyncClient, path: str) -> None:
        assert code(await client.get(path)) == (404, "NOT_FOUND")


class TestNames:
    """ "Pulling manifests": the grammars of `<name>` and `<reference>`."""

    @pytest.mark.parametrize(
        "name",
        ["a", "library/python", "a/b/c/d", "a__b", "a---b", "a.b_c-d", "manifests", "a" * 255],
    )
    async def test_good(self, client: httpx.AsyncClient, registry: Registry, name: str) -> None:
        registry.put_manifest(name, "1.0", b"{}", OCI_MANIFEST)
        assert (await client.get(f"/v2/{name}/manifests/1.0")).status_code == 200

    @pytest.mark.parametrize(
        "name", ["A", "a/", "/a", "a//b", "a___b", "-a", "a.", "a b", "ä", "a" * 256, "a/../b\n"]
    )
    async def test_bad(self, registry: Registry, name: str) -> None:
        response = await registry(Request("GET", f"/v2/{name}/tags/list"))
        assert isinstance(response.body, bytes)
        assert json.loads(response.body)["errors"][0]["code"] == "NAME_INVALID"
        assert response.status == 400

    async def test_words_of_the_protocol_may_be_names(
        self, client: httpx.AsyncClient, registry: Registry
    ) -> None:
        name = "blobs/uploads/manifests/tags/list"
        registry.put_manifest(name, "tags", b"{}", OCI_MANIFEST)
        assert (await client.get(f"/v2/{name}/tags/list")).json()["tags"] == ["tags"]

    @pytest.mark.parametrize("tag", [".a", "-a", "a" * 129, "a b", "ä"])
    async def test_bad_tags_are_unknown_and_cannot_be_put(
        self, client: httpx.AsyncClient, registry: Registry, tag: str
    ) -> None:
        registry.put_manifest("demo/app", "1.0", b"{}", OCI_MANIFEST)
        assert code(await client.get(f"{MANIFESTS}/{tag}")) == (404, "MANIFEST_UNKNOWN")
        assert code(await put(client, tag, manifest_of())) == (400, "TAG_INVALID")

    @pytest.mark.parametrize("digest", ["sha256:12", "md5:" + "0" * 32, "sha256:" + "G" * 64, ":"])
    async def test_bad_digests(
        self, client: httpx.AsyncClient, registry: Registry, digest: str
    ) -> None:
        registry.put_blob("demo/app", HELLO)
        for path in (f"{MANIFESTS}/{digest}", f"{BLOBS}/{digest}"):
            assert code(await client.get(path)) == (400, "DIGEST_INVALID")
            assert code(await client.delete(path)) == (400, "DIGEST_INVALID")
        assert code(await client.get(f"/v2/demo/app/referrers/{digest}")) == (400, "DIGEST_INVALID")


class TestPullingManifests:
    async def test_by_tag_and_by_digest(
        self, client: httpx.AsyncClient, registry: Registry
    ) -> None:
        body = manifest_of()
        digest = registry.put_manifest("demo/app", "1.0", body, OCI_MANIFEST)
        for reference in ("1.0", digest):
            got = await client.get(f"{MANIFESTS}/{reference}")
            head = await client.head(f"{MANIFESTS}/{reference}")
            assert (got.status_code, got.content) == (200, body)
            assert (head.status_code, head.content) == (200, b"")
            for response in (got, head):
                assert response.headers["Docker-Content-Digest"] == str(digest)
                assert response.headers["Content-Type"] == OCI_MANIFEST
                assert response.headers["Content-Length"] == str(len(body))

    async def test_mirrors_are_told_whose_they_are(
        self, client: httpx.AsyncClient, registry: Registry
    ) -> None:
        """ "Registry Proxying": docker and containerd add `ns`."""
        registry.put_manifest("demo/app", "1.0", b"{}", OCI_MANIFEST)
        got = await client.get(f"{MANIFESTS}/1.0", params={"ns": "docker.io"})
        assert got.status_code == 200
        assert registry.requests[0].query["ns"] == "docker.io"

    async def test_absent(self, client: httpx.AsyncClient, registry: Registry) -> None:
        assert code(await client.get(f"{MANIFESTS}/1.0")) == (404, "NAME_UNKNOWN")
        registry.put_blob("demo/app", HELLO)
        assert code(await client.get(f"{MANIFESTS}/1.0")) == (404, "MANIFEST_UNKNOWN")
        assert code(await client.get(f"{MANIFESTS}/{ABSENT}")) == (404, "MANIFEST_UNKNOWN")
        assert (await client.head(f"{MANIFESTS}/1.0")).status_code == 404

    async def test_a_moved_tag_leaves_its_old_digest(
        self, client: httpx.AsyncClient, registry: Registry
    ) -> None:
        old = registry.put_manifest("demo/app", "1.0", b'{"a": 1}', OCI_MANIFEST)
        new = registry.put_manifest("demo/app", "1.0", b'{"a": 2}', OCI_MANIFEST)
        tagged = await client.head(f"{MANIFESTS}/1.0")
        assert tagged.headers["Docker-Content-Digest"] == str(new)
        assert (await client.get(f"{MANIFESTS}/{old}")).content == b'{"a": 1}'


class TestPullingBlobs:
    async def test_whole(self, client: httpx.AsyncClient, registry: Registry) -> None:
        registry.put_blob("demo/app", HELLO)
        got = await client.get(f"{BLOBS}/{HELLO_DIGEST}")
        head = await client.head(f"{BLOBS}/{HELLO_DIGEST}", headers={"Range": "bytes=0-1"})
        assert (got.status_code, got.content, head.status_code) == (200, HELLO, 200)
        for response in (got, head):
            assert response.headers["Docker-Content-Digest"] == str(HELLO_DIGEST)
            assert response.headers["Content-Length"] == "15"

    @pytest.mark.parametrize(
        ("span", "content", "content_range"),
        [
            ("0-0", b"h", "bytes 0-0/15"),
            ("7-", b"registry", "bytes 7-14/15"),
            ("7-9", b"reg", "bytes 7-9/15"),
            ("12-99", b"try", "bytes 12-14/15"),
            ("-3", b"try", "bytes 12-14/15"),
            ("-99", HELLO, "bytes 0-14/15"),
        ],
    )
    async def test_in_part(
        self,
        client: httpx.AsyncClient,
        registry: Registry,
        span: str,
        content: bytes,
        content_range: str,
    ) -> None:
        registry.put_blob("demo/app", HELLO)
        got = await client.get(f"{BLOBS}/{HELLO_DIGEST}", headers={"Range": f"bytes={span}"})
        assert (got.status_code, got.content) == (206, content)
        assert got.headers["Content-Range"] == content_range

    @pytest.mark.parametrize("span", ["15-", "99-100", "-0", "5-3"])
    async def test_out_of_range(
        self, client: httpx.AsyncClient, registry: Registry, span: str
    ) -> None:
        registry.put_blob("demo/app", HELLO)
        got = await client.get(f"{BLOBS}/{HELLO_DIGEST}", headers={"Range": f"bytes={span}"})
        assert code(got) == (416, "RANGE_INVALID")
        assert got.headers["Content-Range"] == "bytes */15"

    @pytest.mark.parametrize("span", ["bytes=-", "bytes=0-1,3-4", "lines=0-1", "bytes=x-"])
    async def test_other_ranges_are_ignored(
        self, client: httpx.AsyncClient, registry: Registry, span: str
    ) -> None:
        registry.put_blob("demo/app", HELLO)
        got = await client.get(f"{BLOBS}/{HELLO_DIGEST}", headers={"Range": span})
        assert (got.status_code, got.content) == (200, HELLO)

    async def test_absent(self, client: httpx.AsyncClient, registry: Registry) -> None:
        assert code(await client.get(f"{BLOBS}/{ABSENT}")) == (404, "NAME_UNKNOWN")
        registry.put_blob("demo/app", HELLO)
        assert code(await client.get(f"{BLOBS}/{ABSENT}")) == (404, "BLOB_UNKNOWN")

    async def test_a_blob_belongs_to_its_repository(
        self, client: httpx.AsyncClient, registry: Registry
    ) -> None:
        registry.put_blob("demo/other", HELLO)
        assert (await client.get(f"{BLOBS}/{HELLO_DIGEST}")).status_code == 404


class TestPushingBlobs:
    async def assert_kept(self, client: httpx.AsyncClient, response: httpx.Response) -> None:
        assert response.status_code == 201
        assert response.headers["Docker-Content-Digest"] == str(HELLO_DIGEST)
        assert (await client.get(response.headers["Location"])).content == HELLO

    async def test_post_then_put(self, client: httpx.AsyncClient) -> None:
        location = await opened(client)
        query = {"digest": str(HELLO_DIGEST)}
        await self.assert_kept(client, await client.put(location, params=query, content=HELLO))

    async def test_single_post(self, client: httpx.AsyncClient) -> None:
        query = {"digest": str(HELLO_DIGEST)}
        response = await client.post(f"{BLOBS}/uploads/", params=query, content=HELLO)
        await self.assert_kept(client, response)

    async def test_sha512(self, client: httpx.AsyncClient) -> None:
        digest = f"sha512:{hashlib.sha512(HELLO).hexdigest()}"
        query = {"digest": digest}
        response = await client.post(f"{BLOBS}/uploads/", params=query, content=HELLO)
        assert (await client.get(response.headers["Location"])).content == HELLO

    async def test_in_chunks(self, client: httpx.AsyncClient) -> None:
        location = await opened(client)
        spans = [(0, HELLO[:5], "0-4"), (5, HELLO[5:9], "0-8")]
        for start, piece, received in spans:
            headers = {"Content-Range": f"{start}-{start + len(piece) - 1}"}
            patched = await client.patch(location, content=piece, headers=headers)
            assert (patched.status_code, patched.headers["Range"]) == (202, received)
            status = await client.get(location)
            assert (status.status_code, status.headers["Range"]) == (204, received)
        query = {"digest": str(HELLO_DIGEST)}
        headers = {"Content-Range": "9-14"}
        last = await client.put(location, params=query, content=HELLO[9:], headers=headers)
        await self.assert_kept(client, last)
        assert code(await client.get(location)) == (404, "BLOB_UPLOAD_UNKNOWN")

    @pytest.mark.parametrize("span", ["1-5", "0-9", "4-0"])
    async def test_a_chunk_out_of_order_is_refused(
        self, client: httpx.AsyncClient, span: str
    ) -> None:
        location = await opened(client)
        headers = {"Content-Range": span}
        wrong = await client.patch(location, content=b"hello", headers=headers)
        assert code(wrong) == (416, "RANGE_INVALID")
        assert wrong.headers["Location"] == location
        assert (await client.get(location)).headers["Range"] == "0-0"

    async def test_a_range_that_is_none(self, client: httpx.AsyncClient) -> None:
        location = await opened(client)
        wrong = await client.patch(location, content=b"h", headers={"Content-Range": "all"})
        assert code(wrong) == (400, "BLOB_UPLOAD_INVALID")

    @pytest.mark.parametrize("digest", ["", "sha256:12", str(ABSENT)])
    async def test_the_digest_must_be_right(self, client: httpx.AsyncClient, digest: str) -> None:
        location = await opened(client)
        wrong = await client.put(location, params={"digest": digest}, content=HELLO)
        assert code(wrong) == (400, "DIGEST_INVALID")
        assert code(await client.get(location)) == (404, "BLOB_UPLOAD_UNKNOWN")

    async def test_cancelling(self, client: httpx.AsyncClient) -> None:
        location = await opened(client)
        assert (await client.delete(location)).status_code == 204
        for method in ("GET", "PATCH", "PUT", "DELETE"):
            assert code(await client.request(method, location)) == (404, "BLOB_UPLOAD_UNKNOWN")

    async def test_an_upload_belongs_to_its_repository(self, client: httpx.AsyncClient) -> None:
        location = (await opened(client)).replace("demo/app", "demo/other")
        assert code(await client.get(location)) == (404, "BLOB_UPLOAD_UNKNOWN")

    async def test_uploads_given_up_do_not_pile_up(
        self, client: httpx.AsyncClient, registry: Registry
    ) -> None:
        oldest = await opened(client)
        for _ in range(UPLOADS_LIMIT):
            registry.store.open_upload("demo/app")
        assert len(registry.store.uploads) == UPLOADS_LIMIT
        assert code(await client.get(oldest)) == (404, "BLOB_UPLOAD_UNKNOWN")

    async def test_mounting(self, client: httpx.AsyncClient, registry: Registry) -> None:
        """ "Mounting a blob from another repository": 202 opens an upload where it cannot."""
        registry.put_blob("demo/source", HELLO)
        query = {"mount": str(HELLO_DIGEST), "from": "demo/source"}
        mounted = await client.post(f"{BLOBS}/uploads/", params=query)
        await self.assert_kept(client, mounted)
        for query in (
            {"mount": str(ABSENT), "from": "demo/source"},
            {"mount": str(HELLO_DIGEST), "from": "demo/nothing"},
            {"mount": "no digest", "from": "demo/source"},
            {"mount": str(HELLO_DIGEST)},
        ):
            fallback = await client.post(f"{BLOBS}/uploads/", params=query)
            assert fallback.status_code == 202
            assert (await client.get(fallback.headers["Location"])).status_code == 204


class TestPushingManifests:
    async def test_by_tag_and_by_digest(
        self, client: httpx.AsyncClient, registry: Registry
    ) -> None:
        layer = registry.put_blob("demo/app", HELLO)
        body = manifest_of(layer)
        digest = Digest.of(body)
        for reference in ("1.0", digest):
            response = await put(client, reference, body)
            assert response.status_code == 201
            assert response.headers["Location"] == f"{MANIFESTS}/{digest}"
            assert response.headers["Docker-Content-Digest"] == str(digest)
        assert (await client.get(f"{MANIFESTS}/1.0")).content == body
        assert (await client.get(TAGS)).json()["tags"] == ["1.0"]

    async def test_the_digest_must_be_right(self, client: httpx.AsyncClient) -> None:
        assert code(await put(client, ABSENT, manifest_of())) == (400, "DIGEST_INVALID")

    @pytest.mark.parametrize(
        "body",
        [
            manifest_of(ABSENT),
            manifest_of(config={"mediaType": OCI_CONFIG, "digest": str(ABSENT), "size": 2}),
            manifest_of(manifests=[link(ABSENT)]),
        ],
    )
    async def test_what_it_is_made_of_must_be_there(
        self, client: httpx.AsyncClient, body: bytes
    ) -> None:
        assert code(await put(client, "1.0", body)) == (400, "MANIFEST_BLOB_UNKNOWN")

    async def test_a_foreign_layer_may_be_elsewhere(self, client: httpx.AsyncClient) -> None:
        layer = {**link(ABSENT), "urls": ["https://example.com/layer"]}
        assert (await put(client, "1.0", manifest_of(layers=[layer]))).status_code == 201

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"[" * 100_000, b"\xff"])
    async def test_it_must_be_an_object(self, client: httpx.AsyncClient, body: bytes) -> None:
        assert code(await put(client, "1.0", body)) == (400, "MANIFEST_INVALID")

    async def test_its_media_type_must_be_that_of_the_header(
        self, client: httpx.AsyncClient
    ) -> None:
        assert code(await put(client, "1.0", manifest_of(), OCI_INDEX)) == (400, "MANIFEST_INVALID")
        assert code(await put(client, "1.0", b"{}", "")) == (400, "MANIFEST_INVALID")

    async def test_its_size_is_bounded(self, client: httpx.AsyncClient) -> None:
        largest = b"{}".ljust(MANIFEST_LIMIT)
        assert (await put(client, "1.0", largest)).status_code == 201
        assert code(await put(client, "1.0", largest + b" ")) == (413, "SIZE_INVALID")

    async def test_a_subject_need_not_be_there(self, client: httpx.AsyncClient) -> None:
        """ "Pushing Manifests with Subject"."""
        response = await put(client, "1.0", manifest_of(subject=link(ABSENT)))
        assert (response.status_code, response.headers["OCI-Subject"]) == (201, str(ABSENT))


class TestListingTags:
    @pytest.fixture
    def registry(self) -> Registry:
        registry = Registry(tags_page=4)
        for tag in ("b", "a", "10", "B", "9", "a.1"):
            registry.put_manifest("demo/app", tag, b"{}", OCI_MANIFEST)
        return registry

    async def test_in_pages(self, client: httpx.AsyncClient) -> None:
        pages = []
        url = f"{TAGS}?n=4"
        while url:
            response = await client.get(url)
            assert response.json()["name"] == "demo/app"
            pages.append(response.json()["tags"])
            url = response.links.get("next", {}).get("url", "")
        assert pages == [["10", "9", "B", "a"], ["a.1", "b"]]

    async def test_the_next_page_is_on_this_host(self, client: httpx.AsyncClient) -> None:
        response = await client.get(f"{TAGS}?n=2")
        assert response.headers["Link"] == f'<{TAGS}?n=2&last=9>; rel="next"'

    @pytest.mark.parametrize(
        ("query", "tags"),
        [
            ("", ["10", "9", "B", "a"]),
            ("?n=99", ["10", "9", "B", "a"]),
            ("?n=0", []),
            ("?last=a", ["a.1", "b"]),
            ("?last=A", ["B", "a", "a.1", "b"]),
            ("?last=z", []),
            ("?n=1&last=9", ["B"]),
        ],
    )
    async def test_from_and_up_to(
        self, client: httpx.AsyncClient, query: str, tags: list[str]
    ) -> None:
        assert (await client.get(f"{TAGS}{query}")).json()["tags"] == tags

    @pytest.mark.parametrize("n", ["-1", "x", "1.5", "", "9" * 30])
    async def test_n_must_be_a_number(self, client: httpx.AsyncClient, n: str) -> None:
        assert code(await client.get(TAGS, params={"n": n})) == (400, "PAGINATION_NUMBER_INVALID")

    async def test_absent_and_empty(self, client: httpx.AsyncClient, registry: Registry) -> None:
        assert code(await client.get("/v2/demo/absent/tags/list")) == (404, "NAME_UNKNOWN")
        registry.put_blob("demo/empty", HELLO)
        assert (await client.get("/v2/demo/empty/tags/list")).json()["tags"] == []


class TestListingReferrers:
    async def test_with_and_without_a_filter(
        self, client: httpx.AsyncClient, registry: Registry
    ) -> None:
        subject = registry.put_manifest("demo/app", "1.0", manifest_of(), OCI_MANIFEST)
        config = registry.put_blob("demo/app", b"{}")
        typed = manifest_of(
            subject=link(subject), artifactType="test/sbom", annotations={"made.by": "us"}
        )
        by_config = manifest_of(
            subject=link(subject),
            config={"mediaType": "test/signature", "digest": str(config), "size": 2},
        )
        for body in (typed, by_config, manifest_of(subject=link(ABSENT))):
            await put(client, Digest.of(body), body)
        path = f"/v2/demo/app/referrers/{subject}"
        everything = await client.get(path)
        assert everything.headers["Content-Type"] == OCI_INDEX
        assert everything.json()["manifests"] == [
            {
                "mediaType": OCI_MANIFEST,
                "digest": str(Digest.of(typed)),
                "size": len(typed),
                "artifactType": "test/sbom",
                "annotations": {"made.by": "us"},
            },
            {
                "mediaType": OCI_MANIFEST,
                "digest": str(Digest.of(by_config)),
                "size": len(by_config),
                "artifactType": "test/signature",
            },
        ]
        assert "OCI-Filters-Applied" not in everything.headers
        filtered = await client.get(path, params={"artifactType": "test/sbom"})
        assert filtered.headers["OCI-Filters-Applied"] == "artifactType"
        assert [m["digest"] for m in filtered.json()["manifests"]] == [str(Digest.of(typed))]

    async def test_none_is_an_empty_index(self, client: httpx.AsyncClient) -> None:
        response = await client.get(f"/v2/demo/app/referrers/{ABSENT}")
        assert (response.status_code, response.json()["manifests"]) == (200, [])


class TestContentManagement:
    async def test_deleting_a_tag_leaves_the_manifest(
        self, client: httpx.AsyncClient, registry: Registry
    ) -> None:
        digest = registry.put_manifest("demo/app", "1.0", b"{}", OCI_MANIFEST)
        assert (await client.delete(f"{MANIFESTS}/1.0")).status_code == 202
        assert code(await client.delete(f"{MANIFESTS}/1.0")) == (404, "MANIFEST_UNKNOWN")
        assert (await client.get(f"{MANIFESTS}/{digest}")).status_code == 200

    async def test_deleting_a_manifest_takes_its_tags(
        self, client: httpx.AsyncClient, registry: Registry
    ) -> None:
        digest = registry.put_manifest("demo/app", "1.0", b"{}", OCI_MANIFEST)
        registry.put_manifest("demo/app", "2.0", b"{ }", OCI_MANIFEST)
        assert (await client.delete(f"{MANIFESTS}/{digest}")).status_code == 202
        assert (await client.get(TAGS)).json()["tags"] == ["2.0"]
        assert code(await client.get(f"{MANIFESTS}/{digest}")) == (404, "MANIFEST_UNKNOWN")

    async def test_deleting_a_blob(self, client: httpx.AsyncClient, registry: Registry) -> None:
        registry.put_blob("demo/app", HELLO)
        assert (await client.delete(f"{BLOBS}/{HELLO_DIGEST}")).status_code == 202
        assert code(await client.delete(f"{BLOBS}/{HELLO_DIGEST}")) == (404, "BLOB_UNKNOWN")

    async def test_deleting_from_nowhere(self, client: httpx.AsyncClient) -> None:
        for path in (f"{MANIFESTS}/1.0", f"{BLOBS}/{ABSENT}"):
            assert code(await client.delete(path)) == (404, "NAME_UNKNOWN")

    async def test_without_http(self, client: httpx.AsyncClient, registry: Registry) -> None:
        digest = registry.put_manifest("demo/app", "1.0", b"{}", OCI_MANIFEST)
        registry.delete_manifest("demo/app", "1.0")
        assert (await client.get(f"{MANIFESTS}/1.0")).status_code == 404
        registry.delete_manifest("demo/app", str(digest))
        assert (await client.get(f"{MANIFESTS}/{digest}")).status_code == 404
        blob = registry.put_blob("demo/app", HELLO)
        registry.delete_blob("demo/app", blob)
        assert (await client.get(f"{BLOBS}/{blob}")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", f"{MANIFESTS}/1.0", "GET, HEAD, PUT, DELETE"),
        ("PUT", f"{BLOBS}/{ABSENT}", "GET, HEAD, DELETE"),
        ("GET", f"{BLOBS}/uploads/", "POST"),
        ("POST", f"{BLOBS}/uploads/x", "GET, HEAD, PATCH, PUT, DELETE"),
        ("DELETE", TAGS, "GET, HEAD"),
        ("PUT", f"/v2/demo/app/referrers/{ABSENT}", "GET, HEAD"),
    ],
)
async def test_methods_that_are_not_there(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    response = await client.request(method, path)
    assert code(response) == (405, "UNSUPPORTED")
    assert response.headers["Allow"] == allowed


class TestRecords:
    async def test_every_request_with_its_status(
        self, client: httpx.AsyncClient, registry: Registry
    ) -> None:
        registry.put_blob("demo/app", HELLO)
        await client.get("/v2/", headers={"Authorization": "Basic eDp5"})
        await client.head(f"{TAGS}?n=1")
        await client.get("/nothing")
        assert [(r.method, r.path, dict(r.query), r.status) for r in registry.requests] == [
            ("GET", "/v2/", {}, 200),
            ("HEAD", TAGS, {"n": "1"}, 200),
            ("GET", "/nothing", {}, 404),
        ]
        assert [r.is_authorized for r in registry.requests] == [True, False, False]
        assert {(r.scheme, r.host) for r in registry.requests} == {("https", "registry.test")}

    async def test_credentials_are_not_in_the_text_of_a_record(
        self, client: httpx.AsyncClient, registry: Registry
    ) -> None:
        await client.get("/v2/", headers={"Authorization": "Bearer sesame"})
        assert "sesame" not in repr(registry.requests)
        assert registry.requests[0].headers["Authorization"] == "Bearer sesame"


class TestInterceptor:
    async def test_answers_before_the_registry_or_lets_it(self) -> None:
        def busy(request: Request) -> Response | None:
            return Response(429, {"Retry-After": "3"}) if request.method == "GET" else None

        registry = Registry(interceptor=busy)
        async with client_over({"registry.test": registry}) as client:
            got = await client.get("https://registry.test/v2/")
            assert (got.status_code, got.headers["Retry-After"]) == (429, "3")
            assert (await client.head("https://registry.test/v2/")).status_code == 200
        assert [request.status for request in registry.requests] == [429, 200]

    async def test_may_take_its_time(self) -> None:
        async def later(_request: Request) -> Response | None:
            return None

        async with client_over({"registry.test": Registry(interceptor=later)}) as client:
            assert (await client.get("https://registry.test/v2/")).status_code == 200

    async def test_may_break_the_line(self) -> None:
        def broken(_request: Request) -> Response | None:
            raise httpx.ReadTimeout("too slow")

        registry = Registry(interceptor=broken)
        async with client_over({"registry.test": registry}) as client:
            with pytest.raises(httpx.ReadTimeout):
                await client.get("https://registry.test/v2/")
        assert [request.status for request in registry.requests] == [None]


words = st.sampled_from(
    ["v2", "a", "A", "..", "", "blobs", "uploads", "manifests", "tags", "list", "referrers", "1.0"]
) | st.sampled_from([str(HELLO_DIGEST), "sha256:", "sha512:00", "token"])
requests = st.builds(
    Request,
    method=st.sampled_from(["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"]) | st.text(),
    path=st.lists(words, max_size=9).map("/".join).map("/v2/".__add__) | st.text(),
    query=st.dictionaries(
        st.sampled_from(["digest", "mount", "from", "n", "last", "artifactType", "scope", "ns"]),
        st.text() | words,
    ).map(httpx.QueryParams),
    headers=st.dictionaries(
        st.sampled_from(["Range", "Content-Range", "Content-Type", "Authorization"]),
        st.text(alphabet=st.characters(max_codepoint=126, min_codepoint=32))
        | st.sampled_from(["bytes=0-", "0-0", OCI_MANIFEST, "Basic !", "Bearer x"]),
    ),
    body=st.binary() | st.sampled_from([b"{}", HELLO, manifest_of(HELLO_DIGEST), b'{"layers": 3}']),
)


@given(st.lists(requests, max_size=5))
async def test_nothing_makes_it_raise(conversation: list[Request]) -> None:
    registry = Registry()
    registry.put_blob("a", HELLO)
    registry.put_manifest("a", "1.0", b"not json", OCI_MANIFEST)
    for request in conversation:
        response = await registry(request)
        assert 200 <= response.status < 500


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
fields = st.sampled_from(
    ["config", "layers", "manifests", "subject", "annotations", "mediaType", "artifactType"]
)


@given(
    st.dictionaries(fields, json_values | st.lists(st.fixed_dictionaries({"digest": json_values})))
)
async def test_no_manifest_makes_it_raise(document: dict[str, object]) -> None:
    body = json.dumps(document).encode()
    registry = Registry()
    headers = {"Content-Type": OCI_MANIFEST}
    request = Request("PUT", "/v2/a/manifests/1.0", headers=headers, body=body)
    assert (await registry(request)).status in {201, 400}
    registry.put_manifest("a", "2.0", body, OCI_MANIFEST)
    assert (await registry(Request("GET", f"/v2/a/referrers/{ABSENT}"))).status == 200

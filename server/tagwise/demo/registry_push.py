"""The writing half of the embedded registry: uploads, manifests, and removing things.

Follows the OCI distribution specification 1.1, spec.md, "Push" and "Content Management".
Does not know who may write.
"""

import re
from http import HTTPStatus
from typing import Final

from tagwise.demo.http_message import Request, Response
from tagwise.demo.registry_errors import ErrorCode, refusal
from tagwise.demo.registry_route import Route, digest_in
from tagwise.demo.registry_store import RegistryStore, StoredManifest
from tagwise.oci.digest import Digest

BLOB_LIMIT: Final = 256 * 1024 * 1024
MANIFEST_LIMIT: Final = 4 * 1024 * 1024
"""What a registry should take at least (spec.md, "Pushing Manifests"), and here at most."""

_CONTENT_RANGE: Final = re.compile(r"(?:bytes[ =])?(?P<first>[0-9]{1,18})-(?P<last>[0-9]{1,18})")


def start_upload(store: RegistryStore, route: Route, request: Request) -> Response:
    """Mount a blob, take one whole ("single POST"), or open an upload."""
    mounted = _mount(store, route, request)
    if mounted:
        return mounted
    if "digest" in request.query:
        return _keep_blob(store, route, request.query["digest"], request.body)
    session = store.open_upload(route.repository)
    return _progress(HTTPStatus.ACCEPTED, route.repository, session, 0)


def _mount(store: RegistryStore, route: Route, request: Request) -> Response | None:
    digest = digest_in(request.query.get("mount", ""))
    source = store.repositories.get(request.query.get("from", ""))
    if digest is None or source is None or digest not in source.blobs:
        return None
    store.repository(route.repository).blobs[digest] = source.blobs[digest]
    return _created(route.repository, "blobs", digest)


def upload_status(store: RegistryStore, route: Route, _request: Request) -> Response:
    received = store.uploads.get((route.repository, route.argument))
    if received is None:
        return refusal(ErrorCode.BLOB_UPLOAD_UNKNOWN, route.argument)
    return _progress(HTTPStatus.NO_CONTENT, route.repository, route.argument, len(received))


def add_chunk(store: RegistryStore, route: Route, request: Request) -> Response:
    received = store.uploads.get((route.repository, route.argument))
    if received is None:
        return refusal(ErrorCode.BLOB_UPLOAD_UNKNOWN, route.argument)
    wrong = _wrong_chunk(route, request, len(received))
    if wrong:
        return wrong
    received += request.body
    return _progress(HTTPStatus.ACCEPTED, route.repository, route.argument, len(received))


def finish_upload(store: RegistryStore, route: Route, request: Request) -> Response:
    """Take the last chunk, if any, and keep the blob if it has the digest it should have."""
    received = store.uploads.get((route.repository, route.argument))
    if received is None:
        return refusal(ErrorCode.BLOB_UPLOAD_UNKNOWN, route.argument)
    wrong = _wrong_chunk(route, request, len(received)) if request.body else None
    if wrong:
        return wrong
    del store.uploads[route.repository, route.argument]
    content = bytes(received + request.body)
    return _keep_blob(store, route, request.query.get("digest", ""), content)


def cancel_upload(store: RegistryStore, route: Route, _request: Request) -> Response:
    if store.uploads.pop((route.repository, route.argument), None) is None:
        return refusal(ErrorCode.BLOB_UPLOAD_UNKNOWN, route.argument)
    return Response(HTTPStatus.NO_CONTENT)


def _wrong_chunk(route: Route, request: Request, received: int) -> Response | None:
    """Refuse a chunk that does not continue what was received, or makes it too large."""
    if received + len(request.body) > BLOB_LIMIT:
        return refusal(ErrorCode.SIZE_INVALID)
    stated = request.headers.get("Content-Range")
    if stated is None:
        return None
    span = _CONTENT_RANGE.fullmatch(stated)
    if span is None:
        return refusal(ErrorCode.BLOB_UPLOAD_INVALID, f"Content-Range: {stated}")
    first, last = int(span["first"]), int(span["last"])
    if (first, last - first + 1) == (received, len(request.body)):
        return None
    headers = _progress(HTTPStatus.OK, route.repository, route.argument, received).headers
    return refusal(ErrorCode.RANGE_INVALID, f"{received} bytes received so far", headers=headers)


def _progress(status: HTTPStatus, repository: str, session: str, received: int) -> Response:
    headers = {
        "Docker-Upload-UUID": session,
        "Location": f"/v2/{repository}/blobs/uploads/{session}",
        "Range": f"0-{max(0, received - 1)}",
    }
    return Response(status, headers)


def _keep_blob(store: RegistryStore, route: Route, stated: str, content: bytes) -> Response:
    digest = digest_in(stated)
    if digest is None or not digest.matches(content):
        return refusal(ErrorCode.DIGEST_INVALID, stated)
    if len(content) > BLOB_LIMIT:
        return refusal(ErrorCode.SIZE_INVALID)
    store.repository(route.repository).blobs[digest] = content
    return _created(route.repository, "blobs", digest)


def put_manifest(store: RegistryStore, route: Route, request: Request) -> Response:
    """Keep a manifest under its digest, and under the tag if it was put by one."""
    if len(request.body) > MANIFEST_LIMIT:
        return refusal(ErrorCode.SIZE_INVALID)
    digest = route.digest if ":" in route.argument else Digest.of(request.body)
    if digest is None or not digest.matches(request.body):
        return refusal(ErrorCode.DIGEST_INVALID, route.argument)
    if route.digest is None and route.tag is None:
        return refusal(ErrorCode.TAG_INVALID, route.argument)
    stated = request.headers.get("Content-Type", "").partition(";")[0].strip()
    manifest = StoredManifest.of(digest, stated, request.body)
    invalid = _why_invalid(manifest)
    if invalid:
        return refusal(ErrorCode.MANIFEST_INVALID, invalid)
    repository = store.repository(route.repository)
    for missing in repository.missing_from(manifest):
        return refusal(ErrorCode.MANIFEST_BLOB_UNKNOWN, missing.digest)
    repository.manifests[digest] = manifest
    if route.tag:
        repository.tags[route.tag] = digest
    created = _created(route.repository, "manifests", digest)
    if manifest.subject:
        created.headers["OCI-Subject"] = manifest.subject.digest
    return created


def _why_invalid(manifest: StoredManifest) -> str | None:
    """Say what is wrong with the form of a manifest; None if nothing is."""
    if not manifest.media_type:
        return "no Content-Type"
    if manifest.stated_media_type not in {None, manifest.media_type}:
        return f"Content-Type is {manifest.media_type}, mediaType {manifest.stated_media_type}"
    if not manifest.is_object:
        return "not a JSON object"
    if manifest.subject and digest_in(manifest.subject.digest) is None:
        return f"the subject's digest is {manifest.subject.digest}"
    return None


def remove_manifest(store: RegistryStore, route: Route, _request: Request) -> Response:
    repository = store.repositories.get(route.repository)
    if repository is None:
        return refusal(ErrorCode.NAME_UNKNOWN, route.repository)
    if ":" in route.argument and route.digest is None:
        return refusal(ErrorCode.DIGEST_INVALID, route.argument)
    if not repository.remove(route.digest or route.argument):
        return refusal(ErrorCode.MANIFEST_UNKNOWN, route.argument)
    return Response(HTTPStatus.ACCEPTED)


def remove_blob(store: RegistryStore, route: Route, _request: Request) -> Response:
    if route.digest is None:
        return refusal(ErrorCode.DIGEST_INVALID, route.argument)
    repository = store.repositories.get(route.repository)
    if repository is None:
        return refusal(ErrorCode.NAME_UNKNOWN, route.repository)
    if repository.blobs.pop(route.digest, None) is None:
        return refusal(ErrorCode.BLOB_UNKNOWN, route.argument)
    return Response(HTTPStatus.ACCEPTED)


def _created(repository: str, kind: str, digest: Digest) -> Response:
    headers = {
        "Docker-Content-Digest": str(digest),
        "Location": f"/v2/{repository}/{kind}/{digest}",
    }
    return Response(HTTPStatus.CREATED, headers)

"""The reading half of the embedded registry: manifests, blobs, tags and referrers.

Follows the OCI distribution specification 1.1, spec.md, "Pull" and "Content Discovery".  A HEAD is
answered like its GET; whoever sends the response leaves the body out.
Does not know who may read.
"""

import re
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from tagwise.demo.http_message import Request, Response
from tagwise.demo.registry_errors import ErrorCode, refusal
from tagwise.demo.registry_route import Route
from tagwise.demo.registry_store import RegistryStore, StoredManifest

TAGS_PAGE: Final = 1_000
"""The longest page of tags, as on ECR and CNCF distribution."""

_INDEX: Final = "application/vnd.oci.image.index.v1+json"
_RANGE: Final = re.compile(
    r"bytes=(?:(?P<first>[0-9]{1,18})-(?P<last>[0-9]{0,18})|-(?P<suffix>[0-9]{1,18}))"
)
_COUNT: Final = re.compile(r"[0-9]{1,9}")


def manifest(store: RegistryStore, route: Route, _request: Request) -> Response:
    """Answer with what is stored, whatever `Accept` says: converting is long out of use."""
    repository = store.repositories.get(route.repository)
    if repository is None:
        return refusal(ErrorCode.NAME_UNKNOWN, route.repository)
    if ":" in route.argument and route.digest is None:
        return refusal(ErrorCode.DIGEST_INVALID, route.argument)
    found = repository.find(route.digest or route.argument)
    if found is None:
        return refusal(ErrorCode.MANIFEST_UNKNOWN, route.argument)
    headers = {"Content-Type": found.media_type, "Docker-Content-Digest": str(found.digest)}
    return Response(HTTPStatus.OK, headers, found.body)


def blob(store: RegistryStore, route: Route, request: Request) -> Response:
    if route.digest is None:
        return refusal(ErrorCode.DIGEST_INVALID, route.argument)
    repository = store.repositories.get(route.repository)
    if repository is None:
        return refusal(ErrorCode.NAME_UNKNOWN, route.repository)
    content = repository.blobs.get(route.digest)
    if content is None:
        return refusal(ErrorCode.BLOB_UNKNOWN, route.argument)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Type": "application/octet-stream",
        "Docker-Content-Digest": str(route.digest),
    }
    wanted = _RANGE.fullmatch(request.headers.get("Range", ""))
    if wanted is None or request.method != "GET":
        return Response(HTTPStatus.OK, headers, content)
    first, last = _bounds(wanted, len(content))
    if first > last:
        return refusal(
            ErrorCode.RANGE_INVALID, headers={"Content-Range": f"bytes */{len(content)}"}
        )
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(HTTPStatus.PARTIAL_CONTENT, headers, content[first : last + 1])


def _bounds(wanted: re.Match[str], length: int) -> tuple[int, int]:
    """Read a range (RFC 9110, 14.1.2): `a-b`, `a-`, or `-n` for the last n bytes."""
    if wanted["suffix"]:
        return max(0, length - int(wanted["suffix"])), length - 1
    return int(wanted["first"]), min(int(wanted["last"] or length), length - 1)


def tags(page: int, store: RegistryStore, route: Route, request: Request) -> Response:
    """Answer a page of at most `page` tags in ASCII order, with a `Link` to the next."""
    repository = store.repositories.get(route.repository)
    if repository is None:
        return refusal(ErrorCode.NAME_UNKNOWN, route.repository)
    count = request.query.get("n", str(page))
    if not _COUNT.fullmatch(count):
        return refusal(ErrorCode.PAGINATION_NUMBER_INVALID, count)
    after = request.query.get("last", "")
    names = sorted(tag for tag in repository.tags if tag > after)
    shown = names[: min(page, int(count))]
    headers: dict[str, str] = {}
    if shown and len(shown) < len(names):
        query = urlencode({"n": count, "last": shown[-1]})
        headers["Link"] = f'</v2/{route.repository}/tags/list?{query}>; rel="next"'
    return Response.of_json(HTTPStatus.OK, {"name": route.repository, "tags": shown}, headers)


def referrers(store: RegistryStore, route: Route, request: Request) -> Response:
    """Answer an index of the manifests whose subject this is: an empty one if there are none."""
    if route.digest is None:
        return refusal(ErrorCode.DIGEST_INVALID, route.argument)
    repository = store.repositories.get(route.repository)
    found = repository.referrers(route.digest) if repository else ()
    headers = {"Content-Type": _INDEX}
    wanted = request.query.get("artifactType")
    if wanted:
        headers["OCI-Filters-Applied"] = "artifactType"
        found = tuple(referrer for referrer in found if referrer.artifact_type == wanted)
    index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": [_descriptor(m) for m in found]}
    return Response.of_json(HTTPStatus.OK, index, headers)


def _descriptor(referrer: StoredManifest) -> dict[str, object]:
    descriptor: dict[str, object] = {
        "mediaType": referrer.media_type,
        "digest": str(referrer.digest),
        "size": len(referrer.body),
    }
    if referrer.artifact_type:
        descriptor["artifactType"] = referrer.artifact_type
    if referrer.annotations:
        descriptor["annotations"] = dict(referrer.annotations)
    return descriptor

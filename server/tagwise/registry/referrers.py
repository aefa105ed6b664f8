"""What refers to a manifest or index: signatures, attestations and other artifacts about it.

Follows the OCI distribution-spec 1.1, "Listing Referrers" and "Referrers Tag Schema", and cosign's
own older tags.  Registries without the API answer it in many ways: GHCR redirects to a web page.
Does not know what an artifact says.
"""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import attrs

from tagwise.errors import InvalidManifest
from tagwise.oci import media_types
from tagwise.oci.codec import decode_manifest
from tagwise.oci.digest import Digest
from tagwise.oci.manifest import Descriptor, ImageIndex
from tagwise.registry.clock import Clock
from tagwise.registry.exchange import MANIFEST_LIMIT, Question, Request
from tagwise.registry.paging import is_same_origin, next_link, query_of, with_query
from tagwise.registry.refusals import is_trouble, refusal

if TYPE_CHECKING:
    from tagwise.registry.connection import Connection

REFERRERS: Final = 256
ATTACHED: Final = {
    ".sig": "application/vnd.dev.cosign.artifact.sig.v1+json",
    ".att": "application/vnd.dsse.envelope.v1+json",
    ".sbom": "application/vnd.dev.cosign.artifact.sbom.v1+json",
}
"""What cosign before version 3 names by a tag, with the types it gives the same things since."""

_PAGES: Final = 16
_MORE: Final = f"only the first {REFERRERS} artifacts about it are listed"


@attrs.frozen
class Referrers:
    """Artifacts about an image; `missed` says why there may be more, empty where there are not.

    Of what a tag names, the size is not known and stands as 0.
    """

    descriptors: tuple[Descriptor, ...] = ()
    missed: str = ""


def referrers_tag(digest: Digest) -> str:
    """Give the tag that stands in for the API where there is none."""
    return f"{digest.algorithm[:32]}-{digest.hex[:64]}"


async def list_referrers(
    connection: "Connection", question: Question, *, subject: Digest, clock: Clock
) -> Referrers | None:
    """Ask the referrers API, page after page; None where there is no such thing.

    :raises RegistryError: if the host cannot say now.
    """
    address = question.endpoint.url("referrers", str(subject))
    query, seen, found = "", set[str](), list[Descriptor]()
    while query not in seen and len(seen) < _PAGES and len(found) < REFERRERS:
        seen.add(query)
        url = with_query(address, query)
        request = Request("GET", url, MANIFEST_LIMIT, accept=media_types.OCI_INDEX, follows=False)
        answer = await connection.ask(question, request)
        if answer.status != HTTPStatus.OK:
            if _is_no_api(answer.status):
                return None
            raise refusal(question, answer, now=clock())
        index = _index(answer.body, answer.content_type)
        if index is None:
            return None
        found += index.manifests
        link = next_link(answer)
        if link is None:
            return first(found)
        if not is_same_origin(link, question):
            break
        query = query_of(link)
    return Referrers(tuple(found[:REFERRERS]), _MORE)


def first(descriptors: Sequence[Descriptor]) -> Referrers:
    """Keep as many as are listed at most, and say so."""
    kept = tuple(descriptors[:REFERRERS])
    return Referrers(kept, _MORE if len(kept) < len(descriptors) else "")


def packed(descriptors: Sequence[Descriptor]) -> bytes:
    """Write a list as the index a registry would have answered."""
    entries = [
        {
            "mediaType": each.media_type,
            "digest": str(each.digest),
            "size": each.size,
            "annotations": dict(each.annotations),
            "artifactType": each.artifact_type,
        }
        for each in descriptors
    ]
    index = {"schemaVersion": 2, "mediaType": media_types.OCI_INDEX, "manifests": entries}
    return json.dumps(index).encode()


def unpacked(body: bytes) -> Referrers | None:
    """Read what `packed` wrote."""
    index = _index(body, None)
    return Referrers(index.manifests) if index else None


def _index(body: bytes, content_type: str | None) -> ImageIndex | None:
    try:
        document = decode_manifest(body, content_type)
    except InvalidManifest:
        return None
    return document if isinstance(document, ImageIndex) else None


def _is_no_api(status: int) -> bool:
    """Whether a status says nothing of the image: then the tags are asked, and they do."""
    if status == HTTPStatus.NOT_IMPLEMENTED:
        return True
    return status != HTTPStatus.TOO_MANY_REQUESTS and not is_trouble(status)

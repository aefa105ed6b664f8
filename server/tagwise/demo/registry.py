"""An OCI registry in one object: a request in, a response out.

The demonstration's registry, and the registry of the tests.  It follows the OCI distribution
specification 1.1 and never raises, whatever it is sent.  `RegistryTransport` puts it under an httpx
client, `serve` on a loopback port.  Misbehaviour is not among its settings: an `interceptor` gives
any other answer.
Does not know how requests reach it.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Final

import attrs
import httpx

from tagwise.demo import registry_pull, registry_push
from tagwise.demo.http_message import Interceptor, Request, Response
from tagwise.demo.registry_auth import TOKEN_PATH, Access, Authority, OpenAuthority
from tagwise.demo.registry_errors import ErrorCode, refusal
from tagwise.demo.registry_route import Endpoint, Route, is_name, route_of
from tagwise.demo.registry_store import RegistryStore, StoredManifest
from tagwise.oci.digest import Digest

_Answer = Callable[[RegistryStore, Route, Request], Response]

_RECORDED: Final = 10_000
_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "GET": ("pull",),
    "HEAD": ("pull",),
    "DELETE": ("delete",),
}
_VERSION: Final = {"Docker-Distribution-Api-Version": "registry/2.0"}


@attrs.define
class RecordedRequest:
    """A request without its body; `status` is None until it is answered (or never was)."""

    method: str
    scheme: str
    host: str
    path: str
    query: httpx.QueryParams
    headers: httpx.Headers
    status: int | None = None

    @property
    def is_authorized(self) -> bool:
        """Whether it brought credentials, good ones or not."""
        return "Authorization" in self.headers


@attrs.define
class Registry:
    """`requests` holds what was asked, oldest first (the last 10,000).

    `tags_page` is the longest page of tags it gives.
    """

    authority: Authority = attrs.field(factory=OpenAuthority)
    interceptor: Interceptor | None = None
    tags_page: int = registry_pull.TAGS_PAGE
    store: RegistryStore = attrs.field(factory=RegistryStore)
    requests: list[RecordedRequest] = attrs.field(factory=list[RecordedRequest], init=False)

    async def __call__(self, request: Request) -> Response:
        """Answer; what the interceptor raises goes through, for a test that wants a broken line."""
        recorded = self._record(request)
        intercepted = self.interceptor(request) if self.interceptor else None
        if inspect.isawaitable(intercepted):
            intercepted = await intercepted
        response = intercepted or self._answer(request)
        recorded.status = response.status
        return response

    def put_blob(self, repository: str, content: bytes) -> Digest:
        """Store a blob without asking anything about it."""
        digest = Digest.of(content)
        self.store.repository(repository).blobs[digest] = content
        return digest

    def put_manifest(self, repository: str, reference: str, body: bytes, media_type: str) -> Digest:
        """Store `body`, whatever it is, under the tag or digest `reference`."""
        held = self.store.repository(repository)
        if ":" in reference:
            digest = Digest.parse(reference)
        else:
            digest = held.tags[reference] = Digest.of(body)
        held.manifests[digest] = StoredManifest.of(digest, media_type, body)
        return digest

    def delete_blob(self, repository: str, digest: Digest) -> None:
        self.store.repository(repository).blobs.pop(digest, None)

    def delete_manifest(self, repository: str, reference: str) -> None:
        """Remove a tag, or by digest a manifest with its tags."""
        held = self.store.repository(repository)
        held.remove(Digest.parse(reference) if ":" in reference else reference)

    def _record(self, request: Request) -> RecordedRequest:
        recorded = RecordedRequest(
            method=request.method,
            scheme=request.scheme,
            host=request.host,
            path=request.path,
            query=request.query,
            headers=request.headers,
        )
        self.requests.append(recorded)
        del self.requests[:-_RECORDED]
        return recorded

    def _answer(self, request: Request) -> Response:
        if request.path == TOKEN_PATH:
            return self.authority.issue(request) or refusal(ErrorCode.NOT_FOUND, request.path)
        if request.path in {"/v2", "/v2/"}:
            response = self._answer_version(request)
        else:
            route = route_of(request.path)
            response = self._answer_route(route, request) if route else _no_endpoint(request)
        for name, value in _VERSION.items():
            response.headers.setdefault(name, value)
        return response

    def _answer_version(self, request: Request) -> Response:
        """Answer spec.md, "Determining Support"."""
        refused = self.authority.refuse(request, frozenset())
        if refused:
            return refused
        if request.method not in {"GET", "HEAD"}:
            return refusal(ErrorCode.UNSUPPORTED, headers={"Allow": "GET, HEAD"})
        return Response(HTTPStatus.OK, {"Content-Type": "application/json; charset=utf-8"}, b"{}")

    def _answer_route(self, route: Route, request: Request) -> Response:
        if not is_name(route.repository):
            return refusal(ErrorCode.NAME_INVALID, route.repository)
        refused = self.authority.refuse(request, _access_needed(route, request))
        if refused:
            return refused
        answers = self._answers_at(route.endpoint)
        answer = answers.get(request.method)
        if answer is None:
            return refusal(ErrorCode.UNSUPPORTED, headers={"Allow": ", ".join(answers)})
        return answer(self.store, route, request)

    def _answers_at(self, endpoint: Endpoint) -> Mapping[str, _Answer]:
        """Tabulate spec.md, "Endpoints"."""
        tags = partial(registry_pull.tags, self.tags_page)
        answers: Mapping[Endpoint, Mapping[str, _Answer]] = {
            Endpoint.MANIFEST: {
                "GET": registry_pull.manifest,
                "HEAD": registry_pull.manifest,
                "PUT": registry_push.put_manifest,
                "DELETE": registry_push.remove_manifest,
            },
            Endpoint.BLOB: {
                "GET": registry_pull.blob,
                "HEAD": registry_pull.blob,
                "DELETE": registry_push.remove_blob,
            },
            Endpoint.UPLOADS: {"POST": registry_push.start_upload},
            Endpoint.UPLOAD: {
                "GET": registry_push.upload_status,
                "HEAD": registry_push.upload_status,
                "PATCH": registry_push.add_chunk,
                "PUT": registry_push.finish_upload,
                "DELETE": registry_push.cancel_upload,
            },
            Endpoint.TAGS: {"GET": tags, "HEAD": tags},
            Endpoint.REFERRERS: {"GET": registry_pull.referrers, "HEAD": registry_pull.referrers},
        }
        return answers[endpoint]


def _no_endpoint(request: Request) -> Response:
    return refusal(ErrorCode.NOT_FOUND, request.path)


def _access_needed(route: Route, request: Request) -> frozenset[Access]:
    """Say what a request needs; everything about an upload is part of pushing."""
    actions = _ACTIONS.get(request.method, ("pull", "push"))
    if route.endpoint in {Endpoint.UPLOAD, Endpoint.UPLOADS}:
        actions = ("pull", "push")
    needed = {Access(route.repository, action) for action in actions}
    source = request.query.get("from")
    if route.endpoint is Endpoint.UPLOADS and source and is_name(source):
        needed.add(Access(source, "pull"))
    return frozenset(needed)

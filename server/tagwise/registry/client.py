"""What can be asked of a registry: a tag's digest, a manifest, a configuration, the tags.

Follows the OCI distribution-spec, "Pull" and "Content Discovery".  Content is verified against its
digest before anything else is done with it, kept on disk, and never asked for again.  Where a GET
of a manifest counts as a pull, a HEAD goes first.  Does not know platforms, nor how old an answer
may be: that is `resolver.py`.
"""

import logging
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import attrs

from tagwise.errors import (
    InvalidDigest,
    InvalidManifest,
    RegistryProtocolError,
    UnsupportedMediaType,
)
from tagwise.oci import media_types
from tagwise.oci.codec import decode_config, decode_manifest
from tagwise.oci.digest import Digest
from tagwise.oci.image_config import ImageConfig
from tagwise.oci.manifest import Descriptor, ImageIndex, ImageManifest
from tagwise.oci.reference import ImageReference
from tagwise.registry.certificates import CertificateFolders
from tagwise.registry.clock import Clock
from tagwise.registry.credentials import Keychain
from tagwise.registry.examination import HostReport, RegistryReport, origin_of
from tagwise.registry.exchange import (
    CONFIG_LIMIT,
    MANIFEST_LIMIT,
    Answer,
    Patience,
    Question,
    Request,
)
from tagwise.registry.flights import Flights
from tagwise.registry.hosts import Hosts
from tagwise.registry.rate_limits import Quota
from tagwise.registry.refusals import protocol_error, refusal
from tagwise.registry.store import Store, StoredTag, StoredTags, TagKey
from tagwise.registry.tag_list import (
    TAG_LIMIT,
    Heard,
    TagList,
    list_repositories,
    list_tags,
    nobody_hears,
)
from tagwise.registry.turns import Turns

if TYPE_CHECKING:
    # httpx takes 50 ms to import: it waits until something is asked.
    import httpx

    from tagwise.registry.artifacts import Artifacts
    from tagwise.registry.connection import Connection

_LOG: Final = logging.getLogger(__name__)
_HEAD_UNKNOWN: Final = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})
# Old versions of Nexus; where a GET costs a pull, such an answer is taken for what it says.
_HEAD_BROKEN: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR})


@attrs.frozen
class FetchedManifest:
    """A manifest or index, verified, and what was learned of its tag with it."""

    tag: StoredTag
    body: bytes = attrs.field(repr=False)
    document: ImageIndex | ImageManifest

    @property
    def digest(self) -> Digest:
        return self.tag.digest


class RegistryClient:
    """Asks registries, each question once however many ask it at a time.

    Every method raises a `RegistryError` where the answer is not what was asked for.
    """

    def __init__(
        self,
        *,
        hosts: Hosts,
        keychain: Keychain,
        store: Store,
        clock: Clock,
        certificates: CertificateFolders | None = None,
        transport: "httpx.AsyncBaseTransport | None" = None,
        patience: Patience | None = None,
    ) -> None:
        self._turns = Turns(hosts=hosts, keychain=keychain, store=store)
        self._store = store
        self._clock = clock
        self._certificates = certificates or CertificateFolders()
        self._transport = transport
        self._patience = patience or Patience()
        self._lazy_connection: Connection | None = None
        self._heads = Flights[StoredTag]()
        self._manifests = Flights[FetchedManifest]()
        self._configs = Flights[ImageConfig]()
        self._tag_lists = Flights[TagList]()
        self._catalogues = Flights[tuple[str, ...]]()
        self._lazy_artifacts: Artifacts | None = None

    @property
    def artifacts(self) -> "Artifacts":
        """What can be asked about an image besides itself: most commands do not."""
        if self._lazy_artifacts is None:
            from tagwise.registry.artifacts import Artifacts

            self._lazy_artifacts = Artifacts(
                self._turns,
                store=self._store,
                clock=self._clock,
                connect=self._connection,
                tag_digest=self._tag_digest,
                manifest=self._manifest_of_tag,
            )
        return self._lazy_artifacts

    async def head(self, reference: ImageReference) -> StoredTag:
        """Ask for the digest alone, of the tag or of the pinned digest (is it still served?)."""
        name = str(reference.digest or reference.followed_tag)
        by_digest = reference.digest is not None
        ask = partial(self._join_head, name=name)
        return await self._turns.ask(reference, ask, by_digest=by_digest)

    async def tag_digest(self, reference: ImageReference) -> StoredTag:
        """Ask what the tag stands for, with a GET where that costs no more than a HEAD.

        A digest in the reference is asked for with a HEAD.
        """
        if reference.digest is not None:
            return await self.head(reference)
        return await self._turns.ask(reference, self._tag_digest)

    async def manifest(
        self, reference: ImageReference, *, digest: Digest | None = None
    ) -> FetchedManifest:
        """Get the manifest of `digest`, else of the reference's own digest, else of its tag."""
        wanted = digest or reference.digest
        if wanted is None:
            return await self._turns.ask(reference, self._manifest_of_tag)
        kept = self.kept_manifest(wanted)
        if kept is not None:
            return kept
        return await self._turns.ask(
            reference, partial(self._join_get, name=str(wanted)), by_digest=True
        )

    async def config(self, reference: ImageReference, *, descriptor: Descriptor) -> ImageConfig:
        """Get the configuration a manifest of the reference's repository points at."""
        kept = self.kept_config(descriptor.digest)
        if kept is not None:
            return kept
        return await self._turns.ask(
            reference, partial(self._join_config, descriptor=descriptor), by_digest=True
        )

    async def tags(
        self, reference: ImageReference, *, limit: int = TAG_LIMIT, heard: Heard = nobody_hears
    ) -> TagList:
        """List the tags of the reference's repository, `limit` at most, as the registry orders them.

        `heard` is told what there is so far, if nobody has asked the same already.  A list that was
        cut at less than `TAG_LIMIT` is not kept.
        """

        async def ask(question: Question) -> TagList:
            start = partial(self._list_tags, question, limit=limit, heard=heard)
            return await self._tag_lists.join((_key(question), limit), start)

        return await self._turns.ask(reference, ask)

    async def _list_tags(self, question: Question, *, limit: int, heard: Heard) -> TagList:
        found = await list_tags(
            self._connection(), question, limit=limit, clock=self._clock, heard=heard
        )
        if found.is_complete or limit >= TAG_LIMIT:
            key = _tag_key(question, "")
            self._store.write_tags(key, found.tags, is_complete=found.is_complete)
        return found

    async def repositories(self, reference: ImageReference) -> tuple[str, ...]:
        """List the repositories of the host that the reference names, if it tells."""

        async def ask(question: Question) -> tuple[str, ...]:
            asked = attrs.evolve(question, is_of_catalogue=True)
            start = partial(list_repositories, self._connection(), asked, clock=self._clock)
            key = (question.endpoint.origin, question.credential.identity)
            return await self._catalogues.join(key, start)

        return await self._turns.ask(reference, ask)

    def kept_tags(self, reference: ImageReference) -> StoredTags | None:
        """Read the newest list of the repository's tags that is on disk."""
        keys = (attrs.evolve(key, tag="") for key in self.tag_keys(reference))
        lists = (self._store.read_tags(key) for key in keys)
        return max(filter(None, lists), key=lambda each: each.learned, default=None)

    def kept_manifest(self, digest: Digest) -> FetchedManifest | None:
        """Read a manifest that is on disk."""
        body = self._store.read_blob(digest)
        if body is None:
            return None
        try:
            document = decode_manifest(body, None)
        except InvalidManifest:  # It is kept as a configuration: let the registry say so.
            return None
        return FetchedManifest(
            StoredTag(digest, document.media_type, self._clock()), body, document
        )

    def kept_config(self, digest: Digest) -> ImageConfig | None:
        """Read a configuration that is on disk."""
        body = self._store.read_blob(digest)
        try:
            return decode_config(body) if body is not None else None
        except InvalidManifest:
            return None

    def tag_keys(self, reference: ImageReference) -> tuple[TagKey, ...]:
        """List under which keys the store may know the reference's tag, in the order of asking."""
        return tuple(
            TagKey(endpoint.identity, identity, reference.repository, reference.followed_tag)
            for endpoint, identity in self._turns.identities(reference)
        )

    def is_metered(self, reference: ImageReference) -> bool:
        """Whether getting the reference's manifest may count as a pull."""
        return any(endpoint.is_metered for endpoint, _ in self._turns.identities(reference))

    async def examine(self, reference: ImageReference) -> RegistryReport:
        """Try every host that may answer for the reference, and tell how that went."""
        ask = partial(self._join_head, name=str(reference.digest or reference.followed_tag))
        outcomes = await self._turns.ask_each(reference, ask)
        return RegistryReport(
            registry=reference.registry,
            credentials=origin_of(await self._turns.credential(reference)),
            hosts=tuple(HostReport.of(*outcome) for outcome in outcomes),
            quota=self.quota(reference.registry),
        )

    def quota(self, registry: str) -> Quota | None:
        """Return how many pulls `registry` has last said are left; None where it has not of late."""
        connection = self._lazy_connection
        if connection is None:
            return None
        hosts = self._turns.hosts(registry)
        quota = next(filter(None, map(connection.quota, hosts)), None)
        return quota if quota is not None and quota.holds(self._clock()) else None

    async def aclose(self) -> None:
        for flights in (self._heads, self._manifests, self._configs, self._tag_lists):
            await flights.aclose()
        await self._catalogues.aclose()
        if self._lazy_artifacts is not None:
            await self._lazy_artifacts.aclose()
        await self._turns.aclose()
        if self._lazy_connection is not None:
            await self._lazy_connection.aclose()

    def _connection(self) -> "Connection":
        if self._lazy_connection is None:
            from tagwise.registry.connection import Connection

            self._lazy_connection = Connection(
                store=self._store,
                clock=self._clock,
                patience=self._patience,
                certificates=self._certificates,
                transport=self._transport,
            )
        return self._lazy_connection

    async def _tag_digest(self, question: Question) -> StoredTag:
        tag = question.reference.followed_tag
        if question.endpoint.is_metered:
            return await self._join_head(question, name=tag)
        return (await self._join_get(question, name=tag)).tag

    async def _manifest_of_tag(self, question: Question) -> FetchedManifest:
        tag = question.reference.followed_tag
        if not question.endpoint.is_metered:
            return await self._join_get(question, name=tag)
        head = await self._join_head(question, name=tag)
        fetched = self.kept_manifest(head.digest)
        if fetched is None:
            fetched = await self._join_get(question, name=str(head.digest))
        return attrs.evolve(fetched, tag=head)

    async def _join_head(self, question: Question, *, name: str) -> StoredTag:
        start = partial(self._head, question, name)
        return await self._heads.join((_key(question), name), start)

    async def _join_get(self, question: Question, *, name: str) -> FetchedManifest:
        start = partial(self._get, question, name)
        return await self._manifests.join((_key(question), name), start)

    async def _join_config(self, question: Question, *, descriptor: Descriptor) -> ImageConfig:
        start = partial(self._config, question, descriptor)
        return await self._configs.join((_key(question), descriptor.digest), start)

    async def _head(self, question: Question, name: str) -> StoredTag:
        answer = await self._ask_manifest(question, "HEAD", name)
        if answer.status == HTTPStatus.OK:
            media_type = media_types.essence(answer.content_type)
            digest = _stated_digest(question, name, answer)
            if digest is not None and media_type not in media_types.SCHEMA_1:
                return self._learn(question, name, digest, media_type)
        elif not _is_no_head(question, answer):
            raise refusal(question, answer, now=self._clock())
        return (await self._join_get(question, name=name)).tag

    async def _get(self, question: Question, name: str) -> FetchedManifest:
        answer = await self._ask_manifest(question, "GET", name)
        if answer.status != HTTPStatus.OK:
            raise refusal(question, answer, now=self._clock())
        digest = _verified(question, name, answer.body)
        try:
            document = decode_manifest(answer.body, answer.content_type)
        except InvalidManifest as error:
            raise _unreadable(question, answer, error) from error
        self._store.write_blob(digest, answer.body)
        tag = self._learn(question, name, digest, document.media_type)
        return FetchedManifest(tag, answer.body, document)

    async def _config(self, question: Question, descriptor: Descriptor) -> ImageConfig:
        name = str(descriptor.digest)
        url = question.endpoint.url("blobs", name)
        answer = await self._connection().ask(question, Request("GET", url, CONFIG_LIMIT))
        if answer.status != HTTPStatus.OK:
            raise refusal(question, answer, now=self._clock())
        digest = _verified(question, name, answer.body)
        if len(answer.body) != descriptor.size:
            what = f"has a configuration of {len(answer.body)} bytes, where its manifest says"
            raise protocol_error(question, f"{what} {descriptor.size},")
        try:
            config = decode_config(answer.body)
        except InvalidManifest as error:
            raise protocol_error(question, "has a configuration that is none") from error
        self._store.write_blob(digest, answer.body)
        return config

    async def _ask_manifest(self, question: Question, method: str, name: str) -> Answer:
        url = question.endpoint.url("manifests", name)
        request = Request(method, url, MANIFEST_LIMIT, accept=media_types.ACCEPT)
        return await self._connection().ask(question, request)

    def _learn(self, question: Question, name: str, digest: Digest, media_type: str) -> StoredTag:
        if ":" in name:
            return StoredTag(digest, media_type, self._clock())
        key = _tag_key(question, name)
        return self._store.write_tag(key, digest=digest, media_type=media_type)


def _is_no_head(question: Question, answer: Answer) -> bool:
    """Whether the host may only lack HEAD, so that a GET tells more."""
    is_broken = answer.status in _HEAD_BROKEN and not question.endpoint.is_metered
    return is_broken or answer.status in _HEAD_UNKNOWN


def _key(question: Question) -> tuple[str, str, str]:
    identity = question.credential.identity
    return question.endpoint.identity, identity, question.reference.repository


def _tag_key(question: Question, tag: str) -> TagKey:
    endpoint, identity, repository = _key(question)
    return TagKey(endpoint, identity, repository, tag)


def _stated_digest(question: Question, name: str, answer: Answer) -> Digest | None:
    """Return what a HEAD says; of a digest that it is there, whatever else it is called there."""
    try:
        stated = Digest.parse(answer.headers.get("docker-content-digest", ""))
    except InvalidDigest:
        return None
    if ":" not in name:
        return stated
    digest = Digest.parse(name)
    if stated != digest and stated.algorithm == digest.algorithm:
        raise protocol_error(question, f"answered with other content than {digest.short}")
    return digest


def _verified(question: Question, name: str, body: bytes) -> Digest:
    """Return the digest of `body`, which was asked for by `name`."""
    if ":" not in name:
        return Digest.of(body)
    digest = Digest.parse(name)
    if not digest.matches(body):
        raise protocol_error(question, f"answered with other content than {digest.short}")
    return digest


def _unreadable(
    question: Question, answer: Answer, error: InvalidManifest
) -> RegistryProtocolError | UnsupportedMediaType:
    if media_types.essence(answer.content_type) == "text/html":
        return protocol_error(question, "answered with a web page")
    name = question.reference.familiar
    message = f"{name} on {question.host} cannot be read: {error}"
    return UnsupportedMediaType(message, host=question.host, reference=name)

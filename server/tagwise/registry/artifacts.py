"""What can be asked about an image besides itself: what refers to it, and what that states.

Asked once however many ask at a time; answers are kept on disk, a list with the time it was
learned, and of a document what it comes to.  Does not know what the artifacts mean (`signs.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol

import attrs

from tagwise.errors import (
    InvalidManifest,
    ManifestUnknown,
    NameUnknown,
    RegistryError,
    Unauthorized,
)
from tagwise.oci import media_types
from tagwise.oci.digest import Digest
from tagwise.oci.in_toto import decode_statement
from tagwise.oci.manifest import Descriptor, ImageIndex, ImageManifest
from tagwise.oci.reference import ImageReference
from tagwise.oci.trust import Statement, Unread
from tagwise.registry import referrers, statements
from tagwise.registry.clock import Clock
from tagwise.registry.exchange import Question, Request
from tagwise.registry.flights import Flights
from tagwise.registry.referrers import ATTACHED, Referrers, list_referrers, referrers_tag
from tagwise.registry.refusals import protocol_error, refusal
from tagwise.registry.store import Store, StoredTag, TagKey
from tagwise.registry.turns import Turns

if TYPE_CHECKING:
    from tagwise.registry.connection import Connection

STATEMENT_LIMIT: Final = 16 * 1024 * 1024
_STATEMENT: Final = "application/vnd.in-toto+json"


class _Fetched(Protocol):
    @property
    def document(self) -> ImageIndex | ImageManifest: ...


@attrs.frozen
class KeptReferrers:
    """What referred to an image at `learned` (aware, UTC)."""

    referrers: Referrers
    learned: datetime


class Artifacts:
    """The part of a `RegistryClient` that asks for artifacts.

    `tag_digest` and `manifest` ask for the tag of a question's reference.
    """

    def __init__(
        self,
        turns: Turns,
        *,
        store: Store,
        clock: Clock,
        connect: "Callable[[], Connection]",
        tag_digest: Callable[[Question], Awaitable[StoredTag]],
        manifest: Callable[[Question], Awaitable[_Fetched]],
    ) -> None:
        self._turns = turns
        self._store = store
        self._clock = clock
        self._connect = connect
        self._tag_digest = tag_digest
        self._manifest = manifest
        self._lists = Flights[Referrers]()
        self._statements = Flights[Statement]()

    async def referrers(self, reference: ImageReference, subject: Digest) -> Referrers:
        """List what refers to `subject` in the reference's repository.

        :raises RegistryError: if nobody can say anything.
        """

        async def ask(question: Question) -> Referrers:
            start = partial(self._referrers, question, subject)
            return await self._lists.join(_key(question, subject), start)

        return await self._turns.ask(reference, ask, by_digest=True)

    async def statement(self, reference: ImageReference, descriptor: Descriptor) -> Statement:
        """Get what a document of at most `STATEMENT_LIMIT` bytes states.

        :raises RegistryError: if the document cannot be had.
        """
        kept = self.kept_statement(descriptor.digest)
        if kept is not None:
            return kept

        async def ask(question: Question) -> Statement:
            start = partial(self._statement, question, descriptor)
            return await self._statements.join(_key(question, descriptor.digest), start)

        return await self._turns.ask(reference, ask, by_digest=True)

    def kept_referrers(self, reference: ImageReference, subject: Digest) -> KeptReferrers | None:
        """Read what was last answered, of whatever age."""
        found: list[KeptReferrers] = []
        for endpoint, identity in self._turns.identities(reference):
            key = TagKey(endpoint.identity, identity, reference.repository, _list_name(subject))
            body, tag = self._read(key)
            unpacked = referrers.unpacked(body) if body else None
            if unpacked is not None and tag is not None:
                found.append(KeptReferrers(unpacked, tag.learned))
        return max(found, key=lambda kept: kept.learned, default=None)

    def kept_statement(self, digest: Digest) -> Statement | None:
        """Read what the document `digest` is known to state."""
        body, _ = self._read(_statement_key(digest))
        return statements.unpacked(body) if body else None

    async def aclose(self) -> None:
        await self._lists.aclose()
        await self._statements.aclose()

    async def _referrers(self, question: Question, subject: Digest) -> Referrers:
        listed = await self._listed(question, subject)
        tags = {f"{referrers_tag(subject)}{end}": kind for end, kind in ATTACHED.items()}
        attached = await asyncio.gather(
            *(self._attached(question, tag, kind) for tag, kind in tags.items())
        )
        parts = (*filter(None, (listed,)), *attached)
        found = tuple(each for part in parts for each in part.descriptors)
        missed = next((part.missed for part in parts if part.missed), "")
        if question.has_alternative and not found and (listed is None or missed):
            raise _nothing(question)
        if not missed:
            key = TagKey(*_key(question, subject)[:3], _list_name(subject))
            self._write(key, referrers.packed(found), media_types.OCI_INDEX)
        return Referrers(found, missed)

    async def _listed(self, question: Question, subject: Digest) -> Referrers | None:
        """List by the API, else by the tag in its place; None where there is neither."""
        missed = ""
        try:
            listed = await list_referrers(
                self._connect(), question, subject=subject, clock=self._clock
            )
        except RegistryError as error:
            listed, missed = None, str(error)
        if listed is not None:
            return listed
        try:
            fetched = await self._manifest(_tagged(question, referrers_tag(subject)))
        except (ManifestUnknown, NameUnknown):
            return Referrers(missed=missed) if missed else None
        except Unauthorized:
            raise
        except RegistryError as error:
            return Referrers(missed=missed or str(error))
        document = fetched.document
        return referrers.first(document.manifests) if isinstance(document, ImageIndex) else None

    async def _attached(self, question: Question, tag: str, kind: str) -> Referrers:
        try:
            stored = await self._tag_digest(_tagged(question, tag))
        except (ManifestUnknown, NameUnknown):
            return Referrers()
        except RegistryError as error:
            return Referrers(missed=str(error))
        return Referrers((Descriptor(stored.media_type, stored.digest, 0, artifact_type=kind),))

    async def _statement(self, question: Question, descriptor: Descriptor) -> Statement:
        url = question.endpoint.url("blobs", str(descriptor.digest))
        limit = min(descriptor.size, STATEMENT_LIMIT)
        answer = await self._connect().ask(question, Request("GET", url, limit))
        if answer.status != HTTPStatus.OK:
            raise refusal(question, answer, now=self._clock())
        if not descriptor.digest.matches(answer.body):
            short = descriptor.digest.short
            raise protocol_error(question, f"answered with other content than {short}")
        try:
            statement = await asyncio.to_thread(decode_statement, answer.body)
        except InvalidManifest:
            statement = Unread.UNREADABLE
        self._write(_statement_key(descriptor.digest), statements.packed(statement), _STATEMENT)
        return statement

    def _read(self, key: TagKey) -> tuple[bytes | None, StoredTag | None]:
        tag = self._store.read_tag(key)
        return (self._store.read_blob(tag.digest), tag) if tag else (None, None)

    def _write(self, key: TagKey, body: bytes, media_type: str) -> None:
        digest = Digest.of(body)
        self._store.write_blob(digest, body)
        self._store.write_tag(key, digest=digest, media_type=media_type)


def _key(question: Question, digest: Digest) -> tuple[str, str, str, str]:
    identity = question.credential.identity
    return question.endpoint.identity, identity, question.reference.repository, str(digest)


def _list_name(subject: Digest) -> str:
    """Give a name that no tag can have."""
    return f"referrers of {subject}"


def _statement_key(digest: Digest) -> TagKey:
    return TagKey("", "", "", f"statement of {digest}")


def _tagged(question: Question, tag: str) -> Question:
    reference = ImageReference.parse(f"{question.reference.name}:{tag}")
    return attrs.evolve(question, reference=reference)


def _nothing(question: Question) -> ManifestUnknown:
    name = question.reference.familiar
    message = f"{question.host} does not know what refers to {name}"
    return ManifestUnknown(message, host=question.host, reference=name)

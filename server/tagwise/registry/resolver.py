"""A reference and a platform to the chain of descriptors behind it.

Decides when an answer on disk is good enough: content of a digest for ever, a tag's digest for ten
minutes, a failure for half a minute.  A digest in the reference decides which image it is, whatever
its tag stands for by now.  Does not know HTTP, and does not import it.
"""

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from tagwise.errors import ManifestUnknown, NameUnknown, RegistryProtocolError
from tagwise.oci.digest import Digest
from tagwise.oci.manifest import Descriptor, ImageIndex
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.oci.trust import TrustSigns
from tagwise.registry.chain import (
    Conversation,
    Found,
    Gone,
    Wanted,
    WantedManifest,
    choose,
    describe,
)
from tagwise.registry.client import FetchedManifest, RegistryClient
from tagwise.registry.clock import Clock
from tagwise.registry.examination import RegistryReport
from tagwise.registry.failures import Failures
from tagwise.registry.rate_limits import Quota
from tagwise.registry.resolution import (
    Description,
    PlatformImage,
    Resolution,
    Source,
    TagAnswer,
)
from tagwise.registry.store import Store, StoredTag, StoredTags
from tagwise.registry.tag_list import TAG_LIMIT, Heard, TagList, nobody_hears

if TYPE_CHECKING:
    from tagwise.registry.trust import TrustReader

__all__ = ["PlatformImage", "Resolution", "Resolver", "Source", "TagAnswer"]

TAG_LIFETIME: Final = timedelta(minutes=10)

_T = TypeVar("_T")


class Resolver:
    """Every coroutine raises a `RegistryError` where it has no answer.

    `offline`: what is on disk is good however old, since its client can reach nobody.
    """

    def __init__(
        self, client: RegistryClient, store: Store, *, clock: Clock, offline: bool = False
    ) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self._offline = offline
        self._failures = Failures(clock)
        self._lazy_trust: TrustReader | None = None

    def forget(self) -> int:
        """Forget what registries have said, and where they failed; return the bytes that frees."""
        self._failures.forget()
        before = self._store.usage().size
        self._store.clear()
        return before - self._store.usage().size

    async def digest(self, reference: ImageReference, *, fresh: bool = False) -> TagAnswer:
        """Tell what the tag stands for; `fresh` asks with one HEAD, whatever is known.

        Of a reference with a digest, tell that digest; `fresh` then asks whether it is still
        served.
        """
        if fresh and not self._offline:
            return _answer(await self._client.head(reference), Source.REGISTRY)
        known = self._good_tag(reference)
        if known is not None:
            return _answer(known, Source.STORE)
        ask = partial(self._client.tag_digest, reference)
        asked = await self._failures.attempt(reference.canonical, ask)
        return _answer(asked, Source.REGISTRY)

    async def platform_digest(self, reference: ImageReference, platform: Platform) -> Digest:
        """Tell the digest of the manifest for `platform`.

        :raises ManifestUnknown: if there is none for it.
        """
        fetched, _ = await self._root(reference, fresh=False)
        document = fetched.document
        if isinstance(document, ImageIndex):
            descriptor = await self._converse(reference, choose(document, wanted=platform))
            there = [image.platform for image in document.images]
        else:
            conversation = _description(fetched, platform, every=False)
            description = await self._converse(reference, conversation)
            descriptor = description.chosen.descriptor if description.chosen else None
            there = [image.platform for image in description.images]
        if descriptor is None:
            names = ", ".join(str(each) for each in there if each and not each.is_unknown)
            message = f"{reference.familiar} has no image for {platform}"
            message += f", but for {names}" if names else ""
            raise ManifestUnknown(message, host=reference.registry, reference=reference.familiar)
        return descriptor.digest

    async def resolve(
        self, reference: ImageReference, *, platform: Platform, fresh: bool = False
    ) -> Resolution:
        """Follow the chain to the configuration of the image for `platform`."""
        ask = partial(self._describe, reference, platform, fresh=fresh, every=False)
        if fresh:
            return await ask()
        return await self._failures.attempt((reference.canonical, platform), ask)

    async def resolve_all(self, reference: ImageReference, *, platform: Platform) -> Resolution:
        """Do what `resolve` does, and read the manifest of every other platform too."""
        return await self._describe(reference, platform, fresh=False, every=True)

    async def raw_manifest(self, reference: ImageReference, *, platform: Platform | None) -> bytes:
        """Give the manifest or index as it was served; with `platform`, that platform's."""
        if platform is None:
            fetched, _ = await self._root(reference, fresh=False)
        else:
            digest = await self.platform_digest(reference, platform)
            fetched = await self._client.manifest(reference, digest=digest)
        return fetched.body

    async def examine(self, reference: ImageReference) -> RegistryReport:
        """Tell how the reference's registry is spoken to, and what each of its hosts says."""
        return await self._client.examine(reference)

    async def tags(
        self, reference: ImageReference, *, limit: int = TAG_LIMIT, heard: Heard = nobody_hears
    ) -> TagList:
        """List the tags of the reference's repository, `limit` at most, in the registry's order."""
        return await self._client.tags(reference, limit=limit, heard=heard)

    async def repositories(self, reference: ImageReference) -> tuple[str, ...]:
        """List the repositories of the reference's registry, where it tells."""
        return await self._client.repositories(reference)

    def known_tags(self, reference: ImageReference) -> StoredTags | None:
        """Tell which tags the disk knows, however old, without asking anybody."""
        return self._client.kept_tags(reference)

    async def signs(
        self, reference: ImageReference, *, digest: Digest, image: Digest | None
    ) -> TrustSigns:
        """Look for signs of trust on `digest`, and on the `image` of one platform in it.

        Never raises: what could not be asked is said in the answer.
        """
        from tagwise.registry.trust import NOT_ASKED

        if self._offline:
            return self.known_signs(reference, digest=digest, image=image) or NOT_ASKED
        return await self._trust.signs(reference, digest=digest, image=image)

    def known_signs(
        self, reference: ImageReference, *, digest: Digest, image: Digest | None
    ) -> TrustSigns | None:
        """Tell which signs the disk knows, however old; None where nobody has looked for any."""
        return self._trust.known(reference, digest=digest, image=image)

    def known(self, reference: ImageReference, *, platform: Platform) -> Resolution | None:
        """Tell what the disk knows, however old, without asking anybody.

        Where only the digest of the tag is known, there are no images.
        """
        tag = self._known_tag(reference)
        if tag is None:
            return None
        kept = self._client.kept_manifest(tag.digest)
        answer = _answer(tag, Source.STORE)
        if kept is None:
            return _resolution(reference, answer, None, Description())
        description = self._recall(_description(kept, platform, every=False))
        return _resolution(reference, answer, kept, description)

    def is_metered(self, reference: ImageReference) -> bool:
        """Whether getting the reference's manifest may count as a pull."""
        return self._client.is_metered(reference)

    def quota(self, reference: ImageReference) -> Quota | None:
        """Tell how many pulls the reference's registry has said are left."""
        return self._client.quota(reference.registry)

    def known_digest(self, reference: ImageReference) -> TagAnswer | None:
        """Tell what the disk says a reference stands for, however old, without asking anybody."""
        tag = self._known_tag(reference)
        return _answer(tag, Source.STORE) if tag else None

    @property
    def _trust(self) -> "TrustReader":
        if self._lazy_trust is None:
            from tagwise.registry.trust import TrustReader

            self._lazy_trust = TrustReader(self._client, clock=self._clock)
        return self._lazy_trust

    async def _describe(
        self, reference: ImageReference, platform: Platform, *, fresh: bool, every: bool
    ) -> Resolution:
        fetched, answer = await self._root(reference, fresh=fresh)
        conversation = _description(fetched, platform, every=every)
        description = await self._converse(reference, conversation)
        return _resolution(reference, answer, fetched, description)

    async def _root(
        self, reference: ImageReference, *, fresh: bool
    ) -> tuple[FetchedManifest, TagAnswer]:
        """Get what the reference itself points at, with as few requests as its host allows."""
        if fresh and reference.digest is None:
            answer = await self.digest(reference, fresh=True)
        elif tag := self._good_tag(reference):
            answer = _answer(tag, Source.STORE)
        else:
            return await self._asked_root(reference)
        try:
            return await self._client.manifest(reference, digest=answer.digest), answer
        except ManifestUnknown:
            if answer.source is Source.REGISTRY or reference.digest is not None:
                raise
        # The tag has moved on since, and its registry has dropped what it was: Quay soon does.
        return await self._asked_root(reference)

    async def _asked_root(self, reference: ImageReference) -> tuple[FetchedManifest, TagAnswer]:
        ask = partial(self._client.manifest, reference)
        fetched = await self._failures.attempt(reference.canonical, ask)
        return fetched, _answer(fetched.tag, Source.REGISTRY)

    def _good_tag(self, reference: ImageReference) -> StoredTag | None:
        tag = self._known_tag(reference)
        return tag if tag and abs(self._clock() - tag.learned) < TAG_LIFETIME else None

    def _known_tag(self, reference: ImageReference) -> StoredTag | None:
        """Return what the disk says of the tag last, or of the digest if there is one."""
        if reference.digest is not None:
            kept = self._client.kept_manifest(reference.digest)
            return kept.tag if kept else None
        tags = (self._store.read_tag(key) for key in self._client.tag_keys(reference))
        return max(filter(None, tags), key=lambda tag: tag.learned, default=None)

    async def _converse(self, reference: ImageReference, conversation: Conversation[_T]) -> _T:
        """Answer a conversation by asking the registry for what is not on disk."""
        try:
            wanted = next(conversation)
            while True:
                reads = (self._read(reference, each) for each in wanted)
                wanted = conversation.send(tuple(await asyncio.gather(*reads)))
        except StopIteration as end:
            result: _T = end.value
            return result

    def _recall(self, conversation: Conversation[_T]) -> _T:
        """Answer a conversation from the disk alone."""
        try:
            wanted = next(conversation)
            while True:
                wanted = conversation.send(tuple(self._kept(each) for each in wanted))
        except StopIteration as end:
            result: _T = end.value
            return result

    async def _read(self, reference: ImageReference, wanted: Wanted) -> Found:
        """Read a part of an image; that it is not there says something of that image alone."""
        key = (reference.name, wanted.descriptor.digest)
        try:
            return await self._failures.attempt(key, partial(self._ask, reference, wanted))
        except (ManifestUnknown, NameUnknown):
            return Gone()

    async def _ask(self, reference: ImageReference, wanted: Wanted) -> Found:
        if isinstance(wanted, WantedManifest):
            descriptor = wanted.descriptor
            fetched = await self._client.manifest(reference, digest=descriptor.digest)
            if len(fetched.body) != descriptor.size:
                raise _wrong_size(reference, descriptor, len(fetched.body))
            return fetched.document
        return await self._client.config(reference, descriptor=wanted.descriptor)

    def _kept(self, wanted: Wanted) -> Found:
        digest = wanted.descriptor.digest
        if isinstance(wanted, WantedManifest):
            kept = self._client.kept_manifest(digest)
            return kept.document if kept else None
        return self._client.kept_config(digest)


def _wrong_size(
    reference: ImageReference, descriptor: Descriptor, size: int
) -> RegistryProtocolError:
    message = (
        f"{reference.registry} has a manifest of {size} bytes, where the index of"
        f" {reference.familiar} says {descriptor.size}: no engine would take it"
    )
    return RegistryProtocolError(message, host=reference.registry, reference=reference.familiar)


def _description(
    fetched: FetchedManifest, platform: Platform, *, every: bool
) -> Conversation[Description]:
    document = fetched.document
    root = Descriptor(document.media_type, fetched.digest, len(fetched.body))
    return describe(root, document, wanted=platform, every=every)


def _answer(tag: StoredTag, source: Source) -> TagAnswer:
    return TagAnswer(tag.digest, tag.media_type, tag.learned, source)


def _resolution(
    reference: ImageReference,
    answer: TagAnswer,
    fetched: FetchedManifest | None,
    description: Description,
) -> Resolution:
    document = fetched.document if fetched else None
    return Resolution(
        reference=reference,
        digest=answer.digest,
        media_type=document.media_type if document else answer.media_type,
        learned=answer.learned,
        source=answer.source,
        index=document if isinstance(document, ImageIndex) else None,
        images=description.images,
        chosen=description.chosen,
        config=description.config,
        attestations=description.attestations,
    )

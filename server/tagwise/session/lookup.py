"""What is known of an image, now or in a moment: facts for features, digests for edits.

What is on disk is answered at once and refreshed behind; what is not is waited for a moment, and
the asking goes on after that (REGISTRIES.md, section 3).  Turns errors into facts.
Does not know documents, nor how a registry is asked.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import attrs

from tagwise.errors import (
    InvalidManifest,
    ManifestUnknown,
    NameUnknown,
    RateLimited,
    RegistryError,
    RegistryUnreachable,
    Unauthorized,
    UnsupportedMediaType,
)
from tagwise.ide.facts import (
    Answer,
    Ignorance,
    ImageFacts,
    PlatformFacts,
    PullsLeft,
    Resolved,
    Unresolved,
)
from tagwise.oci.digest import Digest
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.clock import Clock
from tagwise.registry.resolver import PlatformImage, Resolution, Resolver, Source
from tagwise.session.background import BackgroundTasks

PATIENCE: Final = 3.0
FRESH: Final = timedelta(minutes=10)
REMEMBERED: Final = 500

_Key: TypeAlias = tuple[str, Digest, Platform | None]


class Lookup:
    """`platform` is this machine's: shown where neither a file nor the `setting` asks for one.

    With a reason for `silence` nothing is asked, and what is on disk is all there is.  `learned` is
    called when more is known than before.
    """

    def __init__(
        self,
        resolver: Resolver,
        *,
        platform: Platform,
        setting: Platform | None = None,
        clock: Clock,
        tasks: BackgroundTasks,
        silence: str | None = None,
        learned: Callable[[], None] = lambda: None,
    ) -> None:
        self._resolver = resolver
        self._platform = platform
        self._setting = setting
        self._clock = clock
        self._tasks = tasks
        self._silence = silence
        self._learned = learned
        self._remembered: dict[_Key, ImageFacts] = {}

    async def answer(
        self,
        reference: ImageReference,
        asked: Platform | None = None,
        *,
        patience: float = PATIENCE,
    ) -> Answer:
        """Return what is known of `reference`, for the platform `asked` for in a file.

        Never raises a registry's error; waits at most `patience` seconds.
        """
        asked = asked or self._setting
        known = self._with_known_signs(reference, self.known(reference, asked))
        if self._silence is not None:
            return known or Unresolved(Ignorance.NOT_ASKED, f"not looked up: {self._silence}")
        if known is not None and _is_whole(known.facts):
            if not self._is_fresh(reference, known.facts):
                self._tasks.start(self._ask(reference, asked), name=f"refresh {reference}")
            return known
        task = self._tasks.start(self._ask(reference, asked), name=f"look up {reference}")
        await asyncio.wait({task}, timeout=patience)
        if task.done() and not task.cancelled():
            return task.result()
        still = f"still asking {reference.registry} …"
        return known or Unresolved(Ignorance.STILL_ASKING, still)

    async def enrich(self, reference: ImageReference, asked: Platform | None = None) -> None:
        """Find out what is not known, if that costs no pull."""
        asked = asked or self._setting
        if self._silence is not None or self._resolver.is_metered(reference):
            return
        known = self.known(reference, asked)
        if (
            known is None
            or not _is_whole(known.facts)
            or not self._is_fresh(reference, known.facts)
        ):
            await self._ask(reference, asked)

    async def facts(
        self,
        reference: ImageReference,
        asked: Platform | None = None,
        *,
        every_platform: bool = False,
    ) -> ImageFacts:
        """Return everything about `reference`, however long its registry takes.

        :raises RegistryError: where the registry does not say.
        """
        asked = asked or self._setting
        platform = asked or self._platform
        ask = self._resolver.resolve_all if every_platform else self._resolver.resolve
        return self._facts(await ask(reference, platform=platform), asked)

    async def with_signs(self, reference: ImageReference, facts: ImageFacts) -> ImageFacts:
        """Return the facts with the signs of trust on the image, which costs requests."""
        signs = await self._resolver.signs(
            reference, digest=facts.digest, image=facts.chosen.digest if facts.chosen else None
        )
        return attrs.evolve(facts, signs=signs)

    def known(self, reference: ImageReference, asked: Platform | None = None) -> Resolved | None:
        """Return what is on disk, of whatever age.

        Decoded facts are kept in memory: they hold for as long as the digest is the same.
        """
        asked = asked or self._setting
        answer = self._resolver.known_digest(reference)
        if answer is None:
            return None
        key = (reference.name, answer.digest, asked)
        facts = self._remembered.get(key)
        if facts is None:
            resolution = self._resolver.known(reference, platform=asked or self._platform)
            if resolution is None:
                return None
            facts = self._facts(resolution, asked)
        if facts.learned != answer.learned:
            facts = attrs.evolve(facts, learned=answer.learned)
        if _is_whole(facts):
            self._remember(key, facts)
        return Resolved(facts, self.known_tag_digest(reference), self._pulls(reference))

    def known_tag_digest(self, reference: ImageReference) -> Digest | None:
        """Return what the tag of a pinned reference was last seen to name."""
        if reference.digest is None or reference.tag is None:
            return None
        return self.known_digest(reference.without_digest())

    def current_tag_digest(self, reference: ImageReference) -> Digest | None:
        """Return what the tag of a pinned reference names, where it was asked lately."""
        if reference.digest is None or reference.tag is None:
            return None
        answer = self._resolver.known_digest(reference.without_digest())
        return answer.digest if answer is not None and self._is_recent(answer.learned) else None

    def known_digest(self, reference: ImageReference) -> Digest | None:
        """Return what a tag was last seen to name."""
        answer = self._resolver.known_digest(reference)
        return answer.digest if answer is not None else None

    async def _ask(self, reference: ImageReference, asked: Platform | None) -> Answer:
        platform = asked or self._platform
        before = self.known(reference, asked)
        tag = self._tasks.start(self._ask_tag(reference), name=f"look up the tag of {reference}")
        try:
            resolution = await self._resolver.resolve(reference, platform=platform)
        except (RegistryError, InvalidManifest) as error:
            return Unresolved(ignorance_of(error), str(error))
        await tag
        facts = self._facts(resolution, asked)
        answer = Resolved(facts, self.known_tag_digest(reference), self._pulls(reference))
        if before is None or not _says_the_same(before, answer):
            self._learned()
        return answer

    def _pulls(self, reference: ImageReference) -> PullsLeft | None:
        quota = self._resolver.quota(reference)
        return PullsLeft(quota.remaining, quota.limit, quota.window) if quota else None

    def _is_fresh(self, reference: ImageReference, facts: ImageFacts) -> bool:
        """Whether asking would tell nothing new: of a pinned reference, what its tag names."""
        if reference.digest is not None and reference.tag is not None:
            return self.current_tag_digest(reference) is not None
        return self._is_recent(facts.learned)

    def _is_recent(self, learned: datetime) -> bool:
        return self._clock() - learned <= FRESH

    def _with_known_signs(
        self, reference: ImageReference, known: Resolved | None
    ) -> Resolved | None:
        """Add the signs of trust that are on disk because somebody has looked for them."""
        if known is None:
            return None
        facts = known.facts
        signs = self._resolver.known_signs(
            reference, digest=facts.digest, image=facts.chosen.digest if facts.chosen else None
        )
        return attrs.evolve(known, facts=attrs.evolve(facts, signs=signs)) if signs else known

    def _facts(self, resolution: Resolution, asked: Platform | None) -> ImageFacts:
        return facts_of(resolution, asked=asked, default=self._platform)

    def _remember(self, key: _Key, facts: ImageFacts) -> None:
        if key not in self._remembered and len(self._remembered) >= REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[key] = facts

    async def _ask_tag(self, reference: ImageReference) -> None:
        """Learn what the tag of a pinned reference names now; a failure leaves what was known."""
        if reference.digest is not None and reference.tag is not None:
            with contextlib.suppress(RegistryError):
                await self._resolver.digest(reference.without_digest())


def _says_the_same(before: Resolved, now: Resolved) -> bool:
    """Whether nothing is new but the moment it was said."""
    facts = attrs.evolve(
        now.facts, learned=before.facts.learned, from_store=before.facts.from_store
    )
    return (before.facts, before.tag_digest) == (facts, now.tag_digest)


def _is_whole(facts: ImageFacts) -> bool:
    """Whether nothing more can be learned: an image's configuration, or that there is no image."""
    return facts.config is not None or (facts.chosen is None and facts.is_fetched)


def facts_of(resolution: Resolution, *, asked: Platform | None, default: Platform) -> ImageFacts:
    """Return what features are told of a resolution; `asked` is the platform a person asks for."""
    chosen = resolution.chosen
    return ImageFacts(
        digest=resolution.digest,
        media_type=resolution.media_type,
        learned=resolution.learned,
        from_store=resolution.source is Source.STORE,
        wanted=asked or default,
        asked_for=asked is not None,
        is_index=resolution.is_index,
        is_fetched=resolution.index is not None or bool(resolution.images),
        kind=resolution.kind,
        platforms=tuple(_platform_facts(image) for image in resolution.images),
        chosen=_platform_facts(chosen) if chosen else None,
        attestations=resolution.attestations,
        config=resolution.config,
        annotations=resolution.annotations,
    )


def _platform_facts(image: PlatformImage) -> PlatformFacts:
    return PlatformFacts(
        image.platform,
        image.descriptor.digest,
        size=image.size,
        layers=None if image.layers is None else len(image.layers),
        is_missing=image.is_missing,
        image_id=image.manifest.config.digest if image.manifest else None,
        layer_sizes=tuple(layer.size for layer in image.layers or ()),
    )


def ignorance_of(error: RegistryError | InvalidManifest) -> Ignorance:
    """Return what an error means for whoever is told of an image."""
    match error:
        case ManifestUnknown() | NameUnknown():
            return Ignorance.NOT_FOUND
        case Unauthorized():
            return Ignorance.UNAUTHORIZED
        case RateLimited():
            return Ignorance.RATE_LIMITED
        case RegistryUnreachable():
            return Ignorance.UNREACHABLE
        case UnsupportedMediaType():
            return Ignorance.NO_IMAGE
        case _:
            return Ignorance.PROTOCOL

"""What registries have said of images that documents name: the evidence for findings.

What has been said holds for ten minutes, a refusal for half a minute; meanwhile nobody is asked
again.  While somebody types, a registry that counts pulls is asked with HEADs alone (REGISTRIES.md,
section 1).  Turns errors into facts.
Does not know rules, nor documents.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import attrs

from tagwise.documents.model import Occurrence
from tagwise.errors import InvalidManifest, RegistryError
from tagwise.ide.actions.update_pin import followed
from tagwise.ide.diagnostics.rule import Evidence
from tagwise.ide.facts import Answer, Ignorance, Resolved, Unresolved
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.clock import Clock
from tagwise.registry.resolution import Resolution, TagAnswer
from tagwise.registry.resolver import Resolver
from tagwise.session.lookup import FRESH, Lookup, facts_of, ignorance_of

REFUSED: Final = timedelta(seconds=30)
MOST: Final = 2000
TAGS: Final = 1000

_Key: TypeAlias = tuple[str, Platform | None, bool]


@attrs.frozen
class _Heard:
    """What was said, when: an answer or a refusal, and the tags there are where there is none."""

    at: datetime
    answer: TagAnswer | None = None
    refusal: Unresolved | None = None
    tags: tuple[str, ...] = ()

    def says_as(self, other: "_Heard | None") -> bool:
        if other is None or self.refusal != other.refusal or self.tags != other.tags:
            return False
        return (self.answer and self.answer.digest) == (other.answer and other.answer.digest)


class Witness:
    """`silent`: nobody is asked, and what is on disk is all there is."""

    def __init__(
        self,
        resolver: Resolver,
        lookup: Lookup,
        *,
        platform: Platform,
        clock: Clock,
        silent: bool = False,
    ) -> None:
        self._resolver = resolver
        self._lookup = lookup
        self._platform = platform
        self._clock = clock
        self._silent = silent
        self._heard: dict[str, _Heard] = {}
        self._asked: dict[_Key, datetime] = {}
        self._asking: set[_Key] = set()

    def evidence(self, occurrence: Occurrence) -> Evidence:
        """Tell what is known of what an occurrence names, without asking anybody."""
        reference = occurrence.reference
        if reference is None or occurrence.skipped is not None:
            return Evidence()
        target = followed(occurrence)
        heard = self._heard.get(reference.canonical)
        return Evidence(
            answer=self._answer(reference, occurrence.platform),
            tag=self._answer(target, occurrence.platform) if target is not None else None,
            tags=heard.tags if heard is not None else (),
        )

    def unanswered(self, occurrence: Occurrence) -> Unresolved | None:
        """Return why something about an occurrence could not be found out, if it could not."""
        evidence = self.evidence(occurrence)
        for answer in (evidence.answer, evidence.tag):
            if isinstance(answer, Unresolved) and answer.reason is not Ignorance.NOT_FOUND:
                return answer
        return None

    async def hear(self, occurrences: Iterable[Occurrence], *, thorough: bool) -> bool:
        """Ask what is not known of what occurrences name; return whether anything is new.

        `thorough`: also for what counts as a pull.  Never raises a registry's error.
        """
        if self._silent:
            return False
        occurrences = tuple(occurrences)
        due = dict.fromkeys(
            (reference, asked)
            for reference, asked in _questions(occurrences)
            if self._is_due(reference, asked, thorough=thorough)
        )
        asking = (self._ask(reference, asked, thorough=thorough) for reference, asked in due)
        is_news = any(await asyncio.gather(*asking))
        if is_news:
            await asyncio.gather(*(self._compare(each, thorough=thorough) for each in occurrences))
        return is_news

    def _answer(self, reference: ImageReference, asked: Platform | None) -> Answer | None:
        heard = self._heard.get(reference.canonical)
        if heard is not None and heard.refusal is not None:
            return heard.refusal
        known = self._lookup.known(reference, asked)
        if known is not None or heard is None or heard.answer is None:
            return known
        bare = _bare(reference, heard.answer)
        return Resolved(facts_of(bare, asked=asked, default=self._platform))

    def _is_due(self, reference: ImageReference, asked: Platform | None, *, thorough: bool) -> bool:
        if (reference.canonical, asked, thorough) in self._asking:
            return False
        heard = self._heard.get(reference.canonical)
        at = self._asked.get((reference.canonical, asked, thorough))
        if heard is None or at is None:
            return True
        return self._clock() - at > (FRESH if heard.refusal is None else REFUSED)

    async def _ask(
        self, reference: ImageReference, asked: Platform | None, *, thorough: bool
    ) -> bool:
        key = (reference.canonical, asked, thorough)
        self._asking.add(key)
        try:
            heard = await self._said(reference, asked, thorough=thorough)
        finally:
            self._asking.discard(key)
        before = self._heard.get(reference.canonical)
        if len(self._asked) >= MOST:
            self._heard.clear()
            self._asked.clear()
        self._heard[reference.canonical] = heard
        self._asked[key] = heard.at
        return not heard.says_as(before)

    async def _said(
        self, reference: ImageReference, asked: Platform | None, *, thorough: bool
    ) -> _Heard:
        may_get = thorough or not self._resolver.is_metered(reference)
        try:
            answer = await self._resolver.digest(reference, fresh=reference.digest is not None)
            if may_get:
                await self._fetch(reference, asked)
        except (RegistryError, InvalidManifest) as error:
            refusal = Unresolved(ignorance_of(error), str(error))
            is_gone = refusal.reason is Ignorance.NOT_FOUND and reference.digest is None
            tags = await self._tags(reference) if is_gone and may_get else ()
            return _Heard(self._clock(), refusal=refusal, tags=tags)
        return _Heard(self._clock(), answer)

    async def _fetch(self, reference: ImageReference, asked: Platform | None) -> None:
        """Bring what rules go by to disk: an index, of a single image also its platform."""
        await self._resolver.raw_manifest(reference, platform=None)
        platform = asked or self._platform
        known = self._resolver.known(reference, platform=platform)
        if known is not None and not known.is_index:
            await self._resolver.resolve(reference, platform=platform)

    async def _compare(self, occurrence: Occurrence, *, thorough: bool) -> None:
        """Bring to disk what has changed in an image whose tag has moved from its pin."""
        pinned, target = occurrence.reference, followed(occurrence)
        if pinned is None or target is None:
            return
        heard = [self._heard.get(each.canonical) for each in (pinned, target)]
        digests = {each.answer.digest for each in heard if each is not None and each.answer}
        may_get = thorough or not self._resolver.is_metered(pinned)
        if len(digests) < len(heard) or not may_get:
            return
        for each in (pinned, target):
            with contextlib.suppress(RegistryError, InvalidManifest):
                platform = occurrence.platform or self._platform
                await self._resolver.resolve(each, platform=platform)

    async def _tags(self, reference: ImageReference) -> tuple[str, ...]:
        with contextlib.suppress(RegistryError):
            return (await self._resolver.tags(reference, limit=TAGS)).tags
        return ()


def _questions(
    occurrences: Iterable[Occurrence],
) -> Iterator[tuple[ImageReference, Platform | None]]:
    for occurrence in occurrences:
        if occurrence.reference is None or occurrence.skipped is not None:
            continue
        yield occurrence.reference, occurrence.platform
        target = followed(occurrence)
        if target is not None:
            yield target, occurrence.platform


def _bare(reference: ImageReference, answer: TagAnswer) -> Resolution:
    """Return what a HEAD tells: the digest alone."""
    return Resolution(
        reference=reference,
        digest=answer.digest,
        media_type=answer.media_type,
        learned=answer.learned,
        source=answer.source,
        index=None,
        images=(),
        chosen=None,
        config=None,
        attestations=0,
    )

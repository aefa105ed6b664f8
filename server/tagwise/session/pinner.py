"""Pin, update and unpin: from an occurrence to the edits, asking the registry for the digest.

A tag is always asked anew (REGISTRIES.md, section 1).  Does not know how edits are applied.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final, assert_never

import attrs

from tagwise.documents.model import NoPin, Occurrence
from tagwise.errors import InvalidManifest, ManifestUnknown, NameUnknown, RegistryError
from tagwise.ide.actions.newer_tag import versioned
from tagwise.ide.actions.offer import Verb
from tagwise.ide.actions.update_pin import followed
from tagwise.ide.edits import Plan, Refusal, merged, pin, retag, unpin, update
from tagwise.oci.digest import Digest
from tagwise.oci.platform import LINUX_AMD64, Platform
from tagwise.oci.reference import ImageReference, is_tag
from tagwise.registry.resolver import Resolver, TagAnswer
from tagwise.session.known_tags import KnownTags

AT_ONCE: Final = 24
"""Images that are asked for at a time, over all hosts; each host has its own limit below that."""


@attrs.frozen
class Outcome:
    """What became of one occurrence; `failed` where its registry could not say."""

    occurrence: Occurrence
    result: Plan | Refusal
    failed: bool = False


class Pinner:
    """Plans edits with the digests that a resolver finds, each tag asked for once."""

    def __init__(self, resolver: Resolver, tags: KnownTags) -> None:
        self._resolver = resolver
        self._tags = tags
        self._answers: dict[str, TagAnswer | RegistryError] = {}

    async def plan(
        self, occurrence: Occurrence, verb: Verb, tag: str | None = None
    ) -> Plan | Refusal:
        """Return the edits for one occurrence; an empty plan where there is nothing to do.

        `tag` is the one to go to, the newest of its line if none is said.

        :raises RegistryError: where the registry does not say what the tag names.
        """
        match verb:
            case Verb.PIN:
                return await self._pin(occurrence)
            case Verb.UPDATE:
                return await self._update(occurrence)
            case Verb.UNPIN:
                return unpin(occurrence) if _is_pinned(occurrence) else Plan(())
            case Verb.RETAG:
                return await self._retag(occurrence, tag)
            case _:
                assert_never(verb)

    async def outcomes(
        self,
        occurrences: Sequence[Occurrence],
        verb: Verb,
        tag: str | None = None,
        *,
        told: Callable[[int], None] = lambda _: None,
    ) -> tuple[Outcome, ...]:
        """Plan for many, a few images at once; one that fails does not keep the others.

        `told` is how many are done.
        """
        turns, outcomes = asyncio.Semaphore(AT_ONCE), dict[int, Outcome]()

        async def plan_all(places: Sequence[int]) -> None:
            async with turns:
                for place in places:
                    outcomes[place] = await self._outcome(occurrences[place], verb, tag)
                    told(len(outcomes))

        await asyncio.gather(*(plan_all(places) for places in _by_image(occurrences)))
        return tuple(outcomes[place] for place in range(len(occurrences)))

    async def _outcome(self, occurrence: Occurrence, verb: Verb, tag: str | None) -> Outcome:
        try:
            return Outcome(occurrence, await self.plan(occurrence, verb, tag))
        except (RegistryError, InvalidManifest) as error:
            return Outcome(occurrence, Refusal(str(error)), failed=True)

    async def _pin(self, occurrence: Occurrence) -> Plan | Refusal:
        reference = occurrence.reference
        if reference is None or isinstance(occurrence.pin, NoPin):
            return Refusal(occurrence.pin.reason if isinstance(occurrence.pin, NoPin) else "")
        if reference.digest is not None:
            return Plan(())
        answer = await self._digest(reference)
        return pin(occurrence, answer.digest)

    async def _digest(self, reference: ImageReference) -> TagAnswer:
        """Ask what a tag names now, once for all that name it."""
        answer = self._answers.get(reference.canonical)
        if answer is None:
            try:
                answer = await self._resolver.digest(reference, fresh=True)
            except RegistryError as error:
                answer = error
            self._answers[reference.canonical] = answer
        if isinstance(answer, RegistryError):
            raise answer
        return answer

    async def _update(self, occurrence: Occurrence) -> Plan | Refusal:
        reference, target = occurrence.reference, followed(occurrence)
        if reference is None or reference.digest is None:
            return Plan(())
        if target is None:
            return Refusal("a digest without a tag follows no tag")
        digest = await self._digest_like(reference, reference.digest, target)
        return digest if isinstance(digest, Refusal) else update(occurrence, digest)

    async def _retag(self, occurrence: Occurrence, tag: str | None) -> Plan | Refusal:
        """Go to another tag; a reference that is pinned stays so, to what that tag names."""
        reference, target = occurrence.reference, versioned(occurrence)
        if reference is None or target is None or target.tag is None:
            return Refusal("its tag names no version")
        if tag is None:
            catalogue = await self._tags.all(target)
            if catalogue is None:
                return Refusal("its tags are not known, and nobody may be asked")
            tag = catalogue.newer(target.tag, repository=target.repository).newest
        if tag is None:
            return Plan(())
        if not is_tag(tag):
            return Refusal(f"{tag!r} cannot be a tag")
        plan = retag(occurrence, tag)
        if isinstance(plan, Refusal) or reference.digest is None:
            return plan
        there = ImageReference.parse(f"{target.text[: target.name_span[1]]}:{tag}")
        digest = await self._digest_like(reference, reference.digest, there)
        pinned = digest if isinstance(digest, Refusal) else update(occurrence, digest)
        if isinstance(pinned, Refusal):
            return pinned
        return Plan(merged((plan, pinned)).edits, plan.note)

    async def _digest_like(
        self, reference: ImageReference, pinned: Digest, target: ImageReference
    ) -> Digest | Refusal:
        """Return what `target` names now: its index, or one platform's image if that was pinned."""
        answer = await self._digest(target)
        if answer.digest == pinned or not answer.is_index:
            return answer.digest
        platform = await self._platform_of(reference)
        if platform is None:
            return answer.digest
        index = await self._resolver.resolve(target, platform=platform)
        for image in index.images:
            if image.platform.normalized() == platform:
                return image.descriptor.digest
        return Refusal(f"the pin is for {platform}, which {target.familiar} no longer has")

    async def _platform_of(self, reference: ImageReference) -> Platform | None:
        """Return the platform of a pin that holds one platform's image, None of one for all.

        A digest that is gone says neither; it is taken for an index, which pins are by default.
        """
        try:
            resolution = await self._resolver.resolve(reference, platform=LINUX_AMD64)
        except (ManifestUnknown, NameUnknown):
            return None
        if resolution.index is not None or not resolution.images:
            return None
        return resolution.images[0].platform.normalized()


def _by_image(occurrences: Sequence[Occurrence]) -> Iterable[list[int]]:
    """Group occurrences that ask for the same, by their places in the sequence."""
    groups: dict[str, list[int]] = {}
    for place, occurrence in enumerate(occurrences):
        target = followed(occurrence) or occurrence.reference
        groups.setdefault(target.canonical if target else "", []).append(place)
    return groups.values()


def _is_pinned(occurrence: Occurrence) -> bool:
    return occurrence.reference is not None and occurrence.reference.digest is not None

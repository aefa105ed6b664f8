"""Pin, update and unpin: from an occurrence to the edits, asking the registry for the digest.

A tag is always asked anew (REGISTRIES.md, section 1).  Does not know how edits are applied.
"""

import asyncio
from collections.abc import Sequence
from typing import assert_never

import attrs

from tagwise.documents.model import NoPin, Occurrence
from tagwise.errors import InvalidManifest, ManifestUnknown, NameUnknown, RegistryError
from tagwise.ide.actions.offer import Verb
from tagwise.ide.actions.update_pin import followed
from tagwise.ide.edits import Plan, Refusal, pin, unpin, update
from tagwise.oci.digest import Digest
from tagwise.oci.platform import LINUX_AMD64, Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.resolver import Resolver


@attrs.frozen
class Outcome:
    """What became of one occurrence; `failed` where its registry could not say."""

    occurrence: Occurrence
    result: Plan | Refusal
    failed: bool = False


class Pinner:
    """Plans edits with the digests that a resolver finds."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    async def plan(self, occurrence: Occurrence, verb: Verb) -> Plan | Refusal:
        """Return the edits for one occurrence; an empty plan where there is nothing to do.

        :raises RegistryError: where the registry does not say what the tag names.
        """
        match verb:
            case Verb.PIN:
                return await self._pin(occurrence)
            case Verb.UPDATE:
                return await self._update(occurrence)
            case Verb.UNPIN:
                return unpin(occurrence) if _is_pinned(occurrence) else Plan(())
            case _:
                assert_never(verb)

    async def outcomes(self, occurrences: Sequence[Occurrence], verb: Verb) -> tuple[Outcome, ...]:
        """Plan for many at once; one that fails does not keep the others."""
        return tuple(await asyncio.gather(*(self._outcome(each, verb) for each in occurrences)))

    async def _outcome(self, occurrence: Occurrence, verb: Verb) -> Outcome:
        try:
            return Outcome(occurrence, await self.plan(occurrence, verb))
        except (RegistryError, InvalidManifest) as error:
            return Outcome(occurrence, Refusal(str(error)), failed=True)

    async def _pin(self, occurrence: Occurrence) -> Plan | Refusal:
        reference = occurrence.reference
        if reference is None or isinstance(occurrence.pin, NoPin):
            return Refusal(occurrence.pin.reason if isinstance(occurrence.pin, NoPin) else "")
        if reference.digest is not None:
            return Plan(())
        answer = await self._resolver.digest(reference, fresh=True)
        return pin(occurrence, answer.digest)

    async def _update(self, occurrence: Occurrence) -> Plan | Refusal:
        reference, target = occurrence.reference, followed(occurrence)
        if reference is None or reference.digest is None:
            return Plan(())
        if target is None:
            return Refusal("a digest without a tag follows no tag")
        digest = await self._digest_like(reference, reference.digest, target)
        return digest if isinstance(digest, Refusal) else update(occurrence, digest)

    async def _digest_like(
        self, reference: ImageReference, pinned: Digest, target: ImageReference
    ) -> Digest | Refusal:
        """Return what `target` names now: its index, or one platform's image if that was pinned."""
        answer = await self._resolver.digest(target, fresh=True)
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


def _is_pinned(occurrence: Occurrence) -> bool:
    return occurrence.reference is not None and occurrence.reference.digest is not None

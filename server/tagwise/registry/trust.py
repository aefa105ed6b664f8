"""Asks for the signs of trust on an image, or recalls them: bounded, and without failing.

What refers to an image is asked for again after ten minutes, as a tag is; what a document states is
kept for ever.  Does not know where signs are found (`signs.py`), nor HTTP.
"""

import asyncio
from datetime import timedelta
from typing import Final

from tagwise.errors import ManifestUnknown, NameUnknown, RegistryError
from tagwise.oci.digest import Digest
from tagwise.oci.reference import ImageReference
from tagwise.oci.trust import TrustSigns
from tagwise.registry.chain import WantedManifest
from tagwise.registry.client import RegistryClient
from tagwise.registry.clock import Clock
from tagwise.registry.referrers import Referrers
from tagwise.registry.signs import (
    Found,
    Missing,
    Wanted,
    WantedReferrers,
    WantedStatement,
    read_signs,
)

PATIENCE: Final = 20.0
LIFETIME: Final = timedelta(minutes=10)
NOT_ASKED: Final = TrustSigns(missed="not everything has been asked for yet")


class TrustReader:
    """Finds signs; what cannot be asked is missing in the answer, and said there."""

    def __init__(self, client: RegistryClient, *, clock: Clock) -> None:
        self._client = client
        self._artifacts = client.artifacts
        self._clock = clock

    async def signs(
        self, reference: ImageReference, *, digest: Digest, image: Digest | None
    ) -> TrustSigns:
        """Read all signs on what `reference` names, `digest`, and on one platform's `image`."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        reading = read_signs(digest, image)
        try:
            wanted = next(reading)
            while True:
                asked = (self._ask(reference, each, deadline) for each in wanted)
                wanted = reading.send(tuple(await asyncio.gather(*asked)))
        except StopIteration as end:
            signs: TrustSigns = end.value
            return signs

    def known(
        self, reference: ImageReference, *, digest: Digest, image: Digest | None
    ) -> TrustSigns | None:
        """Tell what the disk knows, however old; None where nobody has ever asked."""
        if self._artifacts.kept_referrers(reference, digest) is None:
            return None
        reading = read_signs(digest, image)
        try:
            wanted = next(reading)
            while True:
                wanted = reading.send(tuple(self._recall(reference, each) for each in wanted))
        except StopIteration as end:
            signs: TrustSigns = end.value
            return signs

    async def _ask(self, reference: ImageReference, wanted: Wanted, deadline: float) -> Found:
        try:
            async with asyncio.timeout_at(deadline):
                match wanted:
                    case WantedManifest(descriptor):
                        digest = descriptor.digest
                        fetched = await self._client.manifest(reference, digest=digest)
                        return fetched.document
                    case WantedReferrers(subject):
                        return await self._referrers(reference, subject)
                    case WantedStatement(descriptor):
                        return await self._artifacts.statement(reference, descriptor)
        except (ManifestUnknown, NameUnknown) as error:
            return Missing(str(error), is_lost=True)
        except RegistryError as error:
            return Missing(str(error))
        except TimeoutError:
            return Missing(f"{reference.registry} did not answer within {PATIENCE:g} s")

    async def _referrers(self, reference: ImageReference, subject: Digest) -> Referrers:
        kept = self._artifacts.kept_referrers(reference, subject)
        if kept is not None and abs(self._clock() - kept.learned) < LIFETIME:
            return kept.referrers
        return await self._artifacts.referrers(reference, subject)

    def _recall(self, reference: ImageReference, wanted: Wanted) -> Found:
        found: Found | None = None
        match wanted:
            case WantedManifest(descriptor):
                manifest = self._client.kept_manifest(descriptor.digest)
                found = manifest.document if manifest else None
            case WantedReferrers(subject):
                kept = self._artifacts.kept_referrers(reference, subject)
                found = kept.referrers if kept else None
            case WantedStatement(descriptor):
                found = self._artifacts.kept_statement(descriptor.digest)
        return Missing(NOT_ASKED.missed) if found is None else found

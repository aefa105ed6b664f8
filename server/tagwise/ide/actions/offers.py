"""The table of what can be offered on a reference."""

from collections.abc import Iterator

from tagwise.documents.model import Occurrence
from tagwise.ide.actions.newer_tag import offer_newer
from tagwise.ide.actions.offer import Offer
from tagwise.ide.actions.pin import offer_pin
from tagwise.ide.actions.unpin import offer_unpin
from tagwise.ide.actions.update_pin import offer_update
from tagwise.oci.digest import Digest
from tagwise.oci.tag_catalogue import NewerTags


def offers(
    occurrence: Occurrence,
    tag_digest: Digest | None,
    newer: NewerTags | None = None,
    document: str = "",
) -> Iterator[Offer]:
    """Yield the actions on one occurrence of a document.

    `tag_digest` is what its tag names and `newer` what there is newer of its line, if it is known.
    """
    if occurrence.reference is None or occurrence.skipped is not None:
        return
    offered = (
        offer_pin(occurrence, occurrence.reference),
        offer_update(occurrence, tag_digest),
        offer_unpin(occurrence),
    )
    yield from (offer for offer in offered if offer is not None)
    yield from offer_newer(occurrence, newer, document)

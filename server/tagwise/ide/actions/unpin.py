"""Unpin: offered on a reference whose digest can be removed."""

from tagwise.documents.model import Occurrence
from tagwise.ide.actions.offer import Offer, Verb
from tagwise.ide.edits import Plan, unpin


def offer_unpin(occurrence: Occurrence) -> Offer | None:
    reference = occurrence.reference
    if reference is None or not isinstance(unpin(occurrence), Plan):
        return None
    title = f"Unpin {reference.without_digest().familiar}: remove its digest"
    return Offer(Verb.UNPIN, title, occurrence)

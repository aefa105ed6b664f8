"""Pin to digest: offered on a reference that has none and can take one."""

from tagwise.documents.model import Occurrence, PinPlace
from tagwise.ide.actions.offer import Offer, Verb
from tagwise.oci.reference import ImageReference


def can_pin(occurrence: Occurrence) -> bool:
    reference = occurrence.reference
    unpinned = reference is not None and reference.digest is None
    return unpinned and isinstance(occurrence.pin, PinPlace)


def offer_pin(occurrence: Occurrence, reference: ImageReference) -> Offer | None:
    if not can_pin(occurrence):
        return None
    shown = reference.familiar if reference.tag else f"{reference.familiar}:latest"
    note = occurrence.pin.note if isinstance(occurrence.pin, PinPlace) else None
    title = f"Pin {shown} to its digest" + (f" ({note})" if note else "")
    return Offer(Verb.PIN, title, occurrence, preferred=True)

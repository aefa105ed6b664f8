"""What can be offered on a reference by what is known already: nobody is asked.

Does not know the protocol, nor how an offer is carried out.
"""

from collections.abc import Iterator

from tagwise.documents.model import Occurrence
from tagwise.ide.actions.newer_tag import versioned
from tagwise.ide.actions.offer import Offer
from tagwise.ide.actions.offers import offers
from tagwise.oci.tag_catalogue import NewerTags
from tagwise.session.session import Session


async def known_offers(session: Session, occurrence: Occurrence, document: str) -> Iterator[Offer]:
    """Return the actions on one occurrence of a document."""
    reference = occurrence.reference
    is_pinned = reference is not None and reference.digest is not None
    digest = (
        session.lookup.current_tag_digest(reference)
        if reference is not None and is_pinned and occurrence.skipped is None
        else None
    )
    return offers(occurrence, digest, await known_newer(session, occurrence), document)


async def known_newer(session: Session, occurrence: Occurrence) -> NewerTags | None:
    """Return what is newer of the line of an occurrence's tag, None where its tags are not known."""
    target = versioned(occurrence)
    catalogue = await session.tags.here(target) if target is not None else None
    if catalogue is None or target is None:
        return None
    return catalogue.newer(target.tag or "", repository=target.repository)

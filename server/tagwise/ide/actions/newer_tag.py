"""Go to a newer tag of the same line: offered by name where the tags are known, else to be found.

Does not know which tags there are.
"""

from collections.abc import Iterator

from tagwise.documents.model import Occurrence
from tagwise.ide.actions.offer import Offer, Verb
from tagwise.ide.actions.update_pin import followed
from tagwise.ide.edits import Plan, retag
from tagwise.oci.reference import ImageReference
from tagwise.oci.tag_catalogue import NewerTags
from tagwise.oci.tags import parse_version


def versioned(occurrence: Occurrence) -> ImageReference | None:
    """Return the image with the tag that may have newer ones, without a digest; None if it has none.

    A tag that names no version has nothing newer: `latest` is the newest there is.
    """
    reference = occurrence.reference
    if reference is None or occurrence.skipped is not None or occurrence.assumption is not None:
        return None
    target = reference if reference.digest is None else followed(occurrence)
    if target is None or target.tag is None or parse_version(target.tag) is None:
        return None
    return target


def offer_newer(
    occurrence: Occurrence, newer: NewerTags | None, document: str = ""
) -> Iterator[Offer]:
    """`newer` is None where the tags are not known: then the newest is offered unnamed.

    An edit in another document than `document` is said.
    """
    target = versioned(occurrence)
    if target is None or target.tag is None:
        return
    if newer is None:
        if isinstance(retag(occurrence, target.tag), Plan):
            title = f"Go to the newest tag like {target.familiar}"
            yield Offer(Verb.RETAG, title, occurrence)
        return
    told: set[str] = set()
    for tag, what in (
        (newer.patch, "the newest patch"),
        (newer.minor, "the next minor version"),
        (newer.major, "the next major version"),
        (newer.newest, "the newest"),
    ):
        plan = retag(occurrence, tag) if tag is not None and tag not in told else None
        if tag is not None and isinstance(plan, Plan) and plan.edits:
            told.add(tag)
            title = f"Go to {target.familiar_name}:{tag}, {what}{_told(plan, document)}"
            yield Offer(Verb.RETAG, title, occurrence, tag=tag)


def _told(plan: Plan, document: str) -> str:
    """Say what a person would not expect: that something else changes, or another file."""
    elsewhere = {edit.place.document for edit in plan.edits} - {document}
    files = " and ".join(sorted(each.replace("\\", "/").rpartition("/")[2] for each in elsewhere))
    said = [f"in {files}"] if files and document else []
    said += [plan.note] if plan.note else []
    return f" ({'; '.join(said)})" if said else ""

"""Code lenses: one quiet line over a reference, with what is known of its image and what to do.

Each part stands only where it is known; of what is unknown there is nothing to read.
Does not know how facts are found out, nor what happens when a lens is chosen.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tagwise.documents.model import Occurrence
from tagwise.ide.actions.newer_tag import offer_newer
from tagwise.ide.actions.pin import can_pin
from tagwise.ide.facts import Answer, Ignorance, ImageFacts, Resolved, Unresolved
from tagwise.ide.image_card import created
from tagwise.ide.lens_part import LensPart
from tagwise.ide.local_facts import LocalState, Standing, standing
from tagwise.ide.phrases import old, size
from tagwise.oci.media_types import ArtifactKind
from tagwise.oci.reference import ImageReference
from tagwise.oci.tag_catalogue import NewerTags


def lens_parts(
    occurrence: Occurrence,
    answer: Answer | None,
    *,
    tag: Answer | None,
    local: LocalState | None,
    newer: NewerTags | None = None,
    offline: bool = False,
) -> Iterator[LensPart]:
    """Yield what stands over an occurrence, by what is known of it; `offline` it is all there is.

    `tag` is known of what a pinned reference follows; `local` of this machine's engine; `newer` of
    the line of its tag.
    """
    reference = occurrence.reference
    if reference is None or occurrence.skipped is not None or _is_gone(answer):
        return
    if isinstance(answer, Resolved) and says_facts(answer.facts):
        yield LensPart.FACTS
    if can_pin(occurrence):
        if isinstance(answer, Resolved) or not offline:
            yield LensPart.PIN
    elif is_behind(reference, tag):
        yield LensPart.UPDATE
    if any(each.tag is not None for each in offer_newer(occurrence, newer)):
        yield LensPart.NEWER
    if not offline and local is not None and _lacks(reference, local, answer):
        yield LensPart.PULL


def facts_title(facts: ImageFacts, *, now: datetime) -> str:
    """Return `linux/amd64 · 45.1 MB · 3 days old`, without what is not known."""
    chosen, made = facts.chosen, created(facts)
    if chosen is None:
        return f"no image for {facts.wanted}" if says_facts(facts) else ""
    said = [] if chosen.platform is None or chosen.platform.is_unknown else [str(chosen.platform)]
    said += [] if chosen.size is None else [size(chosen.size)]
    said += [] if made is None else [old(made, now)]
    return " · ".join(filter(None, said))


def says_facts(facts: ImageFacts) -> bool:
    """Whether enough is known to be said: a platform alone says nothing that was not asked for."""
    if facts.kind is not ArtifactKind.IMAGE:
        return False
    if facts.chosen is None:
        return facts.is_fetched and facts.asked_for
    return facts.chosen.size is not None or created(facts) is not None


def is_behind(reference: ImageReference, tag: Answer | None) -> bool:
    """Whether the tag that a pinned reference follows is known to name something else by now."""
    return isinstance(tag, Resolved) and reference.digest not in {None, tag.facts.digest}


def one_of_each_place(occurrences: Sequence[Occurrence]) -> Iterator[Occurrence]:
    """Yield the occurrences that stand alone: where builders mean several images, the hover tells."""
    places: dict[tuple[int, int], list[Occurrence]] = {}
    for each in occurrences:
        places.setdefault((each.span.start, each.span.end), []).append(each)
    for here in places.values():
        meant = {(each.reference, each.platform, each.skipped) for each in here}
        if len(meant) == 1:
            yield here[0]


def _is_gone(answer: Answer | None) -> bool:
    return isinstance(answer, Unresolved) and answer.reason is Ignorance.NOT_FOUND


def _lacks(reference: ImageReference, local: LocalState, answer: Answer | None) -> bool:
    if isinstance(answer, Resolved) and answer.facts.kind is not ArtifactKind.IMAGE:
        return False
    if local.image is None:
        return True
    return standing(reference, local.image, answer) is Standing.BEHIND

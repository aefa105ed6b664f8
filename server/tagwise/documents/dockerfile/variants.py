"""Several builds of one file: what differs between them stands once for each.

Does not know how a build makes of a statement what it does.
"""

from collections.abc import Sequence

import attrs

from tagwise.documents.model import NoPin, Occurrence, PinPlace
from tagwise.documents.traced import Place, Span, TracedText


@attrs.frozen
class Variants:
    """A statement's distinct occurrences, and the places that only some of its builds read."""

    occurrences: tuple[Occurrence, ...]
    partial: frozenset[Place]


def variants_of(names: Sequence[str], occurrences: Sequence[Occurrence]) -> Variants:
    """Merge what the builds of these names make of one statement."""
    if len(occurrences) == 1:
        return Variants(tuple(occurrences), frozenset())
    groups: dict[object, list[tuple[str, Occurrence]]] = {}
    for name, occurrence in zip(names, occurrences, strict=True):
        groups.setdefault(_meaning(occurrence), []).append((name, occurrence))
    partial: set[Place] = set()
    merged: list[Occurrence] = []
    for group in groups.values():
        first = group[0][1]
        if any(occurrence.value != first.value for _, occurrence in group):
            partial.update(place for _, each in group for place in each.value.origins())
        variant = ", ".join(name for name, _ in group) if len(groups) > 1 else None
        merged.append(attrs.evolve(first, variant=variant))
    return Variants(tuple(merged), frozenset(partial))


def without_common_pins(occurrences: Sequence[Occurrence]) -> tuple[Occurrence, ...]:
    """Refuse to pin what is several images where an edit would be part of every build."""
    images: dict[Span, set[str]] = {}
    for each in occurrences:
        if each.variant is not None:
            images.setdefault(each.span, set()).add(_image(each))
    return tuple(
        attrs.evolve(each, pin=NoPin("its builders make different images of it"))
        if len(images.get(each.span, ())) > 1 and _is_common(each.pin, each.value)
        else each
        for each in occurrences
    )


def _is_common(pin: PinPlace | NoPin, value: TracedText) -> bool:
    """Whether the place is in the statement itself, not in a value it uses."""
    return isinstance(pin, PinPlace) and (pin.note is not None or not value.pieces[-1].via)


def _image(occurrence: Occurrence) -> str:
    return occurrence.reference.canonical if occurrence.reference else occurrence.value.text


def _meaning(occurrence: Occurrence) -> object:
    return occurrence.value.text, occurrence.reference, occurrence.skipped, occurrence.platform

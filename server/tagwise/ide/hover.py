"""Hover: the card of the image that a reference names, or why there is none.

Does not know how to find facts out, nor how an editor shows a card.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tagwise.documents.model import Occurrence, SkipReason
from tagwise.ide.facts import Answer
from tagwise.ide.image_card import image_card
from tagwise.ide.markup import WIDTH, Card, Paragraph, Strong, Text, clean, clip

_SILENT: Final = frozenset({SkipReason.STAGE, SkipReason.SCRATCH, SkipReason.SERVICE})


def occurrences_at(occurrences: Sequence[Occurrence], offset: int) -> tuple[Occurrence, ...]:
    """Return the occurrences at `offset`: several where builders give several values."""
    return tuple(each for each in occurrences if offset in each.span)


def says_something(occurrence: Occurrence) -> bool:
    """Whether hovering the occurrence shows a card."""
    return occurrence.skipped is None or occurrence.skipped.reason not in _SILENT


def hover_card(occurrence: Occurrence, answer: Answer | None, *, now: datetime) -> Card:
    """Return the card of `occurrence`; `answer` is None where there is nothing to look up.

    Where several builders make several images of one text, each card says whose it is, and is
    short: they are shown together.
    """
    reference = occurrence.reference
    if occurrence.skipped is not None or reference is None or answer is None:
        message = occurrence.skipped.message if occurrence.skipped else "not looked up"
        return Card((Paragraph((_written(occurrence), (Text(clip(message, 4 * WIDTH)),))),))
    if occurrence.assumption is not None:
        assumed = Paragraph(((Text(clip(occurrence.assumption, 4 * WIDTH)),),))
        return Card((assumed, *image_card(reference, answer, now=now).blocks))
    if occurrence.variant is None:
        return image_card(reference, answer, now=now)
    builder = Paragraph(((Text(f"As built by {clip(occurrence.variant, WIDTH - 12)}:"),),))
    return Card((builder, *image_card(reference, answer, now=now, rows=1).blocks))


def _written(occurrence: Occurrence) -> tuple[Strong]:
    return (Strong(clip(clean(occurrence.value.text).strip(), WIDTH)),)

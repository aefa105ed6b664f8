"""Hover: the card of the image that a reference names, or why there is none.

Does not know how to find facts out, nor how an editor shows a card.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Final

from tagwise.documents.model import Occurrence, SkipReason
from tagwise.ide.facts import Answer
from tagwise.ide.image_card import image_brief, image_card
from tagwise.ide.local_facts import LocalState
from tagwise.ide.markup import WIDTH, Card, Paragraph, Strong, Text, Word, clean, clip
from tagwise.ide.phrases import counted

# Cards of so many builders fit together; of more, each says only which image it is.
MOST_CARDS: Final = 2
MOST_BRIEFS: Final = 4

_SILENT: Final = frozenset({SkipReason.STAGE, SkipReason.SCRATCH, SkipReason.SERVICE})


def occurrences_at(occurrences: Sequence[Occurrence], offset: int) -> tuple[Occurrence, ...]:
    """Return the occurrences at `offset`: several where builders give several values."""
    return tuple(each for each in occurrences if offset in each.span)


def says_something(occurrence: Occurrence) -> bool:
    """Whether hovering the occurrence shows a card."""
    return occurrence.skipped is None or occurrence.skipped.reason not in _SILENT


def hover_card(
    occurrences: Sequence[Occurrence],
    answers: Sequence[Answer | None],
    *,
    now: datetime,
    local: Sequence[LocalState | None] | None = None,
    links: Sequence[tuple[Word, ...]] = (),
) -> Card:
    """Return the card of what stands in one place, once for each builder that sees it differently.

    `answers` are those for `occurrences`, None where there is nothing to look up; `local` is what
    this machine has of each, as far as that is known; `links` what each card ends with.
    """
    pairs = list(zip(occurrences, answers, strict=True))
    here = local or [None] * len(pairs)
    if len(pairs) <= MOST_CARDS:
        cards = [_card(*pair, state, now).blocks for pair, state in zip(pairs, here, strict=True)]
        ends = [(Paragraph((line,)),) if line else () for line in links]
        ended = zip_longest(cards, ends, fillvalue=())
        return Card(tuple(block for card, end in ended for block in (*card, *end)))
    briefs = [_brief(occurrence, answer, now) for occurrence, answer in pairs[:MOST_BRIEFS]]
    if (more := len(pairs) - MOST_BRIEFS) > 0:
        briefs.append(Paragraph(((Text(f"and for {counted(more, 'other builder')}"),),)))
    return Card(tuple(briefs))


def _card(
    occurrence: Occurrence, answer: Answer | None, local: LocalState | None, now: datetime
) -> Card:
    """Where several builders make several images of one text, each card says whose it is."""
    reference = occurrence.reference
    if occurrence.skipped is not None or reference is None or answer is None:
        return Card((Paragraph((_written(occurrence), (_why_not(occurrence, 4 * WIDTH),))),))
    if occurrence.assumption is not None:
        assumed = Paragraph(((Text(clip(occurrence.assumption, 4 * WIDTH)),),))
        return Card((assumed, *image_card(reference, answer, now=now, local=local).blocks))
    if occurrence.variant is None:
        return image_card(reference, answer, now=now, local=local)
    builder = Paragraph((_builder(occurrence),))
    rows = 0 if local else 1
    return Card((builder, *image_card(reference, answer, now=now, local=local, rows=rows).blocks))


def _brief(occurrence: Occurrence, answer: Answer | None, now: datetime) -> Paragraph:
    reference = occurrence.reference
    if occurrence.skipped is not None or reference is None or answer is None:
        said = (_why_not(occurrence, WIDTH),)
        return Paragraph((_builder(occurrence), _written(occurrence), said))
    return Paragraph((_builder(occurrence), *image_brief(reference, answer, now=now)))


def _builder(occurrence: Occurrence) -> tuple[Text]:
    return (Text(f"As built by {clip(occurrence.variant or 'nobody else', WIDTH - 13)}:"),)


def _why_not(occurrence: Occurrence, width: int) -> Text:
    message = occurrence.skipped.message if occurrence.skipped else "not looked up"
    return Text(clip(message, width))


def _written(occurrence: Occurrence) -> tuple[Strong]:
    return (Strong(clip(clean(occurrence.value.text).strip(), WIDTH)),)

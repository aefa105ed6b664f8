"""Where a value or a name at a place comes from, and which places mean the same image.

Does not know other documents than those it is handed, nor the protocol.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

import attrs

from tagwise.documents.model import Occurrence, ParsedDocument
from tagwise.documents.names import Name, NameElsewhere
from tagwise.documents.traced import Place, Span
from tagwise.oci.reference import ImageReference


class Sameness(Enum):
    """What two references have in common to be of one image."""

    REPOSITORY = "repository"
    TAG = "tag"


@attrs.frozen
class SameImage:
    """What is looked for: the repository of `reference`, or also its tag."""

    reference: ImageReference
    sameness: Sameness

    def has(self, occurrence: Occurrence) -> bool:
        other = occurrence.reference
        if other is None or not is_image(occurrence) or other.name != self.reference.name:
            return False
        is_any = self.sameness is Sameness.REPOSITORY
        return is_any or other.followed_tag == self.reference.followed_tag


def is_image(occurrence: Occurrence) -> bool:
    """Whether an image is named: a stage parses as a name, too."""
    return occurrence.reference is not None and occurrence.skipped is None


def image_at(parsed: ParsedDocument, offset: int, document: str) -> SameImage | None:
    """Return what is meant at `offset`: on a tag or a digest that tag, on a name all of them."""
    for occurrence in parsed.occurrences:
        reference = occurrence.reference
        if reference is None or not is_image(occurrence):
            continue
        name_end = reference.name_span[1]
        behind = occurrence.value.shown_in(document, name_end, len(reference.text))
        if behind is not None and behind.start < offset <= behind.end:
            return SameImage(reference, Sameness.TAG)
        if offset in occurrence.span:
            return SameImage(reference, Sameness.REPOSITORY)
    return None


def places_of(parsed: ParsedDocument, image: SameImage) -> tuple[Span, ...]:
    """List the places of a document that name an image, each once."""
    spans = (each.span for each in parsed.occurrences if image.has(each))
    return tuple(dict.fromkeys(spans))


def origins_at(parsed: ParsedDocument, offset: int, document: str) -> Iterator[Place]:
    """Yield where the values come from that are used at `offset`: a variable's, an alias's."""
    for occurrence in parsed.occurrences:
        if offset not in occurrence.span:
            continue
        for piece in occurrence.value.pieces:
            for use in piece.via:
                here = use.place.document == document and offset in use.place.span
                if here and piece.place is not None and not _within(piece.place, use.place):
                    yield piece.place


def name_at(names: Iterable[Name], offset: int) -> Name | None:
    return next((each for each in names if any(offset in span for span in each.spans)), None)


def elsewhere_at(names: Iterable[NameElsewhere], offset: int) -> tuple[NameElsewhere, ...]:
    """Return what stands at `offset`, once for each document it is told: names, else what leads."""
    here = [each for each in names if offset in each.span]
    written = tuple(each for each in here if each.is_written)
    return written or tuple(here)


def definitions_for(name: Name, offset: int) -> Sequence[Span]:
    """Return where a name is given, for someone who is at `offset`: the nearest before it.

    On a definition itself, the others: a stage declares again what the file declares.
    """
    others = [span for span in name.definitions if offset not in span]
    before = [span for span in others if span.end < offset]
    if len(others) < len(name.definitions):
        return others[:1] if before else name.definitions[:1]
    return before[-1:] or name.definitions[:1]


def _within(inner: Place, outer: Place) -> bool:
    """Whether a value stands in its own use, as the default in `${TAG:-17}`."""
    same = inner.document == outer.document
    return same and outer.span.start <= inner.span.start and inner.span.end <= outer.span.end

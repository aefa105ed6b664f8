"""A document inside another: what was read of the inner text, in the places of the outer.

The inner text is a value of the outer document (a block scalar, with variables put in), so each of
its characters has a place there or in yet another file.  Whatever has no exact place gets the
smallest one that holds it, and no edit.
Does not know either document's format.
"""

from collections.abc import Iterable, Iterator

import attrs

from tagwise.documents.model import (
    NoPin,
    Occurrence,
    ParsedDocument,
    PinPlace,
    Problem,
    TagComment,
)
from tagwise.documents.names import Name
from tagwise.documents.traced import Piece, Place, Span, TracedText, Use

_NO_PLACE = NoPin("it is written in a way that leaves no place for a digest")


def in_outer(
    inner: ParsedDocument, text: TracedText, *, inner_name: str, outer_name: str, whole: Span
) -> ParsedDocument:
    """Return what was read of `text` under `inner_name` as part of the document `outer_name`.

    `whole` is where the outer document holds the text.  What comes from a variable stays as the
    inner document left it: pins are to be settled again with those of the outer document.
    """
    places = frozenset(piece.place for piece in text.pieces)
    nesting = _Nesting(text, inner_name, outer_name, whole, places)
    return ParsedDocument(
        tuple(nesting.occurrence(each) for each in inner.occurrences),
        tuple(nesting.problem(each) for each in inner.problems),
    )


def names_in_outer(
    names: Iterable[Name], text: TracedText, outer_name: str, whole: Span
) -> Iterator[Name]:
    """Yield the names that `text` gives, in their places in the document that holds it at `whole`.

    What comes through a variable is shown by its use, and keeps its name.
    """
    for name in names:
        definitions = tuple(_shown(text, span, outer_name, whole) for span in name.definitions)
        uses = tuple(_shown(text, span, outer_name, whole) for span in name.uses)
        obstacle = name.obstacle
        if not all(_is_literal(text, span, outer_name) for span in name.spans):
            obstacle = obstacle or "a variable says it"
        yield attrs.evolve(
            name,
            definitions=tuple(dict.fromkeys(definitions)),
            uses=tuple(dict.fromkeys(uses)),
            obstacle=obstacle,
            within=whole,
        )


def _shown(text: TracedText, inner: Span, outer_name: str, whole: Span) -> Span:
    return text.written_in(outer_name, inner.start, inner.end) or whole


def _is_literal(text: TracedText, inner: Span, outer_name: str) -> bool:
    pieces = text.between(inner.start, inner.end).pieces
    return (
        all(
            piece.exact
            and not piece.via
            and piece.place is not None
            and piece.place.document == outer_name
            for piece in pieces
        )
        and len(pieces) == 1
    )


@attrs.frozen
class _Nesting:
    text: TracedText
    inner_name: str
    outer_name: str
    whole: Span
    places: frozenset[Place | None]

    def occurrence(self, inner: Occurrence) -> Occurrence:
        return attrs.evolve(
            inner,
            span=self.span(inner.span),
            value=self.value(inner.value),
            pin=self.pin(inner.pin),
            tag_comment=self.comment(inner.tag_comment),
        )

    def problem(self, inner: Problem) -> Problem:
        start, end = inner.span.start, inner.span.end
        written = self.text.written_in(self.outer_name, start, end) if start < end else None
        return attrs.evolve(inner, span=written or self.span(inner.span))

    def span(self, inner: Span) -> Span:
        """Return where the outer document shows a span: itself, or the use it comes through."""
        start, end = inner.start, inner.end
        if start == end:
            return self._point(start)
        return self.text.shown_in(self.outer_name, start, end) or self.whole

    def value(self, inner: TracedText) -> TracedText:
        return TracedText(tuple(each for piece in inner.pieces for each in self._pieces(piece)))

    def pin(self, inner: PinPlace | NoPin) -> PinPlace | NoPin:
        """Map a pin to where its place ends, if something ends there in the outer document."""
        if isinstance(inner, NoPin) or inner.place.document != self.inner_name:
            return inner
        start, end = inner.place.span.start, inner.place.span.end
        pieces = self.text.between(start, end).pieces
        if not pieces or not self._ends(end):
            return _NO_PLACE
        last = pieces[-1]
        if not last.via:
            return PinPlace(last.place, inner.note) if last.place else _NO_PLACE
        use = last.via[0]
        note = f"the digest wins: {use.name} no longer changes the image"
        return PinPlace(use.place, note) if use.appendable else _NO_PLACE

    def comment(self, inner: TagComment | None) -> TagComment | None:
        if inner is None:
            return None
        pieces = self.text.between(inner.place.span.start, inner.place.span.end).pieces
        place = pieces[0].place if len(pieces) == 1 and pieces[0].exact else None
        return TagComment(inner.tag, place) if place is not None else None

    def _pieces(self, inner: Piece) -> tuple[Piece, ...]:
        via = tuple(self._use(use) for use in inner.via)
        place = inner.place
        if place is None or place.document != self.inner_name:
            return (attrs.evolve(inner, via=via),)
        if not inner.exact:
            outer = Place(self.outer_name, self.span(place.span))
            return (attrs.evolve(inner, place=outer, via=via, editable=False),)
        return tuple(
            attrs.evolve(
                piece,
                via=(*via, *piece.via),
                editable=inner.editable and piece.editable and not self._is_cut(piece),
            )
            for piece in self.text.between(place.span.start, place.span.end).pieces
        )

    def _is_cut(self, piece: Piece) -> bool:
        """Whether only a part of a variable's value is used: no edit of it is this image's own."""
        return bool(piece.via) and piece.place not in self.places

    def _use(self, use: Use) -> Use:
        if use.place.document != self.inner_name:
            return use
        is_end = self._ends(use.place.span.end)
        place = Place(self.outer_name, self.span(use.place.span))
        return attrs.evolve(use, place=place, appendable=use.appendable and is_end)

    def _point(self, offset: int) -> Span:
        """Return the empty span before the character at `offset`, or behind the last one."""
        if before := self.text.shown_in(self.outer_name, offset, offset + 1):
            return Span(before.start, before.start)
        if behind := self.text.shown_in(self.outer_name, offset - 1, offset):
            return Span(behind.end, behind.end)
        return Span(self.whole.start, self.whole.start)

    def _ends(self, offset: int) -> bool:
        """Whether something of the outer document ends with the character before `offset`."""
        before = self.text.between(offset - 1, offset).pieces
        behind = self.text.between(offset, offset + 1).pieces
        if not before or not behind:
            return bool(before)
        last, following = before[-1], behind[0]
        if last.via:
            return following.via[:1] != last.via[:1]
        return last.exact or following.place != last.place

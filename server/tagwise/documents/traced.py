"""Text that remembers where each of its characters is written.

A reference is rarely one run of characters in one file: `python:${V}-slim` is two literals around
the default of an `ARG`, a YAML scalar has escapes and folded lines, a value may come from `.env`.
`TracedText` is the value together with those places, so that whoever reads the value can still say
where an edit has to go.  Does not know any file format, nor what an image reference is.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from functools import cached_property
from itertools import accumulate
from typing import Self

import attrs


@attrs.frozen
class Span:
    """Code-point offsets `start` and `end` (exclusive) into one text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def __contains__(self, offset: int) -> bool:
        return self.start <= offset <= self.end

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def moved(self, by: int) -> "Span":
        return Span(self.start + by, self.end + by)


@attrs.frozen
class Place:
    """A span in a document; `document` is the name the evaluation was given for it."""

    document: str
    span: Span

    def moved(self, document: str, by: int) -> "Place":
        """Return where the place is once the text of `document` around it stands elsewhere."""
        return Place(document, self.span.moved(by)) if self.document == document else self


@attrs.frozen
class Use:
    """Where a value from elsewhere is used: `${V}`, `$V`, or a YAML alias `*name`.

    `appendable`: text written directly behind the use becomes part of the same word.
    """

    name: str
    place: Place
    appendable: bool = True

    def moved(self, document: str, by: int) -> "Use":
        return Use(self.name, self.place.moved(document, by), self.appendable)


@attrs.frozen
class Piece:
    """A run of a value.

    `place` is where it is written, None if nowhere in a document (the environment, a predefined
    variable).  `exact`: what is written is `text`, character for character; else it stands for
    `text` as a whole (an escape, a trimmed variable).  `via`: the uses it came through, outermost
    first; empty for literal text.  `editable`: a digest added at `place` changes this image and
    nothing else.  `shared`: what stands there says something to others, too.
    """

    text: str
    place: Place | None
    exact: bool = True
    via: tuple[Use, ...] = ()
    editable: bool = True
    shared: bool = False

    def cut(self, start: int, end: int) -> Self:
        """Return the piece for `text[start:end]`; an inexact one keeps its whole place."""
        if start == 0 and end == len(self.text):
            return self
        place = self.place
        if place is not None and self.exact:
            first = place.span.start
            place = Place(place.document, Span(first + start, first + end))
        return type(self)(
            self.text[start:end], place, self.exact, self.via, self.editable, self.shared
        )

    def used(self, use: Use) -> Self:
        """Return the piece as seen through `use`."""
        via = (use, *self.via)
        return type(self)(self.text, self.place, self.exact, via, self.editable, self.shared)

    def moved(self, document: str, by: int) -> Self:
        place = self.place.moved(document, by) if self.place is not None else None
        via = tuple(use.moved(document, by) for use in self.via)
        return type(self)(self.text, place, self.exact, via, self.editable, self.shared)

    def shown_in(self, document: str) -> Place | None:
        """Return where `document` shows the piece: its outermost use there, else the piece."""
        places = (*(use.place for use in self.via), self.place)
        return next((each for each in places if each and each.document == document), None)


@attrs.frozen(slots=False)
class TracedText:
    """A value as a sequence of pieces; `text` is what they say together."""

    pieces: tuple[Piece, ...] = ()

    @classmethod
    def literal(cls, text: str, document: str, start: int) -> Self:
        """`text` as it is written in `document` from offset `start`."""
        place = Place(document, Span(start, start + len(text)))
        return cls((Piece(text, place),)) if text else cls()

    @classmethod
    def unplaced(cls, text: str) -> Self:
        """`text` that no document holds."""
        return cls((Piece(text, None),)) if text else cls()

    @classmethod
    def join(cls, parts: Iterable[Self]) -> Self:
        listed = tuple(parts)
        if len(listed) == 1:
            return listed[0]
        return cls(tuple(piece for part in listed for piece in part.pieces))

    @cached_property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    def between(self, start: int, end: int) -> Self:
        """Return the value's part `text[start:end]`, its pieces cut to it."""
        if start == 0 and end == len(self.text):
            return self
        if len(self.pieces) == 1:
            piece = self.pieces[0]
            end = min(end, len(piece.text))
            held = end > 0 and start < len(piece.text)
            return type(self)((piece.cut(max(start, 0), end),) if held else ())
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = bisect_left(self._starts, end)
        return type(self)(
            tuple(
                piece.cut(max(start - at, 0), min(end - at, len(piece.text)))
                for at, piece in zip(self._starts[first:last], self.pieces[first:last], strict=True)
                if at < end and at + len(piece.text) > start
            )
        )

    def used(self, use: Use) -> Self:
        """Return the value as seen through `use`."""
        return type(self)(tuple(each.used(use) for each in self.pieces))

    def moved(self, document: str, by: int) -> Self:
        """Return the value as it is once the text of `document` it stands in stands elsewhere."""
        return type(self)(tuple(each.moved(document, by) for each in self.pieces))

    def unedited(self, places: Collection[Place]) -> Self:
        """Return the value with no edit at those places: more than it is read there."""
        return type(self)(
            tuple(
                attrs.evolve(piece, editable=False, shared=True) if piece.place in places else piece
                for piece in self.pieces
            )
        )

    def derived(self, text: str) -> Self:
        """Return `text`, computed from this value as a whole (`${V%-slim}`)."""
        if text == self.text:
            return self
        places = [piece for piece in self.pieces if piece.place is not None]
        if not text or not places:
            return type(self).unplaced(text)
        first, *rest = (attrs.evolve(piece, text="", exact=False) for piece in places)
        return type(self)((attrs.evolve(first, text=text), *rest))

    def place(self, start: int, end: int) -> Place | None:
        """Return the smallest place that holds `text[start:end]`, if one document holds it all."""
        pieces = self.between(start, end).pieces
        if len(pieces) == 1:
            return pieces[0].place
        places = [piece.place for piece in pieces]
        held = [place for place in places if place is not None]
        if not held or len(held) < len(places) or len({place.document for place in held}) > 1:
            return None
        first, last = min(p.span.start for p in held), max(p.span.end for p in held)
        return Place(held[0].document, Span(first, last))

    def shown_in(self, document: str, start: int, end: int) -> Span | None:
        """Return the smallest span of `document` that shows all of `text[start:end]`.

        What a variable says is shown by its use; None if `document` shows none of the text.
        """
        pieces = self.between(start, end).pieces
        spans = [place.span for piece in pieces if (place := piece.shown_in(document)) is not None]
        if not spans:
            return None
        return Span(min(span.start for span in spans), max(span.end for span in spans))

    def written_in(self, document: str, start: int, end: int) -> Span | None:
        """Return the one place in `document` that holds `text[start:end]`, else what shows it."""
        pieces = self.between(start, end).pieces
        place = pieces[0].place if len(pieces) == 1 else None
        if place is not None and place.document == document:
            return place.span
        return self.shown_in(document, start, end)

    def origins(self) -> tuple[Place, ...]:
        """List every place the value comes from, in the value's order, once each."""
        return tuple(dict.fromkeys(p.place for p in self.pieces if p.place is not None))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """Where each piece starts in `text`: a long text is cut many times."""
        return tuple(accumulate((len(piece.text) for piece in self.pieces), initial=0))[:-1]

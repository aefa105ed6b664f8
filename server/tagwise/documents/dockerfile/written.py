"""Text as BuildKit's parser sees it, with the place in the document of each of its characters.

Continuations join lines, comments inside them vanish, the flag splitter drops quotes: what remains
is a run of characters that no longer stand side by side.
Does not know what any of it means, nor the name of the document.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, Self

import attrs

from tagwise.documents.traced import Piece, Place, Span, TracedText

# Go's unicode.IsSpace; Python's own idea has four control characters more.
SPACES: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

_FIRST: Final = (0,)


@attrs.frozen
class Written:
    """`text`, whose character `starts[i]` stands at the document's offset `offsets[i]`.

    The characters up to the next start follow each other in the document, too.  Both begin with
    the place of the first character, or where it would be if there were one.
    """

    text: str
    starts: tuple[int, ...]
    offsets: tuple[int, ...]

    @classmethod
    def run(cls, text: str, offset: int) -> Self:
        """`text` as it stands in the document at `offset`."""
        return cls(text, _FIRST, (offset,))

    def offset(self, index: int) -> int:
        """Return where `text[index]` stands; for the index after the last character, its end."""
        if len(self.starts) == 1:
            return self.offsets[0] + index
        run = self._run(min(index, max(len(self.text) - 1, 0)))
        return self.offsets[run] + index - self.starts[run]

    def span(self, start: int, end: int) -> Span:
        """Return the span from the first to the last character of `text[start:end]`."""
        first = self.offset(start)
        if len(self.starts) == 1:
            return Span(first, first + end - start)
        return Span(first, self.offset(end - 1) + 1 if end > start else first)

    def cut(self, start: int, end: int) -> Self:
        """Return `text[start:end]` with its places."""
        first = self.offset(start)
        if len(self.starts) == 1:
            return type(self)(self.text[start:end], _FIRST, (first,))
        runs = range(self._run(start) + 1, self._run(end - 1) + 1) if end > start else range(0)
        return type(self)(
            self.text[start:end],
            (0, *(self.starts[run] - start for run in runs)),
            (first, *(self.offsets[run] for run in runs)),
        )

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """Return the texts one after the other; there must be at least one."""
        starts: list[int] = []
        offsets: list[int] = []
        length = 0
        for part in parts:
            if part.text:
                starts += (length + start for start in part.starts)
                offsets += part.offsets
                length += len(part.text)
        if not length:
            return parts[0]
        return cls("".join(part.text for part in parts), tuple(starts), tuple(offsets))

    def traced(self, start: int, end: int, document: str) -> TracedText:
        """Return `text[start:end]` as a value: one piece for each run."""
        if start == end:
            return TracedText()
        if len(self.starts) == 1:
            return TracedText.literal(self.text[start:end], document, self.offsets[0] + start)
        pieces: list[Piece] = []
        for run in range(self._run(start), self._run(end - 1) + 1):
            first = max(start, self.starts[run])
            last = min(end, self.starts[run + 1]) if run + 1 < len(self.starts) else end
            at = self.offsets[run] + first - self.starts[run]
            place = Place(document, Span(at, at + last - first))
            pieces.append(Piece(self.text[first:last], place))
        return TracedText(tuple(pieces))

    @property
    def whole(self) -> Span:
        return self.span(0, len(self.text))

    def _run(self, index: int) -> int:
        return bisect_right(self.starts, index) - 1

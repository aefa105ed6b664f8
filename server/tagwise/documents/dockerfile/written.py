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
        if len(self.starts) == 1:
            return self.run(self.text[start:end], self.offsets[0] + start)
        return self.join(self.runs(start, end))

    @classmethod
    def join(cls, runs: Sequence[tuple[str, int]]) -> Self:
        """Return the texts one after the other, each from its offset on; there is at least one."""
        starts: list[int] = []
        offsets: list[int] = []
        length = 0
        for text, offset in runs:
            if text:
                starts.append(length)
                offsets.append(offset)
                length += len(text)
        if not length:
            return cls.run(*runs[0])
        return cls("".join([text for text, _ in runs]), tuple(starts), tuple(offsets))

    def runs(self, start: int, end: int) -> list[tuple[str, int]]:
        """List the parts of `text[start:end]` that stand together, each with its offset."""
        if len(self.starts) == 1 or start == end:
            return [(self.text[start:end], self.offset(start))]
        runs: list[tuple[str, int]] = []
        for run in range(self._run(start), self._run(end - 1) + 1):
            first = max(start, self.starts[run])
            last = min(end, self.starts[run + 1]) if run + 1 < len(self.starts) else end
            runs.append((self.text[first:last], self.offsets[run] + first - self.starts[run]))
        return runs

    def traced(self, start: int, end: int, document: str) -> TracedText:
        """Return `text[start:end]` as a value: one piece for each run."""
        runs = self.runs(start, end) if start < end else []
        return TracedText(
            tuple(
                Piece(text, Place(document, Span(offset, offset + len(text))))
                for text, offset in runs
            )
        )

    @property
    def whole(self) -> Span:
        return self.span(0, len(self.text))

    def _run(self, index: int) -> int:
        return bisect_right(self.starts, index) - 1

"""The images of documents as symbols: what an outline lists, and what a search by name finds.

Does not know the protocol.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import attrs

from tagwise.documents.model import ParsedDocument
from tagwise.documents.traced import Span
from tagwise.ide.navigation import is_image

MOST: Final = 500


@attrs.frozen
class ImageSymbol:
    """`detail` is what the place uses the image for."""

    name: str
    detail: str
    span: Span


def image_symbols(parsed: ParsedDocument) -> Iterator[ImageSymbol]:
    """Yield a document's images in the order of its text, each place once."""
    seen: set[Span] = set()
    for occurrence in parsed.occurrences:
        reference = occurrence.reference
        if reference is not None and is_image(occurrence) and occurrence.span not in seen:
            seen.add(occurrence.span)
            pinned = ", pinned" if reference.digest is not None else ""
            name = reference.without_digest().familiar
            detail = f"{occurrence.role.value.replace('-', ' ')}{pinned}"
            yield ImageSymbol(name, detail, occurrence.span)


def found_symbols(
    documents: Iterable[tuple[str, ParsedDocument]], query: str
) -> list[tuple[str, ImageSymbol]]:
    """Return the images whose names hold the letters of `query` in that order, a few hundred."""
    letters = query.lower()
    found = (
        (document, symbol)
        for document, parsed in documents
        for symbol in image_symbols(parsed)
        if _holds(symbol.name.lower(), letters)
    )
    return list(islice(found, MOST))


def _holds(name: str, letters: str) -> bool:
    """Whether a name has all letters in their order, as editors' own searches go."""
    rest = iter(name)
    return all(letter in rest for letter in letters)

"""Where a digest would go: at the text a reference ends with, or at the value that text comes from.

SEMANTICS, "Edits": a value is edited, once, only if it ends every place that uses it, all of them
resolve to the same image, and nothing else reads it; else the digest is appended at the use.
Does not know any file format: the languages say which values something else reads.
"""

from collections.abc import Iterable, Sequence

import attrs

from tagwise.documents.model import NoPin, Occurrence, PinPlace
from tagwise.documents.traced import Piece, Place, TracedText


def settle_pins(
    occurrences: Sequence[Occurrence], *, read_elsewhere: frozenset[Place]
) -> tuple[Occurrence, ...]:
    """Decide for every occurrence of a document where its digest goes.

    `read_elsewhere` holds the places of every value that something besides an image reference
    reads.  Returns the occurrences with `pin` and their pieces' `editable` set.
    """
    shared = read_elsewhere | _conflicts(occurrences)
    return tuple(_settled(occurrence, shared) for occurrence in occurrences)


def _conflicts(occurrences: Iterable[Occurrence]) -> frozenset[Place]:
    """Places that do not end every value they are part of, or are part of different images."""
    images: dict[Place, str] = {}
    conflicts: set[Place] = set()
    for occurrence in occurrences:
        image = occurrence.reference.canonical if occurrence.reference else occurrence.value.text
        written = [piece for piece in occurrence.value.pieces if piece.place is not None]
        for index, piece in enumerate(written):
            if not piece.via or piece.place is None:
                continue
            is_last = index == len(written) - 1 and piece is occurrence.value.pieces[-1]
            if not is_last or images.setdefault(piece.place, image) != image:
                conflicts.add(piece.place)
    return frozenset(conflicts)


def _settled(occurrence: Occurrence, shared: frozenset[Place]) -> Occurrence:
    pieces = tuple(_marked(piece, shared) for piece in occurrence.value.pieces)
    occurrence = attrs.evolve(occurrence, value=TracedText(pieces))
    if occurrence.skipped is not None:
        return attrs.evolve(occurrence, pin=NoPin(occurrence.skipped.message))
    return attrs.evolve(occurrence, pin=_pin(pieces))


def _marked(piece: Piece, shared: frozenset[Place]) -> Piece:
    if not piece.via:
        return piece
    editable = piece.place is not None and piece.exact and piece.place not in shared
    return attrs.evolve(piece, editable=editable)


def _pin(pieces: tuple[Piece, ...]) -> PinPlace | NoPin:
    if not pieces:
        return NoPin("there is no text to add a digest to")
    last = pieces[-1]
    if last.place is not None and last.editable:
        return PinPlace(last.place)
    if not last.via:
        return NoPin("the reference is not written in any file")
    use = last.via[0]
    if not use.appendable:
        return NoPin(f"{use.name} is used for something else, too, and nothing can follow an alias")
    return PinPlace(use.place, f"the digest wins: {use.name} no longer changes the image")

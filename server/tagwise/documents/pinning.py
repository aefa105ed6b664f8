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
    unended, shared = _conflicts(occurrences)
    blocked = read_elsewhere | unended | shared
    shared |= read_elsewhere
    return tuple(_settled(each, read_elsewhere, blocked, shared) for each in occurrences)


def _conflicts(occurrences: Iterable[Occurrence]) -> tuple[frozenset[Place], frozenset[Place]]:
    """Places that do not end every value they are part of; those that are part of several images."""
    images: dict[Place, str] = {}
    unended: set[Place] = set()
    shared: set[Place] = set()
    for occurrence in occurrences:
        image = occurrence.reference.canonical if occurrence.reference else occurrence.value.text
        written = [piece for piece in occurrence.value.pieces if piece.place is not None]
        for index, piece in enumerate(written):
            if not piece.via or piece.place is None:
                continue
            if index < len(written) - 1 or piece is not occurrence.value.pieces[-1]:
                unended.add(piece.place)
            if images.setdefault(piece.place, image) != image:
                shared.add(piece.place)
    return frozenset(unended), frozenset(shared)


def _settled(
    occurrence: Occurrence,
    read_elsewhere: frozenset[Place],
    blocked: frozenset[Place],
    shared: frozenset[Place],
) -> Occurrence:
    pieces = tuple(
        _marked(piece, blocked if piece.via else read_elsewhere, shared)
        for piece in occurrence.value.pieces
    )
    if occurrence.skipped is not None:
        pin: PinPlace | NoPin = NoPin(occurrence.skipped.message)
    else:
        pin = _pin(pieces, read_elsewhere)
    return attrs.evolve(occurrence, value=TracedText(pieces), pin=pin)


def _marked(piece: Piece, blocked: frozenset[Place], shared: frozenset[Place]) -> Piece:
    """Literal text, too, may be read elsewhere: a YAML anchor that something else aliases."""
    editable = piece.editable and piece.place not in blocked
    if piece.via:
        editable = editable and piece.place is not None and piece.exact
    is_shared = piece.shared or piece.place in shared
    if (editable, is_shared) == (piece.editable, piece.shared):
        return piece
    return attrs.evolve(piece, editable=editable, shared=is_shared)


def _pin(pieces: tuple[Piece, ...], read_elsewhere: frozenset[Place]) -> PinPlace | NoPin:
    if not pieces:
        return NoPin("there is no text to add a digest to")
    last = pieces[-1]
    if last.place is not None and last.editable:
        return PinPlace(last.place)
    if not last.via and last.place is None:
        return NoPin("the reference is not written in any file")
    for use in last.via:
        if use.place in read_elsewhere:
            break
        if use.appendable:
            return PinPlace(use.place, f"the digest wins: {use.name} no longer changes the image")
    return NoPin(_unpinnable(last))


def _unpinnable(last: Piece) -> str:
    if last.via and not last.via[0].appendable:
        return (
            f"{last.via[0].name} is used for something else, too, and nothing can follow an alias"
        )
    return "what is written here is used for something else, too"

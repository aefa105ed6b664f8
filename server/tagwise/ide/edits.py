"""Pin, update and unpin as text edits that change the digest and nothing else.

SEMANTICS.md, section 6.  Where a digest goes was decided when the document was read
(`documents/pinning.py`); here the edits are spelled out.
Does not know how a digest was found out, nor how edits reach a file.
"""

import re
from collections.abc import Iterable, Sequence

import attrs

from tagwise.documents.model import NoPin, Occurrence, PinPlace
from tagwise.documents.traced import Piece, Place, Span, TracedText
from tagwise.oci.digest import Digest
from tagwise.oci.reference import DEFAULT_TAG, ImageReference


@attrs.frozen
class Edit:
    """Replace what stands at `place` by `text`."""

    place: Place
    text: str


@attrs.frozen
class Plan:
    """Edits that belong together; `note` is what a person should know before applying them."""

    edits: tuple[Edit, ...]
    note: str | None = None


@attrs.frozen
class Refusal:
    """No edit, for `reason`: a sentence for a person."""

    reason: str


def pin(occurrence: Occurrence, digest: Digest) -> Plan | Refusal:
    """Put `digest` behind the reference; an untagged name gets `:latest` first."""
    reference = occurrence.reference
    if reference is None or isinstance(occurrence.pin, NoPin):
        return Refusal(_why_not(occurrence))
    if reference.digest is not None:
        return Plan(())
    is_tagged = reference.tag is not None or occurrence.pin.lead != "@"
    lead = occurrence.pin.lead if is_tagged else f":{DEFAULT_TAG}@"
    end = occurrence.pin.place.span.end
    place = Place(occurrence.pin.place.document, Span(end, end))
    return Plan((Edit(place, f"{lead}{digest}"),), occurrence.pin.note)


def update(occurrence: Occurrence, digest: Digest) -> Plan | Refusal:
    """Replace the digest of a pinned reference by `digest`."""
    written = _digest_text(occurrence)
    if written is None:
        return Refusal(_why_not(occurrence))
    if written.text == str(digest):
        return Plan(())
    pieces = [piece for piece in written.pieces if piece.text]
    blocked = next((piece for piece in pieces if not _replaceable(piece)), None)
    if blocked is not None:
        return Refusal(_shared(blocked))
    if len(pieces) > 1 and len(written.text) != len(str(digest)):
        return Refusal("the digest is written in several pieces, and the new one is longer")
    return Plan(tuple(_replacements(pieces, str(digest))))


def unpin(occurrence: Occurrence) -> Plan | Refusal:
    """Remove `@digest` from a pinned reference."""
    written = _digest_text(occurrence)
    reference = occurrence.reference
    if written is None or reference is None or reference.digest_span is None:
        return Refusal(_why_not(occurrence))
    start = reference.digest_span[0] - 1
    kept = occurrence.value.between(0, start).pieces
    behind = occurrence.value.between(start, len(occurrence.value.text)).pieces
    removed = [piece for piece in behind if piece.place is not None or piece.via]
    if not removed:
        return Refusal("the digest is not written in any file")
    here = [_place_of_use(piece, kept) for piece in removed]
    if all(place is not None for place in here):
        places = [place for place in here if place]
        return Plan((Edit(_removal(kept, removed, places), ""),))
    if len(removed) == 1 and removed[0].place is not None and _replaceable(removed[0]):
        return Plan((Edit(removed[0].place, ""),))
    return Refusal(_shared(next(piece for piece in removed if piece.via)))


def retag(occurrence: Occurrence, tag: str) -> Plan | Refusal:
    """Replace the tag of a reference by `tag`, in the pieces that make it.

    A variable's value changes rather than what is written around it; if something else has it, too,
    that is said.
    """
    reference = occurrence.reference
    if reference is None or occurrence.skipped is not None:
        return Refusal(_why_not(occurrence))
    if reference.tag_span is None:
        return _retag_comment(occurrence, tag)
    if occurrence.assumption is not None:
        return Refusal("the tag is not written here")
    pieces = [each for each in occurrence.value.between(*reference.tag_span).pieces if each.text]
    texts = _fitted(pieces, tag)
    if texts is None:
        return Refusal(f"{tag} does not fit the pieces that the tag is written in")
    changed = [
        (piece, text) for piece, text in zip(pieces, texts, strict=True) if piece.text != text
    ]
    places = [piece.place for piece in pieces]
    if len(set(places)) < len(set(zip(places, texts, strict=True))):
        return Refusal("one value stands in several places of the tag")
    edits: list[Edit] = []
    for piece, text in changed:
        if piece.place is None or not piece.exact:
            return Refusal(f"{piece.text} is not written as it reads in any file")
        edits.append(Edit(piece.place, text))
    names = dict.fromkeys(piece.via[0].name for piece, _ in changed if piece.via and piece.shared)
    note = f"{' and '.join(names)} is used for something else, too" if names else None
    return Plan(tuple(edits), note)


def merged(plans: Iterable[Plan]) -> Plan:
    """Return the edits of several plans, each once, in the order of the text."""
    edits = dict.fromkeys(edit for plan in plans for edit in plan.edits)
    return Plan(tuple(sorted(edits, key=lambda e: (e.place.document, e.place.span.start))))


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` after `edits`, all of them in the document that `text` is."""
    for edit in sorted(edits, key=lambda e: e.place.span.start, reverse=True):
        text = text[: edit.place.span.start] + edit.text + text[edit.place.span.end :]
    return text


def _retag_comment(occurrence: Occurrence, tag: str) -> Plan | Refusal:
    """Change the comment that names the tag of a digest without one."""
    comment = occurrence.tag_comment
    return Refusal("no tag is written") if comment is None else Plan((Edit(comment.place, tag),))


def _fitted(pieces: Sequence[Piece], tag: str) -> Sequence[str] | None:
    """Cut `tag` for the pieces: what is written around variables stays; else one piece changes."""
    texts = [piece.text for piece in pieces]
    pattern = "".join("(.*)" if piece.via else re.escape(piece.text) for piece in pieces)
    if match := re.fullmatch(pattern, tag):
        groups = iter(match.groups())
        return [next(groups) if piece.via else piece.text for piece in pieces]
    for index in range(len(texts)):
        before, behind = "".join(texts[:index]), "".join(texts[index + 1 :])
        length = len(tag) - len(before) - len(behind)
        if tag.startswith(before) and tag.endswith(behind) and length > 0:
            return [*texts[:index], tag[len(before) : len(tag) - len(behind)], *texts[index + 1 :]]
    return None if any(piece.via for piece in pieces) else [tag, *("" for _ in texts[1:])]


def _digest_text(occurrence: Occurrence) -> TracedText | None:
    reference: ImageReference | None = occurrence.reference
    if occurrence.skipped is not None or reference is None or reference.digest_span is None:
        return None
    return occurrence.value.between(*reference.digest_span)


def _replacements(pieces: Sequence[Piece], digest: str) -> Iterable[Edit]:
    """Cut `digest` as the old one was cut; a single piece takes all of it."""
    at = 0
    for index, piece in enumerate(pieces):
        end = len(digest) if index == len(pieces) - 1 else at + len(piece.text)
        if piece.place is not None and digest[at:end] != piece.text:
            yield Edit(piece.place, digest[at:end])
        at = end


def _replaceable(piece: Piece) -> bool:
    return piece.place is not None and piece.exact and piece.editable


def _place_of_use(piece: Piece, kept: Sequence[Piece]) -> Place | None:
    """Return what to remove where the reference stands, so that `piece` goes and `kept` stays.

    Literal text goes where it stands; a use of a variable if nothing of what it gives is kept.
    """
    if not piece.via:
        return piece.place
    use = piece.via[0]
    whole = use.appendable and all(not each.via or each.via[0] != use for each in kept)
    return use.place if whole else None


def _removal(kept: Sequence[Piece], removed: Sequence[Piece], places: Sequence[Place]) -> Place:
    """Return one place for all of `removed`, with what joins it to the end of `kept`.

    Between them may stand a line continuation, which would join the next line if it stayed.  A
    digest under a key of its own does not follow what is kept.
    """
    first, last = places[0], places[-1]
    if not removed[0].exact or not removed[0].text.startswith("@"):
        return Place(first.document, Span(first.span.start, last.span.end))
    before = _place_of_use(kept[-1], ()) if kept else None
    start = before.span.end if before and before.document == first.document else first.span.start
    return Place(first.document, Span(min(start, first.span.start), last.span.end))


def _shared(piece: Piece) -> str:
    if not piece.via:
        return "the digest is not written as it reads: an escape stands in it"
    name = piece.via[0].name
    return f"the digest comes from {name}, which is used for something else, too"


def _why_not(occurrence: Occurrence) -> str:
    if occurrence.skipped is not None:
        return occurrence.skipped.message
    match occurrence.pin:
        case NoPin(reason):
            return reason
        case PinPlace():
            return "the reference is not pinned to a digest"

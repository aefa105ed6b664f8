"""The JSON of `tagwise refs --format json`: a public interface, documented in the README.

Lines and characters are zero-based, characters in UTF-16 units, as in LSP.
"""

from typing import Final

from tagwise.documents.model import Occurrence, PinPlace, SkipReason
from tagwise.documents.traced import Place, Span
from tagwise.ide.line_index import LineIndex, Unit
from tagwise.session.workspace import ReadDocument, Workspace

_NAMES_AN_IMAGE: Final = frozenset({SkipReason.BUILD_OUTPUT, SkipReason.CACHE, SkipReason.ARTIFACT})


def reference_item(
    read: ReadDocument, occurrence: Occurrence, workspace: Workspace
) -> dict[str, object]:
    skipped, reference = occurrence.skipped, occurrence.reference
    if skipped is not None and skipped.reason not in _NAMES_AN_IMAGE:
        reference = None
    index = LineIndex(read.text, Unit.UTF16)
    return {
        "path": read.document,
        "language": read.language,
        "role": occurrence.role.value,
        "range": _range(index, occurrence.span),
        "text": occurrence.span.of(read.text),
        "resolved": occurrence.value.text,
        "canonical": reference.canonical if reference else None,
        "registry": reference.registry if reference else None,
        "repository": reference.repository if reference else None,
        "tag": reference.tag if reference else None,
        "digest": str(reference.digest) if reference and reference.digest else None,
        "platform": str(occurrence.platform) if occurrence.platform else None,
        "variant": occurrence.variant,
        "origin": [_place(place, workspace) for place in occurrence.value.origins()],
        "pinAt": _pin_at(occurrence, workspace),
        "skipped": {"reason": skipped.reason.value, "message": skipped.message}
        if skipped
        else None,
    }


def _pin_at(occurrence: Occurrence, workspace: Workspace) -> object:
    """Return where a digest would be inserted: nowhere if there is one."""
    reference = occurrence.reference
    if reference is None or reference.digest is not None:
        return None
    if not isinstance(occurrence.pin, PinPlace):
        return None
    place = occurrence.pin.place
    end = _index(place, workspace).line_and_character(place.span.end)
    return {"path": place.document, "position": _position(*end)}


def _place(place: Place, workspace: Workspace) -> object:
    return {"path": place.document, "range": _range(_index(place, workspace), place.span)}


def _index(place: Place, workspace: Workspace) -> LineIndex:
    return LineIndex(workspace.text(place.document) or "", Unit.UTF16)


def _range(index: LineIndex, span: Span) -> object:
    start, end = index.line_and_character(span.start), index.line_and_character(span.end)
    return {"start": _position(*start), "end": _position(*end)}


def _position(line: int, character: int) -> object:
    return {"line": line, "character": character}

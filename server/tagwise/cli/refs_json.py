"""The JSON of `tagwise refs --format json`: a public interface, documented in the README.

Lines and characters are zero-based, characters in UTF-16 units, as in LSP.
"""

from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring
from typing import Final, TypeAlias

import attrs

from tagwise.documents.model import Occurrence, PinPlace, SkipReason
from tagwise.documents.traced import Place, Span
from tagwise.ide.line_index import LineIndex, Unit
from tagwise.session.workspace import ReadDocument, Workspace

JsonItem: TypeAlias = "dict[str, JsonItem] | list[JsonItem] | str | int | None"

_NAMES_AN_IMAGE: Final = frozenset({SkipReason.BUILD_OUTPUT, SkipReason.CACHE, SkipReason.ARTIFACT})


def reference_items(
    read: ReadDocument, occurrences: Iterable[Occurrence], workspace: Workspace
) -> Iterator[JsonItem]:
    lines = _Lines(workspace, {read.document: LineIndex(read.text, Unit.UTF16)})
    for occurrence in occurrences:
        yield _item(read, occurrence, lines)


def laid_out(item: JsonItem, margin: str = "\n") -> str:
    """Write an item as `json` does with an indent of two, which takes four times as long.

    Its keys are ours: there is nothing in them to be escaped.
    """
    if isinstance(item, str):
        return encode_basestring(item)
    if item is None:
        return "null"
    if isinstance(item, int):
        return str(item)
    inner = f"{margin}  "
    if isinstance(item, dict):
        entries = [f'{inner}"{key}": {laid_out(each, inner)}' for key, each in item.items()]
        return f"{{{','.join(entries)}{margin}}}" if entries else "{}"
    items = [f"{inner}{laid_out(each, inner)}" for each in item]
    return f"[{','.join(items)}{margin}]" if items else "[]"


@attrs.frozen
class _Lines:
    """Counts the lines of documents, of each when it is first asked for."""

    workspace: Workspace
    known: dict[str, LineIndex]

    def of(self, document: str) -> LineIndex:
        if document not in self.known:
            text = self.workspace.text(document) or ""
            self.known[document] = LineIndex(text, Unit.UTF16)
        return self.known[document]


def _item(read: ReadDocument, occurrence: Occurrence, lines: _Lines) -> JsonItem:
    skipped, reference = occurrence.skipped, occurrence.reference
    if skipped is not None and skipped.reason not in _NAMES_AN_IMAGE:
        reference = None
    return {
        "path": read.document,
        "language": read.language,
        "role": occurrence.role.value,
        "range": _range(lines.of(read.document), occurrence.span),
        "text": occurrence.span.of(read.text),
        "resolved": occurrence.value.text,
        "canonical": reference.canonical if reference else None,
        "registry": reference.registry if reference else None,
        "repository": reference.repository if reference else None,
        "tag": reference.tag if reference else None,
        "digest": str(reference.digest) if reference and reference.digest else None,
        "platform": str(occurrence.platform) if occurrence.platform else None,
        "variant": occurrence.variant,
        "origin": [_place(place, lines) for place in occurrence.value.origins()],
        "pinAt": _pin_at(occurrence, lines),
        "skipped": {"reason": skipped.reason.value, "message": skipped.message}
        if skipped
        else None,
    }


def _pin_at(occurrence: Occurrence, lines: _Lines) -> JsonItem:
    """Return where a digest would be inserted: nowhere if there is one."""
    reference = occurrence.reference
    if reference is None or reference.digest is not None:
        return None
    if not isinstance(occurrence.pin, PinPlace):
        return None
    place = occurrence.pin.place
    end = lines.of(place.document).line_and_character(place.span.end)
    return {"path": place.document, "position": _position(*end)}


def _place(place: Place, lines: _Lines) -> JsonItem:
    return {"path": place.document, "range": _range(lines.of(place.document), place.span)}


def _range(index: LineIndex, span: Span) -> JsonItem:
    start, end = index.line_and_character(span.start), index.line_and_character(span.end)
    return {"start": _position(*start), "end": _position(*end)}


def _position(line: int, character: int) -> JsonItem:
    return {"line": line, "character": character}

"""Between our words and the protocol's: offsets and positions, cards and markup, plans and edits.

The only place that knows position encodings.  Does not know any feature.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from lsprotocol import types

from tagwise.documents.traced import Place, Span
from tagwise.ide.line_index import LineIndex, Unit
from tagwise.session.uris import uri_of
from tagwise.session.workspace import Workspace

if TYPE_CHECKING:
    from tagwise.ide.edits import Edit, Plan
    from tagwise.ide.markup import Card

Encoding: TypeAlias = types.PositionEncodingKind | str | None
"""As the session negotiated it; None is the protocol's default, UTF-16."""


class Positions:
    """Translates between offsets in `text` and positions in a session's encoding."""

    def __init__(self, text: str, encoding: Encoding) -> None:
        kind = types.PositionEncodingKind(encoding or types.PositionEncodingKind.Utf16)
        self._lines = LineIndex(text, Unit(kind.value))

    def offset(self, position: types.Position) -> int:
        return self._lines.offset(position.line, position.character)

    def span(self, range_: types.Range) -> Span:
        return Span(self.offset(range_.start), self.offset(range_.end))

    def range(self, span: Span) -> types.Range:
        start = self._lines.line_and_character(span.start)
        end = self._lines.line_and_character(span.end)
        return types.Range(types.Position(*start), types.Position(*end))


def locations(
    places: "Iterable[Place]", workspace: Workspace, encoding: Encoding
) -> list[types.Location]:
    """Return places as an editor finds them, in the documents as they stand now."""
    positions: dict[str, Positions] = {}
    found: list[types.Location] = []
    for place in places:
        document = place.document
        if document not in positions:
            positions[document] = Positions(workspace.text(document) or "", encoding)
        range_ = positions[document].range(place.span)
        found.append(types.Location(uri_for(document, workspace), range_))
    return found


def uri_for(document: str, workspace: Workspace) -> str:
    """Return the URI of a document, as the editor spells it if it is open."""
    opened = workspace.opened(document)
    return opened.uri if opened is not None else uri_of(document)


def markup(card: "Card", *, markdown: bool, pictures: bool = False) -> types.MarkupContent:
    from tagwise.ide.markup import to_markdown, to_plain_text

    if markdown:
        return types.MarkupContent(types.MarkupKind.Markdown, to_markdown(card, pictures=pictures))
    return types.MarkupContent(types.MarkupKind.PlainText, to_plain_text(card))


def workspace_edit(
    plan: "Plan",
    workspace: Workspace,
    encoding: Encoding,
    *,
    versioned: bool,
    labels: "Mapping[Edit, str] | None" = None,
) -> types.WorkspaceEdit:
    """Return `plan` as one edit of every document it touches.

    A document an editor has open is named as the editor does, with its version; one that is not
    open has none.  Each is edited as its text stands now.  With `labels` a person is asked before
    anything is changed, and may leave out what has one label.
    """
    by_document: dict[str, list[Edit]] = {}
    for edit in plan.edits:
        by_document.setdefault(edit.place.document, []).append(edit)
    changes: list[types.TextDocumentEdit] = []
    for document, edits in by_document.items():
        opened = workspace.opened(document)
        identifier = types.OptionalVersionedTextDocumentIdentifier(
            uri=opened.uri if opened else uri_of(document),
            version=opened.version if opened else None,
        )
        positions = Positions(workspace.text(document) or "", encoding)
        text_edits = tuple(_text_edits(edits, positions, labels or {}))
        changes.append(types.TextDocumentEdit(identifier, text_edits))
    if versioned:
        annotations = {
            label: types.ChangeAnnotation(label, needs_confirmation=True)
            for label in (labels or {}).values()
        }
        return types.WorkspaceEdit(
            document_changes=tuple(changes), change_annotations=annotations or None
        )
    plain = {change.text_document.uri: _plain_edits(change) for change in changes}
    return types.WorkspaceEdit(changes=plain)


def _text_edits(
    edits: "Iterable[Edit]", positions: Positions, labels: "Mapping[Edit, str]"
) -> Iterable[types.TextEdit | types.AnnotatedTextEdit]:
    for edit in edits:
        here, label = positions.range(edit.place.span), labels.get(edit)
        if label is None:
            yield types.TextEdit(here, edit.text)
        else:
            yield types.AnnotatedTextEdit(label, here, edit.text)


def _plain_edits(change: types.TextDocumentEdit) -> tuple[types.TextEdit, ...]:
    return tuple(edit for edit in change.edits if isinstance(edit, types.TextEdit))

"""textDocument/completion: what could stand where something is being written."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from tagwise.lsp.convert import Positions
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of

if TYPE_CHECKING:
    from tagwise.ide.completion import Choice
    from tagwise.ide.writing import Writing

# Behind these something starts that words do not reach over.
TRIGGERS: Final = (":", "@", "/", "=", ".", "-", " ")


async def completion(
    ls: TagwiseServer, params: types.CompletionParams
) -> types.CompletionList | None:
    from tagwise.session.surroundings import surroundings
    from tagwise.session.written_at import written_at

    await ls.settled()
    document = document_of(params.text_document.uri)
    opened = ls.session.workspace.opened(document)
    if opened is None:
        return None
    positions = Positions(opened.text, ls.workspace.position_encoding)
    offset = positions.offset(params.position)
    found = await written_at(ls.session.workspace, document, opened, offset)
    if not found:
        return None
    items: dict[str, types.CompletionItem] = {}
    is_all = True
    for writing in found:
        place = await surroundings(ls.session, writing, document)
        choices = await ls.session.suggestions.at(writing, place)
        is_all = is_all and choices.is_all
        for item in _items(choices.listed, writing, positions, len(items)):
            items.setdefault(item.label, item)
    return types.CompletionList(is_incomplete=not is_all, items=tuple(items.values()))


def _items(
    choices: "tuple[Choice, ...]", writing: "Writing", positions: Positions, first: int
) -> Iterator[types.CompletionItem]:
    """Give each choice the whole of what is written there to replace, in their order."""
    span = positions.range(writing.span)
    if span.start.line != span.end.line:
        return
    for index, choice in enumerate(choices):
        yield types.CompletionItem(
            choice.text,
            kind=_kind(choice),
            detail=choice.detail or None,
            sort_text=f"{first + index:05}",
            filter_text=choice.filtered,
            text_edit=types.TextEdit(span, choice.inserted),
            data={"reference": choice.reference} if choice.reference else None,
        )


def _kind(choice: "Choice") -> types.CompletionItemKind:
    from tagwise.ide.completion import ChoiceKind

    kinds = types.CompletionItemKind
    match choice.kind:
        case ChoiceKind.STAGE:
            return kinds.Module
        case ChoiceKind.IMAGE:
            return kinds.Reference
        case ChoiceKind.TAG:
            return kinds.Value
        case ChoiceKind.DIGEST:
            return kinds.Constant
        case ChoiceKind.PLATFORM:
            return kinds.EnumMember
        case ChoiceKind.VARIABLE:
            return kinds.Variable

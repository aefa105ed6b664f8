"""textDocument/codeAction: pin, update, unpin; never asks the network."""

from collections.abc import AsyncIterator, Iterator

from lsprotocol import types

from tagwise.documents.model import Occurrence
from tagwise.documents.traced import Span
from tagwise.ide.actions.offer import Verb
from tagwise.ide.actions.pin import can_pin
from tagwise.ide.occurrence_ids import occurrence_id
from tagwise.lsp.action_data import ActionData, to_wire
from tagwise.lsp.action_kinds import ENGINE, PIN_IMAGES, is_wanted
from tagwise.lsp.commands import APPLY_ACTION
from tagwise.lsp.convert import Positions
from tagwise.lsp.engine_actions import engine_actions
from tagwise.lsp.quick_fixes import quick_fixes
from tagwise.lsp.server import TagwiseServer
from tagwise.session.known_offers import known_offers
from tagwise.session.uris import document_of
from tagwise.session.workspace import ReadDocument


async def code_action(
    ls: TagwiseServer, params: types.CodeActionParams
) -> list[types.CodeAction | types.Command] | None:
    await ls.settled()
    read = await ls.session.workspace.read(document_of(params.text_document.uri))
    if read is None:
        return None
    span = Positions(read.text, ls.workspace.position_encoding).span(params.range)
    actions = [each async for each in _on_references(ls, params, read, span)]
    actions += _on_document(params, read)
    if is_wanted(params.context.only, ENGINE):
        uri = params.text_document.uri
        for occurrence in _touched(read, span):
            actions += engine_actions(ls, uri, read, occurrence)
    if is_wanted(params.context.only, types.CodeActionKind.QuickFix.value):
        actions = [*await quick_fixes(ls, read, span), *actions]
    return [_for_client(ls, action) for action in actions]


async def _on_references(
    ls: TagwiseServer, params: types.CodeActionParams, read: ReadDocument, span: Span
) -> AsyncIterator[types.CodeAction]:
    kind = types.CodeActionKind.RefactorRewrite
    if not is_wanted(params.context.only, kind.value):
        return
    for occurrence in _touched(read, span):
        for offer in await known_offers(ls.session, occurrence, read.document):
            data = ActionData(
                uri=params.text_document.uri,
                verb=offer.verb,
                version=read.version,
                occurrence=occurrence_id(read.parsed.occurrences, occurrence),
                tag=offer.tag,
            )
            yield types.CodeAction(
                offer.title, kind, is_preferred=offer.preferred or None, data=to_wire(data)
            )


def _touched(read: ReadDocument, span: Span) -> Iterator[Occurrence]:
    for each in read.parsed.occurrences:
        if each.span.start <= span.end and span.start <= each.span.end:
            yield each


def _on_document(params: types.CodeActionParams, read: ReadDocument) -> Iterator[types.CodeAction]:
    pinnable = any(can_pin(occurrence) for occurrence in read.parsed.occurrences)
    if pinnable and is_wanted(params.context.only, PIN_IMAGES):
        automatic = params.context.trigger_kind == types.CodeActionTriggerKind.Automatic
        uri = params.text_document.uri
        data = ActionData(uri, Verb.PIN, read.version, automatic=automatic)
        yield types.CodeAction("Pin all images to their digests", PIN_IMAGES, data=to_wire(data))


def _for_client(ls: TagwiseServer, action: types.CodeAction) -> types.CodeAction | types.Command:
    """Return the action as the client can take it: with an edit later, or as a command."""
    command = action.command
    if command is None:
        if ls.abilities.action_edits_on_resolve or action.edit is not None:
            return action
        command = types.Command(action.title, APPLY_ACTION, arguments=[action.data])
    if not ls.abilities.action_literals:
        return command
    return types.CodeAction(action.title, action.kind, command=command)

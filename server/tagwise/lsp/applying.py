"""Having the client apply an edit, and saying what came of it.

Does not know what the edit is for.
"""

from collections.abc import Sequence
from typing import Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tagwise.errors import CannotAsk
from tagwise.lsp.client_requests import answer
from tagwise.lsp.server import TagwiseServer

TOLD: Final = 3
"""Failures that one message tells of."""


async def apply_edit(ls: TagwiseServer, edit: types.WorkspaceEdit) -> bool:
    """Have the client apply `edit`; tell why not, if it says why.

    :raises CannotAsk: if it does not know how.
    """
    params = types.ApplyWorkspaceEditParams(edit, label="Tagwise")
    try:
        applied = await answer(ls, ls.workspace_apply_edit_async(params), name="apply an edit")
    except JsonRpcException as error:
        raise CannotAsk(f"the edit was refused: {error.message}") from error
    if applied is None:
        return False
    is_discarded = bool(edit.change_annotations) and not applied.failure_reason
    if not applied.applied and not is_discarded:
        reason = applied.failure_reason or "no reason given"
        said = f"Tagwise: the edit was refused: {reason}"
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Error, said))
    return applied.applied


def documents_of(edit: types.WorkspaceEdit) -> tuple[str, ...]:
    """List the URIs of the documents that `edit` changes."""
    changes = edit.document_changes or ()
    versioned = [each for each in changes if isinstance(each, types.TextDocumentEdit)]
    return (*(each.text_document.uri for each in versioned), *(edit.changes or {}))


def complaint_of(failures: Sequence[str]) -> str:
    """Put failures into one message, the first few in full; empty where there are none."""
    more = len(failures) - TOLD
    shown = "; ".join(failures[:TOLD])
    return f"{shown}; and {more} more stay as they are" if more > 0 else shown

"""tagwise.server.applyAction: a code action for clients that cannot resolve edits."""

from lsprotocol import types

from tagwise.lsp.action_data import ActionData
from tagwise.lsp.client_requests import answer, tell
from tagwise.lsp.server import TagwiseServer


async def apply_action(ls: TagwiseServer, data: ActionData) -> None:
    from tagwise.lsp.planning import plan_edit

    planned = await plan_edit(ls, data)
    if said := planned.complaint:
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, said))
    if planned.edit is not None:
        await _apply(ls, planned.edit)
    elif not said:
        tell(ls, "nothing to change, it is up to date")


async def _apply(ls: TagwiseServer, edit: types.WorkspaceEdit) -> None:
    params = types.ApplyWorkspaceEditParams(edit, label="Tagwise")
    applied = await answer(ls, ls.workspace_apply_edit_async(params), name="apply an edit")
    if applied is not None and not applied.applied:
        reason = applied.failure_reason or "no reason given"
        said = f"Tagwise: the edit was refused: {reason}"
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Error, said))

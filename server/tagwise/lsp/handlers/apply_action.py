"""tagwise.server.applyAction: a code action for clients that cannot resolve edits."""

from lsprotocol import types

from tagwise.lsp.action_data import ActionData
from tagwise.lsp.server import TagwiseServer


async def apply_action(ls: TagwiseServer, data: ActionData) -> None:
    from tagwise.lsp.planning import plan_edit

    planned = await plan_edit(ls, data)
    for failure in planned.failures:
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, failure))
    if planned.edit is None:
        if not planned.failures:
            said = "Tagwise: nothing to change, it is up to date"
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, said))
        return
    params = types.ApplyWorkspaceEditParams(planned.edit, label="Tagwise")
    applied = await ls.workspace_apply_edit_async(params)
    if not applied.applied:
        said = f"Tagwise: the edit was refused: {applied.failure_reason or 'no reason given'}"
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Error, said))

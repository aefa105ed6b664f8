"""tagwise.server.applyAction: a code action for clients that cannot resolve edits."""

import asyncio
import logging
from typing import Final

from lsprotocol import types

from tagwise.lsp.action_data import ActionData
from tagwise.lsp.server import TagwiseServer

ANSWERED: Final = 600.0
"""Seconds a client has to answer: it may show its user the edit first."""

log = logging.getLogger(__name__)


async def apply_action(ls: TagwiseServer, data: ActionData) -> None:
    from tagwise.lsp.planning import plan_edit

    with ls.command_under_way():
        planned = await plan_edit(ls, data)
        if said := planned.complaint:
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, said))
        if planned.edit is not None:
            await _apply(ls, planned.edit)
        elif not said:
            said = "Tagwise: nothing to change, it is up to date"
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, said))


async def _apply(ls: TagwiseServer, edit: types.WorkspaceEdit) -> None:
    asked = ls.session.tasks.start(_ask_client(ls, edit), name="apply an edit")
    await asyncio.wait({asked}, timeout=ANSWERED)
    if not asked.done():
        log.warning("the client has not said whether it applied an edit")
        asked.cancel()
        return
    if asked.cancelled():
        return
    if not asked.result().applied:
        reason = asked.result().failure_reason or "no reason given"
        said = f"Tagwise: the edit was refused: {reason}"
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Error, said))


async def _ask_client(
    ls: TagwiseServer, edit: types.WorkspaceEdit
) -> types.ApplyWorkspaceEditResult:
    params = types.ApplyWorkspaceEditParams(edit, label="Tagwise")
    return await ls.workspace_apply_edit_async(params)

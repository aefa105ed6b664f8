"""codeAction/resolve: computes the edit of an action that was offered without one."""

import attrs
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tagwise.lsp.action_data import from_wire
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of


async def code_action_resolve(ls: TagwiseServer, params: types.CodeAction) -> types.CodeAction:
    from tagwise.lsp.planning import content_modified, plan_edit

    data = from_wire(params.data)
    if data is None:
        return params
    opened = ls.session.workspace.opened(document_of(data.uri))
    if opened is None or opened.version != data.version:
        raise content_modified()
    planned = await plan_edit(ls, data)
    if planned.edit is None and planned.failures:
        raise JsonRpcException(planned.complaint, types.LSPErrorCodes.RequestFailed.value)
    if planned.failures:
        complaint = types.ShowMessageParams(types.MessageType.Warning, planned.complaint)
        ls.window_show_message(complaint)
    if planned.edit is None and not data.automatic:
        said = "Tagwise: nothing to change, it is up to date"
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, said))
    return attrs.evolve(params, edit=planned.edit or types.WorkspaceEdit())

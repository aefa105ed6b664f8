"""tagwise.server.pinWorkspace and updateWorkspace: every file of the workspace, looked over first."""

from tagwise.ide.actions.offer import Verb
from tagwise.lsp.command_arguments import FolderArguments
from tagwise.lsp.reference_values import ChangedReferences
from tagwise.lsp.server import TagwiseServer


async def pin_workspace(ls: TagwiseServer, arguments: FolderArguments) -> ChangedReferences | None:
    from tagwise.lsp.workspace_planning import change_workspace

    return await change_workspace(ls, arguments, Verb.PIN)


async def update_workspace(
    ls: TagwiseServer, arguments: FolderArguments
) -> ChangedReferences | None:
    from tagwise.lsp.workspace_planning import change_workspace

    return await change_workspace(ls, arguments, Verb.UPDATE)

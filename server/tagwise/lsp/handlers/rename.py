"""textDocument/prepareRename and rename: another name for a stage or a variable."""

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tagwise.lsp.convert import Positions, workspace_edit
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of
from tagwise.session.workspace import ReadDocument


async def prepare_rename(
    ls: TagwiseServer, params: types.PrepareRenameParams
) -> types.PrepareRenamePlaceholder | None:
    from tagwise.ide.edits import Refusal
    from tagwise.session.renaming import renamable

    read = await _read(ls, params.text_document.uri)
    if read is None:
        return None
    positions = Positions(read.text, ls.workspace.position_encoding)
    found = renamable(ls.session, read, positions.offset(params.position))
    if isinstance(found, Refusal):
        raise JsonRpcException(found.reason, types.LSPErrorCodes.RequestFailed.value)
    if found is None:
        return None
    return types.PrepareRenamePlaceholder(positions.range(found.span), found.name)


async def rename(ls: TagwiseServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
    from tagwise.ide.edits import Refusal
    from tagwise.session import renaming

    read = await _read(ls, params.text_document.uri)
    if read is None:
        return None
    encoding = ls.workspace.position_encoding
    offset = Positions(read.text, encoding).offset(params.position)
    planned = renaming.rename(ls.session, read, offset, params.new_name)
    if isinstance(planned, Refusal):
        raise JsonRpcException(planned.reason, types.LSPErrorCodes.RequestFailed.value)
    workspace, versioned = ls.session.workspace, ls.abilities.versioned_edits
    return workspace_edit(planned, workspace, encoding, versioned=versioned)


async def _read(ls: TagwiseServer, uri: str) -> ReadDocument | None:
    """Read a document, and what others say of it, as they are now."""
    await ls.settled()
    ls.session.workspace.look_again()
    return await ls.session.workspace.read(document_of(uri))

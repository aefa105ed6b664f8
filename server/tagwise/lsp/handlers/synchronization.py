"""textDocument/didOpen, didChange, didSave, didClose and workspace/didChangeWatchedFiles."""

from lsprotocol import types

from tagwise.lsp.diagnosing import announce, announce_dependants, withdraw
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of
from tagwise.session.workspace import OpenDocument


def did_open(ls: TagwiseServer, params: types.DidOpenTextDocumentParams) -> None:
    item = params.text_document
    opened = OpenDocument(item.uri, item.text, item.version, item.language_id)
    ls.session.workspace.put(document_of(item.uri), opened)
    announce(ls, document_of(item.uri))


def did_change(ls: TagwiseServer, params: types.DidChangeTextDocumentParams) -> None:
    text = ls.workspace.get_text_document(params.text_document.uri).source
    document = document_of(params.text_document.uri)
    before = ls.session.workspace.opened(document)
    editor_id = before.editor_id if before else None
    identifier = params.text_document
    changed = OpenDocument(identifier.uri, text, identifier.version, editor_id)
    if before is not None:
        ls.last_edits.changed(document, before.text, text)
    ls.session.workspace.put(document, changed)
    announce(ls, document)
    announce_dependants(ls, document)


def did_save(ls: TagwiseServer, params: types.DidSaveTextDocumentParams) -> None:
    del params
    ls.session.workspace.changed_on_disk()
    announce(ls)


def did_close(ls: TagwiseServer, params: types.DidCloseTextDocumentParams) -> None:
    document = document_of(params.text_document.uri)
    ls.last_edits.forget(document)
    ls.session.workspace.close(document)
    withdraw(ls, params.text_document.uri)


def did_change_watched_files(ls: TagwiseServer, params: types.DidChangeWatchedFilesParams) -> None:
    del params
    ls.session.workspace.changed_on_disk()
    announce(ls)

"""A small editor: starts a language server as editors do, and keeps one buffer for each document.

For the demonstration and for tests; what a person's editor does with a hover or an edit is here.
Does not know what the server answers.
"""

import asyncio
from collections.abc import Mapping, Sequence

import attrs
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tagwise.documents.traced import Span
from tagwise.lsp.convert import Positions
from tagwise.session.files import read_text
from tagwise.session.uris import document_of, path_of

_ENCODING = types.PositionEncodingKind.Utf16


@attrs.frozen
class EditorAction:
    """A code action as a menu shows it; `protocol` is what the server sent."""

    title: str
    protocol: types.CodeAction


class EditorClient:
    """`command` starts the server; every wait is bounded by `patience` seconds."""

    def __init__(self, command: Sequence[str], *, patience: float = 20.0) -> None:
        self._command = tuple(command)
        self._patience = patience
        self._client = LanguageClient("tagwise-editor", "1")
        self._texts: dict[str, str] = {}

    async def start(self, *, root_uri: str, options: object) -> None:
        await self._client.start_io(*self._command)  # pyright: ignore[reportUnknownMemberType]
        action = types.ClientCodeActionResolveOptions(properties=["edit"])
        kinds = types.ClientCodeActionKindOptions(value_set=list(types.CodeActionKind))
        capabilities = types.ClientCapabilities(
            general=types.GeneralClientCapabilities(position_encodings=[_ENCODING]),
            workspace=types.WorkspaceClientCapabilities(
                workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
            ),
            text_document=types.TextDocumentClientCapabilities(
                hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
                code_action=types.CodeActionClientCapabilities(
                    data_support=True,
                    resolve_support=action,
                    code_action_literal_support=types.ClientCodeActionLiteralOptions(kinds),
                ),
            ),
        )
        folder = types.WorkspaceFolder(root_uri, "demo")
        params = types.InitializeParams(
            capabilities=capabilities,
            root_uri=root_uri,
            workspace_folders=[folder],
            initialization_options=options,
        )
        await asyncio.wait_for(self._client.initialize_async(params), self._patience)
        self._client.initialized(types.InitializedParams())

    def open(self, uri: str, language_id: str, text: str) -> None:
        self._texts[uri] = text
        item = types.TextDocumentItem(uri, language_id, 1, text)
        self._client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def text(self, uri: str) -> str:
        """Return a buffer's text, or that of a file that is not open."""
        if uri not in self._texts and (path := path_of(document_of(uri))):
            return read_text(path)
        return self._texts[uri]

    async def hover(self, uri: str, offset: int) -> str | None:
        """Return what is shown, as Markdown."""
        position = self._range(uri, offset).start
        params = types.HoverParams(types.TextDocumentIdentifier(uri), position)
        hover = await asyncio.wait_for(
            self._client.text_document_hover_async(params), self._patience
        )
        match hover:
            case types.Hover(contents=types.MarkupContent(value=value)):
                return value
            case _:
                return None

    async def actions(
        self, uri: str, offset: int, *, only: Sequence[str] | None = None
    ) -> tuple[EditorAction, ...]:
        context = types.CodeActionContext([], only=list(only) if only else None)
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri), self._range(uri, offset), context
        )
        answer = await asyncio.wait_for(
            self._client.text_document_code_action_async(params), self._patience
        )
        actions = [each for each in answer or () if isinstance(each, types.CodeAction)]
        return tuple(EditorAction(each.title, each) for each in actions)

    async def applied(self, action: EditorAction) -> Mapping[str, str]:
        """Resolve an action and return the texts it changes, by URI; nothing is kept."""
        resolved = await asyncio.wait_for(
            self._client.code_action_resolve_async(action.protocol), self._patience
        )
        changes = resolved.edit.document_changes if resolved.edit else None
        edits = [each for each in changes or () if isinstance(each, types.TextDocumentEdit)]
        return {each.text_document.uri: self._applied(each) for each in edits}

    async def stop(self) -> None:
        """Say goodbye as the protocol wants it, and wait until the server has ended."""
        await asyncio.wait_for(self._client.shutdown_async(None), self._patience)
        self._client.exit(None)
        await asyncio.wait_for(self._client.stop(), self._patience)  # type: ignore[no-untyped-call]

    def _applied(self, change: types.TextDocumentEdit) -> str:
        text = self.text(change.text_document.uri)
        positions = Positions(text, _ENCODING)
        edits = [(positions.span(each.range), each) for each in change.edits]
        for span, edit in sorted(edits, key=lambda pair: pair[0].start, reverse=True):
            new_text = edit.new_text if isinstance(edit, types.TextEdit) else ""
            text = text[: span.start] + new_text + text[span.end :]
        return text

    def _range(self, uri: str, offset: int) -> types.Range:
        return Positions(self._texts[uri], _ENCODING).range(Span(offset, offset))

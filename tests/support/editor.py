"""An editor for tests: the real `tagwise lsp` over stdio, and buffers that edits are applied to.

What goes over the wire is checked by pytest-lsp's client on the way.  Positions are counted here
once more, so that the server's own counting is not what it is tested with.
"""

import asyncio
import os
import re
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import attrs
from lsprotocol import types
from pygls.lsp.client import LanguageClient as BareClient
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import register_lsp_features

PATIENCE = 30
DID_CHANGE_IMAGES = "tagwise/didChangeImages"
COMMAND = (sys.executable, "-P", "-m", "tagwise", "lsp")
_LINE_END = re.compile(r"\r\n|\n|\r")
_CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
_LANGUAGES = {".yaml": "dockercompose", ".env": "properties", ".hcl": "hcl", ".json": "json"}


NO_ENGINE = "unix:///nowhere/engine.sock"


def environment(folder: Path) -> dict[str, str]:
    """What the server is started with: nothing of this machine's user, nor its engine."""
    return {
        "DOCKER_HOST": NO_ENGINE,
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "DOCKER_CONFIG": str(folder / "home" / ".docker"),
        "TAGWISE_CACHE_DIR": str(folder / "cache"),
    }


def position(text: str, offset: int, encoding: str) -> types.Position:
    codec, size = _CODECS[encoding]
    starts = [0, *(end.end() for end in _LINE_END.finditer(text, 0, offset))]
    if text[offset - 1 : offset + 1] == "\r\n":
        starts.remove(offset)
    return types.Position(len(starts) - 1, len(text[starts[-1] : offset].encode(codec)) // size)


def offset(text: str, at: types.Position, encoding: str) -> int:
    codec, size = _CODECS[encoding]
    start = [0, *(end.end() for end in _LINE_END.finditer(text))][at.line]
    return start + len(text[start:].encode(codec)[: at.character * size].decode(codec))


def _converter():
    """The library's own takes every action that brings a command along for a bare command."""

    def action_or_command(raw, _):
        kind = types.Command if isinstance(raw.get("command"), str) else types.CodeAction
        return converter.structure(raw, kind)

    converter = default_converter()
    converter.register_structure_hook(types.Command | types.CodeAction, action_or_command)
    return converter


class _Client(LanguageClient):
    """Keeps what the server writes to standard error, and takes a notification of ours."""

    async def start_io(self, cmd, *args, **kwargs):
        await BareClient.start_io(self, cmd, *args, **kwargs)
        self.log = asyncio.create_task(self._server.stderr.read())


def plain(value: object) -> object:
    """Give what the library makes named tuples of as the JSON that it was."""
    if hasattr(value, "_asdict"):
        return {name: plain(each) for name, each in value._asdict().items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


@attrs.define
class Buffer:
    uri: str
    text: str
    version: int


@attrs.define
class Editor:
    """One session; `edits` is what the server asked to apply, and `refuses` says no to it."""

    folder: Path
    client: _Client
    encoding: str
    buffers: dict[str, Buffer] = attrs.field(factory=dict)
    edits: asyncio.Queue[types.WorkspaceEdit] = attrs.field(factory=asyncio.Queue)
    registrations: asyncio.Queue[list[types.Registration]] = attrs.field(factory=asyncio.Queue)
    questions: asyncio.Queue[types.ShowMessageRequestParams] = attrs.field(factory=asyncio.Queue)
    answers: list[str | None] = attrs.field(factory=list)
    decided: asyncio.Event = attrs.field(factory=asyncio.Event)
    refuses: str | None = None
    holds: asyncio.Event | None = None
    negotiated: str | None = None
    pulls: bool = False
    refreshes: asyncio.Queue[str] = attrs.field(factory=asyncio.Queue)
    statuses: list[object] = attrs.field(factory=list)

    @property
    def process(self) -> asyncio.subprocess.Process:
        return self.client._server

    @property
    def messages(self) -> list[str]:
        return [each.message for each in self.client.messages]

    def uri(self, name: str) -> str:
        return name if ":" in name else (self.folder / name).as_uri()

    def open(self, name: str, text: str, *, language: str | None = None) -> str:
        uri = self.uri(name)
        self.buffers[uri] = Buffer(uri, text, 1)
        suffix = Path(name).suffix or Path(name).name
        language = language or _LANGUAGES.get(suffix, "dockerfile")
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, name: str, text: str) -> None:
        buffer = self.buffers[self.uri(name)]
        buffer.text, buffer.version = text, buffer.version + 1
        identifier = types.VersionedTextDocumentIdentifier(buffer.version, buffer.uri)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [whole]))

    def text(self, name: str) -> str:
        return self.buffers[self.uri(name)].text

    def notify(self, method: str, params: object) -> None:
        self.client.protocol.notify(method, params)

    def hover_params(self, name: str, at: str | int) -> types.HoverParams:
        return types.HoverParams(self._document(name), self._position(name, at))

    async def hover(self, name: str, at: str | int) -> types.Hover | None:
        async with asyncio.timeout(PATIENCE):
            return await self.client.text_document_hover_async(self.hover_params(name, at))

    async def shown(self, name: str, at: str | int) -> str:
        hover = await self.hover(name, at)
        return hover.contents.value if hover else ""

    async def hovered(self, name: str, at: str | int) -> str:
        """Give the text that the hover's range covers."""
        hover = await self.hover(name, at)
        text = self.text(name)
        start = offset(text, hover.range.start, self.encoding)
        return text[start : offset(text, hover.range.end, self.encoding)]

    async def completed(self, name: str, at: str | int) -> types.CompletionList:
        params = types.CompletionParams(self._document(name), self._position(name, at))
        async with asyncio.timeout(PATIENCE):
            answer = await self.client.text_document_completion_async(params)
        return answer or types.CompletionList(is_incomplete=False, items=[])

    def chosen(self, name: str, item: types.CompletionItem) -> str:
        """Give the text with an item chosen, as an editor applies it."""
        return self._edited(self.text(name), [item.text_edit])

    async def defined(self, name: str, at: str | int) -> list[str]:
        """Give what stands where something is defined, as `file: text`."""
        params = types.DefinitionParams(self._document(name), self._position(name, at))
        async with asyncio.timeout(PATIENCE):
            found = await self.client.text_document_definition_async(params)
        return self.located(found or ())

    async def referred(self, name: str, at: str | int, *, declared: bool = True) -> list[str]:
        context = types.ReferenceContext(include_declaration=declared)
        params = types.ReferenceParams(context, self._document(name), self._position(name, at))
        async with asyncio.timeout(PATIENCE):
            found = await self.client.text_document_references_async(params)
        return self.located(found or ())

    async def renamed(self, name: str, at: str | int, new: str) -> None:
        params = types.RenameParams(self._document(name), self._position(name, at), new)
        async with asyncio.timeout(PATIENCE):
            self.apply(await self.client.text_document_rename_async(params))

    def located(self, locations) -> list[str]:
        """Give the texts at locations, each as `file:line: text`."""
        return [self._located(each) for each in locations]

    def _located(self, location: types.Location) -> str:
        path = Path(unquote(urlsplit(location.uri).path))
        buffer = self.buffers.get(location.uri)
        text = buffer.text if buffer else path.read_bytes().decode()
        start = offset(text, location.range.start, self.encoding)
        end = offset(text, location.range.end, self.encoding)
        name = path.relative_to(self.folder).as_posix()
        return f"{name}:{location.range.start.line + 1}: {text[start:end]}"

    async def pulled(self, name: str) -> list[types.Diagnostic]:
        params = types.DocumentDiagnosticParams(self._document(name))
        async with asyncio.timeout(PATIENCE):
            return list((await self.client.text_document_diagnostic_async(params)).items)

    def pushed(self, name: str) -> list[types.Diagnostic]:
        return list(self.client.diagnostics.get(self.uri(name), ()))

    async def found(self, name: str, *, until) -> list[str]:
        """Give the rules of what is found, as soon as `until` holds for them."""
        async with asyncio.timeout(PATIENCE):
            while True:
                pulls = self.pulls
                found = await self.pulled(name) if pulls else self.pushed(name)
                rules = [each.code for each in found]
                if until(rules):
                    return rules
                await asyncio.sleep(0.05)

    async def lenses(self, name: str) -> list[str]:
        """Give what a person reads over the references, each lens on its own."""
        return [each.command.title for each in await self.resolved_lenses(name)]

    async def resolved_lenses(self, name: str) -> list[types.CodeLens]:
        params = types.CodeLensParams(self._document(name))
        async with asyncio.timeout(PATIENCE):
            found = await self.client.text_document_code_lens_async(params)
            return [await self.client.code_lens_resolve_async(each) for each in found or ()]

    async def hints(self, name: str) -> list[types.InlayHint]:
        text = self.text(name)
        whole = types.Range(types.Position(0, 0), position(text, len(text), self.encoding))
        params = types.InlayHintParams(self._document(name), whole)
        async with asyncio.timeout(PATIENCE):
            return list(await self.client.text_document_inlay_hint_async(params) or ())

    async def resolved_hint(self, hint: types.InlayHint) -> types.InlayHint:
        async with asyncio.timeout(PATIENCE):
            return await self.client.inlay_hint_resolve_async(hint)

    async def status(self, until) -> dict:
        """Wait until the server says that it is as `until` wants it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if self.statuses and until(self.statuses[-1]):
                    return self.statuses[-1]
                await asyncio.sleep(0.02)

    async def refreshed(self, method: str) -> None:
        """Wait until the server says that what `method` gives has changed."""
        async with asyncio.timeout(PATIENCE):
            while await self.refreshes.get() != method:
                pass

    async def actions(self, name, at, *, only=None, automatic=False):
        kind = types.CodeActionTriggerKind
        context = types.CodeActionContext(
            [], only=only, trigger_kind=kind.Automatic if automatic else kind.Invoked
        )
        here = self._position(name, at)
        params = types.CodeActionParams(self._document(name), types.Range(here, here), context)
        async with asyncio.timeout(PATIENCE):
            return await self.client.text_document_code_action_async(params)

    async def action(self, title: str, name: str, at: str | int, **options):
        """Give the one action whose title starts so."""
        found = [
            each for each in await self.actions(name, at, **options) if each.title.startswith(title)
        ]
        assert len(found) == 1, found
        return found[0]

    async def resolve(self, action: types.CodeAction) -> types.WorkspaceEdit:
        async with asyncio.timeout(PATIENCE):
            return (await self.client.code_action_resolve_async(action)).edit

    async def do(self, title: str, name: str, at: str | int, **options) -> types.WorkspaceEdit:
        """Choose an action as a person does: resolve it and apply its edit."""
        edit = await self.resolve(await self.action(title, name, at, **options))
        self.apply(edit)
        return edit

    async def execute(self, command: types.Command):
        return await self.command(command.command, *(command.arguments or ()))

    async def command(self, name: str, *arguments: object):
        params = types.ExecuteCommandParams(name, arguments)
        async with asyncio.timeout(PATIENCE):
            return await self.client.workspace_execute_command_async(params)

    async def progress(self, kind: type) -> object:
        """Wait for the first piece of a progress that is of a kind; give its token and itself."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for token, reports in self.client.progress_reports.items():
                    for each in reports:
                        if isinstance(each, kind):
                            return token, each
                await asyncio.sleep(0.02)

    async def told(self, part: str) -> str:
        """Wait for a message to the person that holds `part`."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for message in self.messages:
                    if part in message:
                        return message
                await asyncio.sleep(0.02)

    def apply(self, edit: types.WorkspaceEdit) -> None:
        """Apply as editors do: a version that is not the buffer's is refused."""
        for change in edit.document_changes or ():
            buffer = self.buffers.get(change.text_document.uri)
            assert change.text_document.version == (buffer.version if buffer else None)
            self._apply(change.text_document.uri, change.edits)
        for uri, edits in (edit.changes or {}).items():
            self._apply(uri, edits)

    def _apply(self, uri: str, edits) -> None:
        if uri in self.buffers:
            self.change(uri, self._edited(self.buffers[uri].text, edits))
            return
        path = Path(unquote(urlsplit(uri).path))
        before = path.read_bytes().decode()
        path.write_bytes(self._edited(before, edits).encode())

    def _edited(self, text: str, edits) -> str:
        spans = [
            (
                offset(text, each.range.start, self.encoding),
                offset(text, each.range.end, self.encoding),
                each.new_text,
            )
            for each in edits
        ]
        for start, end, new in sorted(spans, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def _document(self, name: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri(name))

    def _position(self, name: str, at: str | int) -> types.Position:
        text = self.text(name)
        found = text.index(at) if isinstance(at, str) else at
        return position(text, found, self.encoding)

    async def close(self) -> bytes:
        """Say goodbye; give what the server wrote to standard error."""
        async with asyncio.timeout(PATIENCE):
            await self.client.shutdown_async(None)
            self.client.exit(None)
            await self.process.wait()
            return await self.client.log


def capabilities(
    *,
    encoding="utf-16",
    markdown=True,
    resolves=True,
    literals=True,
    versioned=True,
    asks=False,
    watches=False,
    diagnostics=None,
    describes=True,
    progress=True,
    asks_person=True,
    resolves_hints=True,
    annotates=True,
) -> types.ClientCapabilities:
    kinds = types.ClientCodeActionKindOptions(value_set=list(types.CodeActionKind))
    resolve = types.ClientCodeActionResolveOptions(properties=["edit"]) if resolves else None
    formats = [types.MarkupKind.Markdown] if markdown else []
    literal = types.ClientCodeActionLiteralOptions(kinds) if literals else None
    return types.ClientCapabilities(
        window=types.WindowClientCapabilities(
            work_done_progress=progress,
            show_message=types.ShowMessageRequestClientCapabilities() if asks_person else None,
        ),
        general=types.GeneralClientCapabilities(position_encodings=[encoding]),
        workspace=types.WorkspaceClientCapabilities(
            apply_edit=True,
            code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
            inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=True),
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True),
            configuration=asks,
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(
                dynamic_registration=watches
            ),
            workspace_edit=types.WorkspaceEditClientCapabilities(
                document_changes=versioned,
                change_annotation_support=types.ChangeAnnotationsSupportOptions()
                if annotates
                else None,
            ),
        ),
        text_document=types.TextDocumentClientCapabilities(
            diagnostic=types.DiagnosticClientCapabilities() if diagnostics == "pull" else None,
            inlay_hint=types.InlayHintClientCapabilities(
                resolve_support=types.ClientInlayHintResolveOptions(["tooltip", "textEdits"])
                if resolves_hints
                else None
            ),
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
                related_information=True, code_description_support=describes
            )
            if diagnostics
            else None,
            completion=types.CompletionClientCapabilities(
                context_support=True,
                completion_item=types.ClientCompletionItemOptions(
                    documentation_format=[types.MarkupKind.Markdown]
                ),
            ),
            document_symbol=types.DocumentSymbolClientCapabilities(
                hierarchical_document_symbol_support=True
            ),
            rename=types.RenameClientCapabilities(prepare_support=True),
            document_link=types.DocumentLinkClientCapabilities(tooltip_support=True),
            hover=types.HoverClientCapabilities(
                content_format=[*formats, types.MarkupKind.PlainText]
            ),
            code_action=types.CodeActionClientCapabilities(
                data_support=resolves,
                resolve_support=resolve,
                code_action_literal_support=literal,
            ),
        ),
    )


def _take_news(client: _Client, session: Editor) -> None:
    @client.feature("tagwise/status")
    def status(params):
        session.statuses.append(plain(params))

    for method in (types.WORKSPACE_CODE_LENS_REFRESH, types.WORKSPACE_INLAY_HINT_REFRESH):

        @client.feature(method)
        def refresh(_: None, method=method):
            session.refreshes.put_nowait(method)

    @client.feature(DID_CHANGE_IMAGES)
    def hear(_):
        session.refreshes.put_nowait(DID_CHANGE_IMAGES)


@asynccontextmanager
async def editor(
    folder, *, options=None, configuration=None, encoding="utf-16", variables=None, **abilities
):
    """Start a server and an editor on `folder`/work; at the end both have ended well.

    `configuration` is what the editor's user has set, for a server that asks; `variables` are in
    the server's environment besides.
    """
    work = folder / "work"
    for each in (work, folder / "home"):
        each.mkdir(exist_ok=True)
    settings = {"": {"tagwise": configuration}}
    client = _Client(converter_factory=_converter, configuration=settings)
    register_lsp_features(client)
    session = Editor(work, client, encoding)

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams):
        session.registrations.put_nowait(params.registrations)

    _take_news(client, session)

    @client.feature(types.WORKSPACE_APPLY_EDIT)
    async def apply_edit(params: types.ApplyWorkspaceEditParams):
        session.edits.put_nowait(params.edit)
        if session.holds is not None:
            await session.holds.wait()
        if session.refuses is not None:
            return types.ApplyWorkspaceEditResult(applied=False, failure_reason=session.refuses)
        session.apply(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    @client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
    async def ask(params: types.ShowMessageRequestParams):
        """Answer as a test's person does: with the next of its answers, or by closing the question."""
        session.questions.put_nowait(params)
        await session.decided.wait()
        chosen = session.answers.pop(0) if session.answers else None
        return None if chosen is None else types.MessageActionItem(chosen)

    session.decided.set()
    async with asyncio.timeout(PATIENCE):
        known = environment(folder) | (variables or {})
        await client.start_io(*COMMAND, env=known, cwd=folder / "home")
        try:
            answer = await client.initialize_session(
                types.InitializeParams(
                    capabilities=capabilities(
                        encoding=encoding, asks=configuration is not None, **abilities
                    ),
                    root_uri=work.as_uri(),
                    workspace_folders=[types.WorkspaceFolder(work.as_uri(), "work")],
                    initialization_options=options,
                )
            )
            session.pulls = abilities.get("diagnostics") == "pull"
            session.negotiated = answer.capabilities.position_encoding
        except BaseException:
            client._server.kill()
            raise
    try:
        yield session
        if session.process.returncode is None:
            log = await session.close()
            assert session.process.returncode == 0
            assert b"Traceback" not in log, log.decode()
    finally:
        if session.process.returncode is None:
            session.process.kill()
            await session.process.wait()
        await client.stop()

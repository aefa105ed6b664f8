"""The table of everything this server answers."""

from collections.abc import Callable
from functools import partial

from lsprotocol import types

from tagwise.lsp import commands
from tagwise.lsp.action_kinds import KINDS
from tagwise.lsp.engine_news import tell_engine_news
from tagwise.lsp.handlers.apply_action import apply_action
from tagwise.lsp.handlers.clear_cache import clear_cache
from tagwise.lsp.handlers.code_action import code_action
from tagwise.lsp.handlers.code_action_resolve import code_action_resolve
from tagwise.lsp.handlers.code_lens import code_lens
from tagwise.lsp.handlers.code_lens_resolve import code_lens_resolve
from tagwise.lsp.handlers.completion import TRIGGERS, completion
from tagwise.lsp.handlers.completion_resolve import completion_resolve
from tagwise.lsp.handlers.compose_build_command import compose_build_command
from tagwise.lsp.handlers.definition import definition
from tagwise.lsp.handlers.describe import describe
from tagwise.lsp.handlers.diagnostic import diagnostic
from tagwise.lsp.handlers.doctor import doctor
from tagwise.lsp.handlers.document_highlight import document_highlight
from tagwise.lsp.handlers.document_link import document_link
from tagwise.lsp.handlers.document_symbol import document_symbol
from tagwise.lsp.handlers.hover import hover
from tagwise.lsp.handlers.inlay_hint import inlay_hint
from tagwise.lsp.handlers.inlay_hint_resolve import inlay_hint_resolve
from tagwise.lsp.handlers.inspect_image import inspect_image
from tagwise.lsp.handlers.layers import layers
from tagwise.lsp.handlers.lifecycle import (
    did_change_configuration,
    did_change_trust,
    did_change_workspace_folders,
    initialize,
    initialized,
    shutdown,
)
from tagwise.lsp.handlers.list_images import list_images
from tagwise.lsp.handlers.list_references import list_references
from tagwise.lsp.handlers.pin_workspace import pin_workspace, update_workspace
from tagwise.lsp.handlers.prune import prune
from tagwise.lsp.handlers.pull import pull
from tagwise.lsp.handlers.pull_all import pull_all
from tagwise.lsp.handlers.references import references
from tagwise.lsp.handlers.remove import remove
from tagwise.lsp.handlers.rename import prepare_rename, rename
from tagwise.lsp.handlers.show_facts import show_facts
from tagwise.lsp.handlers.synchronization import (
    did_change,
    did_change_watched_files,
    did_close,
    did_open,
    did_save,
)
from tagwise.lsp.handlers.tag_image import tag_image
from tagwise.lsp.handlers.workspace_symbol import workspace_symbol
from tagwise.lsp.server import TagwiseServer
from tagwise.session.session import Session

DID_CHANGE_TRUST = "tagwise/didChangeTrust"


def create_server(build_session: Callable[[], Session]) -> TagwiseServer:
    server = TagwiseServer(build_session, command_arguments=commands.ARGUMENTS)
    server.session.engine_changed = partial(tell_engine_news, server)
    server.feature(types.INITIALIZE)(initialize)
    server.feature(types.INITIALIZED)(initialized)
    server.feature(types.SHUTDOWN)(shutdown)
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(did_change_configuration)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(did_change_workspace_folders)
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(did_change_watched_files)
    server.feature(DID_CHANGE_TRUST)(did_change_trust)

    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(did_open)
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(did_change)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(did_save)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(did_close)

    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)(document_link)
    written = types.CompletionOptions(trigger_characters=TRIGGERS, resolve_provider=True)
    server.feature(types.TEXT_DOCUMENT_COMPLETION, written)(completion)
    server.feature(types.COMPLETION_ITEM_RESOLVE)(completion_resolve)

    server.feature(types.TEXT_DOCUMENT_DEFINITION)(definition)
    server.feature(types.TEXT_DOCUMENT_REFERENCES)(references)
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)(document_highlight)
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)(document_symbol)
    server.feature(types.WORKSPACE_SYMBOL)(workspace_symbol)
    server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(prepare_rename)
    renames = types.RenameOptions(prepare_provider=True)
    server.feature(types.TEXT_DOCUMENT_RENAME, renames)(rename)
    options = types.CodeActionOptions(code_action_kinds=KINDS, resolve_provider=True)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)(code_action)
    server.feature(types.CODE_ACTION_RESOLVE)(code_action_resolve)
    lenses = types.CodeLensOptions(resolve_provider=True)
    server.feature(types.TEXT_DOCUMENT_CODE_LENS, lenses)(code_lens)
    server.feature(types.CODE_LENS_RESOLVE)(code_lens_resolve)
    hints = types.InlayHintOptions(resolve_provider=True)
    server.feature(types.TEXT_DOCUMENT_INLAY_HINT, hints)(inlay_hint)
    server.feature(types.INLAY_HINT_RESOLVE)(inlay_hint_resolve)

    diagnostics = types.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=False, identifier="tagwise"
    )
    server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, diagnostics)(diagnostic)
    _add_commands(server)
    return server


def _add_commands(server: TagwiseServer) -> None:
    server.command(commands.SHOW_FACTS)(show_facts)
    server.command(commands.APPLY_ACTION)(apply_action)
    server.command(commands.PULL)(pull)
    server.command(commands.PULL_ALL)(pull_all)
    server.command(commands.REMOVE)(remove)
    server.command(commands.LIST_IMAGES)(list_images)
    server.command(commands.INSPECT_IMAGE)(inspect_image)
    server.command(commands.LAYERS)(layers)
    server.command(commands.TAG_IMAGE)(tag_image)
    server.command(commands.PRUNE)(prune)
    server.command(commands.LIST_REFERENCES)(list_references)
    server.command(commands.DESCRIBE)(describe)
    server.command(commands.PIN_WORKSPACE)(pin_workspace)
    server.command(commands.UPDATE_WORKSPACE)(update_workspace)
    server.command(commands.DOCTOR)(doctor)
    server.command(commands.CLEAR_CACHE)(clear_cache)
    server.command(commands.COMPOSE_BUILD_COMMAND)(compose_build_command)

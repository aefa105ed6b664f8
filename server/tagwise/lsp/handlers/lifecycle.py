"""initialize, initialized, shutdown, and everything that changes the session's terms."""

import logging
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tagwise.lsp.capabilities import abilities_of
from tagwise.lsp.diagnosing import announce
from tagwise.lsp.options import SECTION, is_trusted, roots_of, section_of, shows_of
from tagwise.lsp.refreshing import refresh_soon
from tagwise.lsp.server import TagwiseServer
from tagwise.lsp.status import tell_status_soon
from tagwise.lsp.watched_files import watch_files

log = logging.getLogger(__name__)


def initialize(ls: TagwiseServer, params: types.InitializeParams) -> None:
    shows = shows_of(params.initialization_options)
    ls.abilities = abilities_of(params.capabilities, shows)
    ls.session.learned = lambda: _learned(ls)
    ls.initial_settings = params.initialization_options
    ls.session.trust(trusted=is_trusted(params.initialization_options))
    _configure(ls, None)


def _learned(ls: TagwiseServer) -> None:
    refresh_soon(ls)
    tell_status_soon(ls)


def initialized(ls: TagwiseServer, params: types.InitializedParams) -> None:
    del params
    _ask_settings(ls)
    tell_status_soon(ls)
    if ls.abilities.watched_files:
        ls.session.tasks.start(watch_files(ls), name="watch files")


def did_change_configuration(ls: TagwiseServer, params: types.DidChangeConfigurationParams) -> None:
    if ls.abilities.configuration:
        _ask_settings(ls)
    else:
        _configure(ls, section_of(params.settings))


def did_change_workspace_folders(
    ls: TagwiseServer, params: types.DidChangeWorkspaceFoldersParams
) -> None:
    del params
    ls.session.look_in(_roots(ls))
    announce(ls)


def did_change_trust(ls: TagwiseServer, params: object) -> None:
    """`tagwise/didChangeTrust`, ours: `{"trusted": boolean}`."""
    ls.session.trust(trusted=is_trusted(params, unless_said=ls.session.trusted))
    announce(ls)


async def shutdown(ls: TagwiseServer, params: None) -> None:
    del params
    ls.is_shut_down = True
    await ls.aclose()


def _ask_settings(ls: TagwiseServer) -> None:
    """Ask now, answer later: whoever needs the settings waits for them (`TagwiseServer.settled`)."""
    if ls.abilities.configuration:
        ls.telling = ls.session.tasks.start(_take_settings(ls), name="ask for settings")


async def _take_settings(ls: TagwiseServer) -> None:
    items = [types.ConfigurationItem(section=SECTION)]
    try:
        answers = await ls.workspace_configuration_async(types.ConfigurationParams(items))
    except JsonRpcException as error:
        log.warning("the client does not tell its settings: %s", error)
        return
    _configure(ls, answers[0] if answers else None)


def _configure(ls: TagwiseServer, settings: object) -> None:
    ls.session.look_in(_roots(ls))
    complaints = ls.session.configure(ls.initial_settings, settings)
    if complaints and complaints != ls.complaints:
        said = f"Tagwise: {'; '.join(complaints)}"
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, said))
    ls.complaints = complaints
    if ls.session.workspace.open_documents():
        announce(ls)


def _roots(ls: TagwiseServer) -> tuple[Path, ...]:
    return roots_of(tuple(ls.workspace.folders.values()), ls.workspace.root_uri)

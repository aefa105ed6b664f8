"""initialize, initialized, shutdown, and everything that changes the session's terms."""

import logging
from pathlib import Path
from typing import Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tagwise.lsp.capabilities import abilities_of
from tagwise.lsp.options import SECTION, is_trusted, roots_of, section_of
from tagwise.lsp.server import TagwiseServer

log = logging.getLogger(__name__)

# What documents read besides themselves, and may be changed outside the editor.
WATCHED: Final = (
    "**/{.env,tagwise.toml,pyproject.toml,Chart.yaml}",
    "**/*compose*.{yaml,yml}",
    "**/*docker-bake*.{hcl,json}",
)


def initialize(ls: TagwiseServer, params: types.InitializeParams) -> None:
    ls.abilities = abilities_of(params.capabilities)
    ls.initial_settings = params.initialization_options
    ls.session.trust(trusted=is_trusted(params.initialization_options))
    _configure(ls, None)


def initialized(ls: TagwiseServer, params: types.InitializedParams) -> None:
    del params
    _ask_settings(ls)
    if ls.abilities.watched_files:
        ls.session.tasks.start(_watch_files(ls), name="watch files")


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


def did_change_trust(ls: TagwiseServer, params: object) -> None:
    """`tagwise/didChangeTrust`, ours: `{"trusted": boolean}`."""
    ls.session.trust(trusted=is_trusted(params, unless_said=ls.session.trusted))


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


def _roots(ls: TagwiseServer) -> tuple[Path, ...]:
    return roots_of(tuple(ls.workspace.folders.values()), ls.workspace.root_uri)


async def _watch_files(ls: TagwiseServer) -> None:
    watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    registration = types.Registration("tagwise-files", method, options)
    try:
        await ls.client_register_capability_async(types.RegistrationParams([registration]))
    except JsonRpcException as error:
        log.warning("the client does not watch files: %s", error)

"""The files an editor is asked to watch, because documents read them.

Does not know what becomes of a change.
"""

import logging
from typing import Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tagwise.lsp.server import TagwiseServer

log = logging.getLogger(__name__)

# What documents read besides themselves, and may be changed outside the editor.
WATCHED: Final = (
    "**/{.env,tagwise.toml,pyproject.toml,Chart.yaml}",
    "**/*compose*.{yaml,yml}",
    "**/*docker-bake*.{hcl,json}",
)


async def watch_files(ls: TagwiseServer) -> None:
    watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    registration = types.Registration("tagwise-files", method, options)
    try:
        await ls.client_register_capability_async(types.RegistrationParams([registration]))
    except JsonRpcException as error:
        log.warning("the client does not watch files: %s", error)

"""What a client says of us at the start: `initializationOptions`, and its settings later.

The options are the settings themselves, with `trusted` and `client` beside them; settings that come
later count key by key over them.  Does not know what a setting means: `session/settings.py` does.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from lsprotocol import types

from tagwise.session.uris import document_of, path_of

SECTION: Final = "tagwise"


def is_trusted(options: object, *, unless_said: bool = True) -> bool:
    """Whether the client trusts the workspace; one that says nothing does (REGISTRIES, 4).

    `options` are those of the start, or the parameters of our own notification, which the library
    gives as a named tuple.
    """
    said = _mapping(options).get("trusted", getattr(options, "trusted", None))
    return said if isinstance(said, bool) else unless_said


def shows_of(options: object) -> Mapping[str, bool]:
    """Return what the client shows beyond the protocol: `commandLinks`, `svg`; absent means no."""
    said = _mapping(_mapping(options).get("client"))
    return {key: value for key, value in said.items() if isinstance(value, bool)}


def section_of(settings: object) -> object:
    """Return our part of what a client pushes, which may be wrapped in our name or not."""
    mapping = _mapping(settings)
    return mapping.get(SECTION, mapping)


def roots_of(folders: tuple[types.WorkspaceFolder, ...], root_uri: str | None) -> tuple[Path, ...]:
    """Return the folders whose files may be read."""
    uris = [folder.uri for folder in folders] or ([root_uri] if root_uri else [])
    paths = [path_of(document_of(uri)) for uri in uris]
    return tuple(path for path in paths if path is not None)


def _mapping(raw: object) -> Mapping[str, object]:
    if not isinstance(raw, Mapping):
        return {}
    return {str(key): value for key, value in cast("Mapping[object, object]", raw).items()}

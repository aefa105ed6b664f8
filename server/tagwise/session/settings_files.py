"""Settings in files: the user's own, and the one a repository carries.

A repository's is the nearest `tagwise.toml`, or `pyproject.toml` with a table `tool.tagwise`, in a
document's folder or above it.  Keys are written with hyphens in TOML (`build-args`).
Does not know what a setting means.
"""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, cast

import attrs

from tagwise.session.files import Files, read_text
from tagwise.session.settings import Layer, of_repository

OWN_FILE: Final = "tagwise.toml"
PROJECT_FILE: Final = "pyproject.toml"
SETTINGS_FILES: Final = (OWN_FILE, PROJECT_FILE)
_HYPHEN: Final = re.compile(r"-([a-z])")


@attrs.frozen
class SettingsFile:
    """`complaints` are sentences that begin with the file's name; `folder` is where it stands."""

    folder: Path
    layer: Layer
    complaints: tuple[str, ...] = ()


def user_settings(path: Path) -> SettingsFile:
    """Read the user's file; one that is not there says nothing."""
    try:
        text = read_text(path)
    except FileNotFoundError:
        return SettingsFile(path.parent, {})
    except (OSError, ValueError) as error:
        return SettingsFile(path.parent, {}, (f"{path}: {error}",))
    layer, complaints = _parsed(text)
    return SettingsFile(path.parent, layer, tuple(f"{path}: {each}" for each in complaints))


def repository_settings(
    folder: Path, files: Files, read: Callable[[str], str | None]
) -> SettingsFile | None:
    """Read the nearest file for what stands in `folder`, no higher than a workspace's folders."""
    for above in (folder, *folder.parents):
        if not files.holds(above):
            return None
        if (found := settings_in(str(above), read)) is not None:
            return found
    return None


def settings_in(folder: str, read: Callable[[str], str | None]) -> SettingsFile | None:
    """Read what a repository says in `folder` itself."""
    for name in SETTINGS_FILES:
        path = os.path.join(folder, name)  # noqa: PTH118 - asked for each folder of a tree
        text = read(path)
        if text is None or (name == PROJECT_FILE and "tool.tagwise" not in text):
            continue
        layer, broken = _parsed(text, is_project=name == PROJECT_FILE)
        kept, refused = of_repository(layer)
        complaints = tuple(f"{path}: {each}" for each in (*broken, *refused))
        return SettingsFile(Path(folder), kept, complaints)
    return None


def _parsed(text: str, *, is_project: bool = False) -> tuple[Layer, tuple[str, ...]]:
    import tomllib

    try:
        document: Mapping[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return {}, (f"no TOML: {error}",)
    if is_project:
        document = _table(_table(document.get("tool")).get("tagwise"))
    return {_HYPHEN.sub(lambda m: m[1].upper(), key): each for key, each in document.items()}, ()


def _table(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}

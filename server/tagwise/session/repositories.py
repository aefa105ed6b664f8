"""What repositories say in their settings files, by folder (`.` is empty), read once until
something changes.

Does not know what a setting is for, nor when something changes.
"""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import attrs

from tagwise.session.files import Files
from tagwise.session.settings import Settings, read_settings
from tagwise.session.settings_files import SettingsFile, settings_in

_MOST_KEPT: Final = 10_000

log = logging.getLogger(__name__)


@attrs.frozen
class RepositorySettings:
    """`folder` is where the file stands, None where there is none."""

    settings: Settings = attrs.Factory(Settings)
    folder: Path | None = None


@attrs.define
class Repositories:
    """Finds the nearest settings file for what stands in a folder, as `repository_settings` does."""

    _known: dict[str, RepositorySettings] = attrs.Factory(dict[str, RepositorySettings])

    def forget(self) -> None:
        self._known.clear()

    def of(
        self, folder: str, files: Files, read: Callable[[str], str | None]
    ) -> RepositorySettings:
        """Return what counts in `folder`; complaints are logged."""
        if (known := self._known.get(folder)) is not None:
            return known
        if len(self._known) > _MOST_KEPT:
            self._known.clear()
        passed: list[str] = []
        found = RepositorySettings()
        for above in _and_above(folder):
            if (known := self._known.get(above)) is not None:
                found = known
                break
            passed.append(above)
            file = settings_in(above, read)
            if file is not None and files.holds(above):
                found = RepositorySettings(_settings(file), Path(above))
                break
        self._known |= dict.fromkeys(passed, found)
        return found


def _and_above(folder: str) -> Iterator[str]:
    yield folder
    while (above := os.path.dirname(folder)) != folder:  # noqa: PTH120 - for each document of a tree
        yield above
        folder = above


def _settings(file: SettingsFile) -> Settings:
    settings, complaints = read_settings(file.layer)
    for complaint in (*file.complaints, *complaints):
        log.warning("%s", complaint)
    return settings

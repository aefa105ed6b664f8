"""What repositories say in their settings files, by folder, read once until something changes.

Does not know what a setting is for, nor when something changes.
"""

import logging
from collections.abc import Callable
from pathlib import Path

import attrs

from tagwise.session.files import Files
from tagwise.session.settings import Settings, read_settings
from tagwise.session.settings_files import SettingsFile, settings_in

log = logging.getLogger(__name__)


@attrs.frozen
class RepositorySettings:
    """`folder` is where the file stands, None where there is none."""

    settings: Settings = attrs.Factory(Settings)
    folder: Path | None = None


@attrs.define
class Repositories:
    """Finds the nearest settings file for what stands in a folder, as `repository_settings` does."""

    _known: dict[Path, RepositorySettings] = attrs.Factory(dict[Path, RepositorySettings])

    def forget(self) -> None:
        self._known.clear()

    def of(
        self, folder: Path, files: Files, read: Callable[[str], str | None]
    ) -> RepositorySettings:
        """Return what counts in `folder`; complaints are logged."""
        if (known := self._known.get(folder)) is not None:
            return known
        passed: list[Path] = []
        found = RepositorySettings()
        for above in (folder, *folder.parents):
            if above in self._known:
                found = self._known[above]
                break
            passed.append(above)
            if not files.holds(above):
                break
            file = settings_in(above, read)
            if file is not None:
                found = RepositorySettings(_settings(file), above)
                break
        self._known |= dict.fromkeys(passed, found)
        return found


def _settings(file: SettingsFile) -> Settings:
    settings, complaints = read_settings(file.layer)
    for complaint in (*file.complaints, *complaints):
        log.warning("%s", complaint)
    return settings

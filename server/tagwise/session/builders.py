"""Who builds a Dockerfile: the compose files in its folder and in the folders above it.

Does not know how a compose file says so (`documents/compose`), nor what a builder changes
(`documents/dockerfile`).
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tagwise.documents.languages import language_by_path
from tagwise.documents.model import Builder, Inputs, SourceText
from tagwise.session.files import Files

ENV_FILE: Final = ".env"
_MOST: Final = 50

ReadText = Callable[[str], str | None]


def builders_of(
    dockerfile: Path, files: Files, read: ReadText, *, environment: Mapping[str, str]
) -> tuple[Builder, ...]:
    """Return those who build `dockerfile`, as far as the workspace says, nearest folder first."""
    found = list[Builder]()
    for folder in dockerfile.parents:
        if not files.holds(folder):
            break
        for compose in beside(folder, "compose", read):
            found += _builds(compose, folder, dockerfile, read, environment)
    return tuple(found)


def beside(folder: Path, language: str, read: ReadText) -> Iterator[SourceText]:
    """Yield the documents in `folder` whose name says that they are of `language`."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return
    matching = (name for name in names if _language(folder / name) == language)
    for name, _ in zip(matching, range(_MOST), strict=False):
        document = str(folder / name)
        if (text := read(document)) is not None:
            yield SourceText(document, text)


def _language(path: Path) -> str | None:
    language = language_by_path(path.as_posix())
    return language.id if language else None


def _builds(
    compose: SourceText,
    folder: Path,
    dockerfile: Path,
    read: ReadText,
    environment: Mapping[str, str],
) -> Iterator[Builder]:
    from tagwise.documents.compose import parse

    env_file = str(folder / ENV_FILE)
    env_text = read(env_file)
    files = {ENV_FILE: SourceText(env_file, env_text)} if env_text is not None else {}
    inputs = Inputs(document=compose.document, environment=environment, files=files)
    for build in parse(compose.text).builds(inputs):
        if os.path.normpath(folder / build.dockerfile) == os.path.normpath(dockerfile):
            yield build.builder

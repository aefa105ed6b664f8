"""Who builds a Dockerfile: the compose files in its folder and in the folders above it.

Does not know how a compose file says so (`documents/compose`), nor what a builder changes
(`documents/dockerfile`).
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from tagwise.documents.languages import language_by_path
from tagwise.documents.model import Builder, Inputs, SourceText
from tagwise.session.files import Files
from tagwise.session.named_files import ReadText, with_named_files

if TYPE_CHECKING:
    from tagwise.documents.compose import ComposeSyntax
    from tagwise.documents.compose.builds import Build

_MOST: Final = 50


@attrs.define
class Builders:
    """Finds builders; each compose file is read once a text."""

    _read: dict[str, tuple[str, "ComposeSyntax"]] = attrs.Factory(
        dict[str, tuple[str, "ComposeSyntax"]]
    )

    def of(
        self, dockerfile: Path, files: Files, read: ReadText, *, environment: Mapping[str, str]
    ) -> tuple[Builder, ...]:
        """Return those who build `dockerfile`, as far as the workspace says, nearest folder first.

        A service that several files build is built as the outermost says: it has the last word.
        """
        found: dict[tuple[str, str], Builder] = {}
        for folder in dockerfile.parents:
            if not files.holds(folder):
                break
            composes = tuple(beside(folder, "compose", read))
            for compose in composes:
                neighbours = tuple(each for each in composes if each is not compose)
                inputs = Inputs(compose.document, environment, neighbours=neighbours)
                for build in self._builds(compose, folder, inputs, read):
                    if os.path.normpath(folder / build.dockerfile) == os.path.normpath(dockerfile):
                        found[build.document, build.builder.name] = build.builder
        return tuple(found.values())

    def _builds(
        self, compose: SourceText, folder: Path, inputs: Inputs, read: ReadText
    ) -> "tuple[Build, ...]":
        syntax = self._syntax(compose)
        return syntax.builds(with_named_files(syntax, folder, inputs, read))

    def _syntax(self, compose: SourceText) -> "ComposeSyntax":
        from tagwise.documents.compose import parse

        text, syntax = self._read.get(compose.document, ("", None))
        if syntax is None or text != compose.text:
            syntax = parse(compose.text)
            self._read[compose.document] = (compose.text, syntax)
        return syntax


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

"""Who builds a Dockerfile: the compose files in its folder and in the folders above it.

Does not know how a compose file says so (`documents/compose`), nor what a builder changes
(`documents/dockerfile`).
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

from tagwise.documents.languages import language_by_path
from tagwise.documents.model import Builder, Inputs, SourceText
from tagwise.session.files import Files
from tagwise.session.named_files import ReadText, with_named_files

if TYPE_CHECKING:
    from tagwise.documents.compose import ComposeSyntax
    from tagwise.documents.compose.builds import Build

# Compose files in a folder, and builders of a Dockerfile: more than anyone has.
_MOST: Final = 50


@attrs.define
class _Compose:
    """A compose file that has been read, and what it builds with the inputs of last time.

    `builds` are by the path of the Dockerfile.
    """

    text: str
    syntax: "ComposeSyntax"
    inputs: Inputs | None = None
    builds: "Mapping[str, tuple[Build, ...]]" = MappingProxyType({})


@attrs.define
class Builders:
    """Finds builders; what compose files say is kept until they, or what they read, change."""

    _read: dict[str, _Compose] = attrs.Factory(dict[str, _Compose])

    def of(
        self, dockerfile: Path, files: Files, read: ReadText, *, environment: Mapping[str, str]
    ) -> tuple[Builder, ...]:
        """Return those who build `dockerfile`, as far as the workspace says, nearest folder first.

        A service that several files build is built as the outermost says: it has the last word.
        """
        found: dict[tuple[str, str], Builder] = {}
        wanted = os.path.normpath(dockerfile)
        for folder in dockerfile.parents:
            if not files.holds(folder):
                break
            composes = tuple(beside(folder, "compose", read))
            for compose in composes:
                neighbours = tuple(each for each in composes if each is not compose)
                inputs = Inputs(compose.document, environment, neighbours=neighbours)
                for build in self._builds(compose, folder, inputs, read).get(wanted, ()):
                    found[build.document, build.builder.name] = build.builder
        return tuple(found.values())[:_MOST]

    def _builds(
        self, compose: SourceText, folder: Path, inputs: Inputs, read: ReadText
    ) -> "Mapping[str, tuple[Build, ...]]":
        known = self._known(compose)
        inputs = with_named_files(known.syntax, folder, inputs, read)
        if inputs != known.inputs:
            builds: dict[str, tuple[Build, ...]] = {}
            for build in known.syntax.builds(inputs):
                path = os.path.normpath(folder / build.dockerfile)
                builds[path] = (*builds.get(path, ()), build)
            known.inputs, known.builds = inputs, builds
        return known.builds

    def _known(self, compose: SourceText) -> _Compose:
        from tagwise.documents.compose import parse

        known = self._read.get(compose.document)
        if known is None or known.text != compose.text:
            known = _Compose(compose.text, parse(compose.text))
            self._read[compose.document] = known
        return known


def beside(folder: Path, language: str, read: ReadText) -> Iterator[SourceText]:
    """Yield the documents in `folder` whose name says that they are of `language`."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return
    where = folder.as_posix()
    matching = (name for name in names if _language(f"{where}/{name}") == language)
    for name, _ in zip(matching, range(_MOST), strict=False):
        document = str(folder / name)
        if (text := read(document)) is not None:
            yield SourceText(document, text)


def _language(path: str) -> str | None:
    language = language_by_path(path)
    return language.id if language else None

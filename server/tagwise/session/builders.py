"""Who builds a Dockerfile: compose files, bake files and development containers near it.

They stand in its folder and in the folders above it, or where the table of languages says from
there.  Does not know how a file says so (`documents`), nor what a builder changes
(`documents/dockerfile`).
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from typing import Final

import attrs

from tagwise.documents.build_plan import BuildPlan, Planning
from tagwise.documents.languages import LANGUAGES, Language, language_by_name
from tagwise.documents.model import Build, Builder, Building, Inputs, SourceText, Syntax
from tagwise.documents.names import NameElsewhere, NamingElsewhere
from tagwise.session.files import Files
from tagwise.session.named_files import ReadText, with_named_files

# Files of a kind in a folder, and builders of a Dockerfile: more than anyone has.
_MOST: Final = 50
# Folders and files of which is kept what they say.
_MOST_KEPT: Final = 500

# By the path of the Dockerfile.
_Builds = Mapping[str, tuple[Build, ...]]

_WHERE: Final = MappingProxyType(
    {
        place: tuple(each for each in LANGUAGES if place in each.builds_from)
        for place in dict.fromkeys(place for each in LANGUAGES for place in each.builds_from)
    }
)


@attrs.define
class _Known:
    """A file that has been read, and what it builds with the inputs of last time."""

    text: str
    syntax: Syntax
    inputs: Inputs | None = None
    builds: _Builds = MappingProxyType({})


@attrs.define
class Builders:
    """Finds builders; what files say is kept until they, or what they read, change."""

    _read: dict[str, _Known] = attrs.Factory(dict[str, _Known])
    _near: dict[Path, tuple[_Builds, ...]] = attrs.Factory(dict[Path, tuple[_Builds, ...]])

    def of(
        self,
        dockerfile: Path,
        files: Files,
        read: ReadText,
        *,
        environment: Callable[[Path], Mapping[str, str]],
    ) -> tuple[Builder, ...]:
        """Return those who build `dockerfile`, as far as the workspace says, nearest folder first.

        A service that several files build is built as the outermost says: it has the last word.
        """
        found: dict[tuple[str, str], Builder] = {}
        wanted = os.path.normpath(dockerfile)
        for folder in dockerfile.parents:
            if folder not in self._near and not files.holds(folder):
                break
            for builds in self._builds_near(folder, read, environment):
                for build in builds.get(wanted, ()):
                    found[build.document, build.builder.name] = build.builder
        return tuple(found.values())[:_MOST]

    def plans(
        self,
        dockerfile: Path,
        files: Files,
        read: ReadText,
        *,
        environment: Callable[[Path], Mapping[str, str]],
    ) -> tuple[BuildPlan, ...]:
        """Return how those who build `dockerfile` build it, in the same order."""
        found: dict[tuple[str, str], BuildPlan] = {}
        wanted = os.path.normpath(dockerfile)
        for folder in takewhile(files.holds, dockerfile.parents):
            for source, language, inner, inputs in _sources(folder, read, environment):
                syntax = self._known(source, language).syntax
                if not isinstance(syntax, Planning):
                    continue
                for plan in syntax.plans(with_named_files(syntax, inner, inputs, read)):
                    if os.path.normpath(inner / plan.dockerfile) == wanted:
                        found[plan.document, plan.name] = attrs.evolve(plan, folder=str(inner))
        return tuple(found.values())[:_MOST]

    def names_elsewhere(
        self,
        dockerfile: Path,
        files: Files,
        read: ReadText,
        *,
        environment: Callable[[Path], Mapping[str, str]],
    ) -> Iterator[tuple[str, NameElsewhere]]:
        """Yield what those around `dockerfile` say of its names, each with the document it is in."""
        wanted = os.path.normpath(dockerfile)
        for folder in takewhile(files.holds, dockerfile.parents):
            for source, language, inner, inputs in _sources(folder, read, environment):
                syntax = self._known(source, language).syntax
                if not isinstance(syntax, NamingElsewhere):
                    continue
                said = syntax.names_elsewhere(with_named_files(syntax, inner, inputs, read))
                for name in said:
                    is_path = name.giver.within is None
                    if is_path and os.path.normpath(inner / name.giver.path) == wanted:
                        yield source.document, name

    def forget_files(self) -> None:
        """Look at the folders again: what stands there, or what has been read, may have changed."""
        self._near.clear()

    def _builds_near(
        self, folder: Path, read: ReadText, environment: Callable[[Path], Mapping[str, str]]
    ) -> tuple[_Builds, ...]:
        """Return what is built by the files in `folder`, or where languages say from there."""
        if (known := self._near.get(folder)) is not None:
            return known
        if len(self._near) >= _MOST_KEPT:
            self._near.clear()
        found = (
            self._builds(source, language, inner, inputs, read)
            for source, language, inner, inputs in _sources(folder, read, environment)
        )
        return self._near.setdefault(folder, tuple(found))

    def _builds(
        self, source: SourceText, language: Language, folder: Path, inputs: Inputs, read: ReadText
    ) -> _Builds:
        known = self._known(source, language)
        inputs = with_named_files(known.syntax, folder, inputs, read)
        if inputs != known.inputs and isinstance(known.syntax, Building):
            builds: dict[str, tuple[Build, ...]] = {}
            for build in known.syntax.builds(inputs):
                path = os.path.normpath(folder / build.dockerfile)
                builds[path] = (*builds.get(path, ()), build)
            known.inputs, known.builds = inputs, builds
        return known.builds

    def _known(self, source: SourceText, language: Language) -> _Known:
        known = self._read.get(source.document)
        if known is None or known.text != source.text:
            known = _Known(source.text, language.parse(source.text))
            if len(self._read) >= _MOST_KEPT:
                self._read.clear()
            self._read[source.document] = known
        return known


def beside(folder: Path, language: Language, read: ReadText) -> Iterator[SourceText]:
    """Yield the documents in `folder` whose name says that they are of `language`."""
    return _read_all(folder, _names_by_language(folder, _names(folder)).get(language.id, ()), read)


def _sources(
    folder: Path, read: ReadText, environment: Callable[[Path], Mapping[str, str]]
) -> Iterator[tuple[SourceText, Language, Path, Inputs]]:
    """List the documents that may build a Dockerfile, with their folder and what they know."""
    names = _names(folder)
    for place, languages in _WHERE.items():
        for inner in _folders(folder, place, names):
            found = _names_by_language(inner, names if inner is folder else _names(inner))
            for language in languages:
                sources = tuple(_read_all(inner, found.get(language.id, ()), read))
                for source in sources:
                    neighbours = tuple(each for each in sources if each is not source)
                    inputs = Inputs(source.document, environment(inner), neighbours=neighbours)
                    yield source, language, inner, inputs


def _read_all(folder: Path, names: Sequence[str], read: ReadText) -> Iterator[SourceText]:
    for name in names[:_MOST]:
        document = str(folder / name)
        if (text := read(document)) is not None:
            yield SourceText(document, text)


def _names_by_language(folder: Path, names: Sequence[str]) -> Mapping[str, Sequence[str]]:
    where = f"{folder.as_posix()}/"
    found: dict[str, list[str]] = {}
    for name in names:
        if (language := language_by_name(where, name)) is not None:
            found.setdefault(language.id, []).append(name)
    return found


def _folders(folder: Path, place: str, names: Sequence[str]) -> Iterator[Path]:
    """List the folders that `place` says from `folder`, in which stand `names`.

    `*` is every folder in one.
    """
    if not place:
        yield folder
        return
    first, _, rest = place.partition("/")
    if first not in names:
        return
    if not rest:
        yield folder / first
        return
    for name in _names(folder / first)[:_MOST]:
        yield folder / first / name


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries)
    except OSError:
        return []

"""The documents as they are now: what editors have open, over what stands on disk.

Reading a document is two cached steps: its text is parsed once per version, and evaluated again
only when something it depends on has changed (`.env`, settings, who builds it).  What editors
change bumps an epoch; the inputs of a document are gathered again in a new epoch only.
Does not know registries, nor any document format.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Final

import attrs

from tagwise.documents.build_plan import BuildPlan
from tagwise.documents.build_platforms import BuildingFor, BuildPlatform
from tagwise.documents.languages import LANGUAGES, OWN, Language, language_of
from tagwise.documents.model import (
    Builder,
    Inputs,
    ParsedDocument,
    Rereadable,
    SourceText,
    Syntax,
)
from tagwise.documents.names import Name, NameElsewhere, Naming, NamingElsewhere
from tagwise.documents.own_places import OwnPlace, OwnSyntax, own_syntax
from tagwise.ide.diagnostics.rule import Policy
from tagwise.oci.platform import Platform
from tagwise.registry.flights import Flights
from tagwise.session.builders import Builders, beside
from tagwise.session.files import Files
from tagwise.session.named_files import with_named_files
from tagwise.session.patterns import matches_of
from tagwise.session.policies import policy_of
from tagwise.session.repositories import Repositories, RepositorySettings
from tagwise.session.settings import CODE_LENSES, INLAY_HINTS, Settings
from tagwise.session.settings_files import OWN_FILE
from tagwise.session.uris import folder_of, folders_and_name_of, is_path, path_of, uri_of

SMALL: Final = 64 * 1024
# Documents that are read for a value in another one.
MOST_OTHERS: Final = 50
# No file's name holds it.
COMPOSE_SEPARATOR: Final = "\0"

log = logging.getLogger(__name__)


@attrs.frozen
class OpenDocument:
    """A document an editor has open; `uri` as the editor spells it."""

    uri: str
    text: str
    version: int | None = None
    editor_id: str | None = None


@attrs.frozen
class ReadDocument:
    """One version of one document, read.  `document` is its name for places."""

    document: str
    text: str
    version: int | None
    language: str
    parsed: ParsedDocument


@attrs.frozen
class SupposedDocument:
    """A document as it would be, and what it would say to others: their names, platforms."""

    read: ReadDocument
    names: tuple[NameElsewhere, ...] = ()
    platforms: tuple[BuildPlatform, ...] = ()


@attrs.define
class _Entry:
    text: str
    editor_id: str | None
    language: Language
    syntax: Syntax
    places: tuple[OwnPlace, ...]
    own: OwnSyntax | None
    inputs: Inputs | None = None
    epoch: int = -1
    parsed: ParsedDocument = attrs.Factory(ParsedDocument)


class Workspace:
    """`environment` is the process's; `platform` the one images are built for by default."""

    def __init__(self, files: Files, *, environment: Mapping[str, str], platform: Platform) -> None:
        self.files = files
        self._environment = environment
        self._platform = platform
        self._settings = Settings()
        self._open: dict[str, OpenDocument] = {}
        self._entries: dict[str, _Entry] = {}
        self._who_builds = Builders()
        self._repositories = Repositories()
        self._parses = Flights[_Entry | None]("parse")
        self._evaluations = Flights[None]("evaluate")
        self._epoch = 0
        self._disk_epoch = 0

    async def aclose(self) -> None:
        """End what is being read; nobody waits for it any more."""
        await self._parses.aclose()
        await self._evaluations.aclose()

    @property
    def disk_epoch(self) -> int:
        """A number that changes when files that are not open may say something else."""
        return self._disk_epoch

    @property
    def settings(self) -> Settings:
        return self._settings

    def configure(self, settings: Settings) -> None:
        self._settings = settings
        self.changed_on_disk()

    def look_in(self, roots: tuple[Path, ...]) -> None:
        """Say which folders make up the workspace: no file outside them is read."""
        self.files = Files(roots)
        self.changed_on_disk()

    def policy(self, document: str, selected: Collection[str] = ()) -> Policy:
        """Return what the repository and the user say of rules, for a document.

        Rules that are `selected` are on, whatever is said, unless they say nothing of its path.
        """
        path = path_of(document)
        if path is None:
            return policy_of(None, (RepositorySettings(self._settings),), selected=selected)
        full = path.absolute()
        above = [root for root in self.files.roots if full.is_relative_to(root.absolute())]
        root = max(above, key=lambda each: len(each.absolute().parts), default=None)
        said = (self._repository(folder_of(document)), RepositorySettings(self._settings, root))
        return policy_of(path, said, selected=selected)

    def shows_code_lenses(self, document: str) -> bool:
        """Whether lenses are wanted: what a user says counts over the repository."""
        said = (self._settings.code_lens, self._settings_beside(document).code_lens)
        return next((each for each in said if each is not None), CODE_LENSES)

    def shows_inlay_hints(self, document: str) -> bool:
        said = (self._settings.inlay_hints, self._settings_beside(document).inlay_hints)
        return next((each for each in said if each is not None), INLAY_HINTS)

    def changed_on_disk(self) -> None:
        """Forget what is known of files that are not open."""
        self._disk_epoch += 1
        self._new_epoch()

    def look_again(self) -> None:
        """Read the files that documents have values from anew, though nobody says they changed."""
        self._new_epoch()

    def put(self, document: str, opened: OpenDocument) -> None:
        """Take over a new document, or a new version of one."""
        self._open[document] = opened
        self._new_epoch()
        entry = self._entries.get(document)
        if entry is not None and entry.epoch == self._epoch - 1:
            entry.epoch = self._epoch

    def close(self, document: str) -> None:
        """From now on what counts is the file on disk."""
        self._open.pop(document, None)
        self._entries.pop(document, None)
        self.changed_on_disk()

    def opened(self, document: str) -> OpenDocument | None:
        return self._open.get(document)

    def open_documents(self) -> tuple[str, ...]:
        return tuple(self._open)

    def text(self, document: str) -> str | None:
        """Return a document's text as it is now, if it may be read (SEMANTICS, section 7)."""
        opened = self._open.get(document)
        if opened is not None:
            return opened.text
        return self.files.read(document) if is_path(document) else None

    async def read(self, document: str) -> ReadDocument | None:
        """Read an open document; None if it is not open or holds no image references.

        A large text is read in a thread; if it changes meanwhile, the newest is read.
        """
        while (opened := self._open.get(document)) is not None:
            entry = await self._parsed(document, opened)
            if entry is None:
                return None
            await self._evaluated(document, entry)
            if self._open.get(document) is opened:
                return _as_read(document, opened, entry)
        return None

    async def glance(self, document: str, seen: OpenDocument) -> ReadDocument | None:
        """Read a document that is not open, and keep nothing of it: there may be thousands."""
        entry = await self._fresh(document, seen, self.places_of(document), None)
        if entry is None:
            return None
        await self._evaluated(document, entry)
        return _as_read(document, seen, entry)

    def given_names(self, document: str) -> tuple[Name, ...]:
        """Return the names a document gives, open or not."""
        entry, opened = self._entries.get(document), self.opened_or_on_disk(document)
        if opened is None:
            return ()
        if entry is not None and entry.text is opened.text:
            syntax, inputs = entry.syntax, entry.inputs
        else:
            name = folders_and_name_of(document)
            language = language_of(name, opened.text, editor_id=opened.editor_id)
            if language is None:
                return ()
            syntax, inputs = language.parse(opened.text), None
        known = inputs or Inputs(document=document)
        return syntax.given_names(known) if isinstance(syntax, Naming) else ()

    def names_elsewhere(self, document: str) -> tuple[NameElsewhere, ...]:
        """Return what a document that has been read says of the names of others."""
        entry = self._entries.get(document)
        return () if entry is None else _names_elsewhere(entry)

    def said_of_names(self, document: str) -> Iterator[tuple[str, NameElsewhere]]:
        """Yield what those who build a document say of its names, with the document they are in."""
        path = path_of(document)
        if path is not None:
            yield from self._who_builds.names_elsewhere(
                path, self.files, self.text, environment=self._environment_of
            )

    async def supposed(self, document: str, text: str) -> tuple["SupposedDocument", ...]:
        """Read what would be read if an open document had another text; nothing of it is kept.

        Of a file that others read for their values (`.env`), it is they that are read.
        """
        opened = self._open.get(document)
        if opened is None:
            return ()
        seen = attrs.evolve(opened, text=text)
        last = self._entries.get(document)
        entry = await self._fresh(document, seen, self.places_of(document), last)
        if entry is not None:
            await self._evaluated(document, entry)
            names = _names_elsewhere(entry)
            platforms = _build_platforms(entry)
            return (SupposedDocument(_as_read(document, seen, entry), names, platforms),)
        readers = (*self.may_read(document), *self._open)
        return await self.supposed_others(document, text, readers)

    async def supposed_others(
        self, document: str, text: str, others: Iterable[str]
    ) -> tuple["SupposedDocument", ...]:
        """Read a few other documents as if an open one had another text."""
        opened = self._open.get(document)
        if opened is None:
            return ()
        other = self._with(document, attrs.evolve(opened, text=text))
        found = [
            await other.glance(each, there)
            for each in islice(dict.fromkeys(others), MOST_OTHERS)
            if each != document and (there := other.opened_or_on_disk(each)) is not None
        ]
        return tuple(SupposedDocument(read) for read in found if read is not None)

    def may_read(self, document: str) -> Iterator[str]:
        """List the documents beside a file that may have values from it."""
        path = path_of(document)
        if path is None:
            return
        for language in LANGUAGES:
            if language.builds_from:
                yield from (each.document for each in beside(path.parent, language, self.text))

    def opened_or_on_disk(self, document: str) -> OpenDocument | None:
        """Return a document as it is now, open or not."""
        opened = self._open.get(document)
        text = self.text(document) if opened is None else None
        return opened if text is None else OpenDocument(uri_of(document), text)

    def apart(self, opened: Mapping[str, OpenDocument] = MappingProxyType({})) -> "Workspace":
        """Return the same workspace as it is now, to be read and dropped, in a thread if need be."""
        other = Workspace(self.files, environment=self._environment, platform=self._platform)
        other._settings = self._settings
        other._open = {**self._open, **opened}
        return other

    def _with(self, document: str, opened: OpenDocument) -> "Workspace":
        """Return the same workspace with another text of one document."""
        return self.apart({document: opened})

    def _new_epoch(self) -> None:
        self._epoch += 1
        self._repositories.forget()
        self._who_builds.forget_files()

    async def _parsed(self, document: str, opened: OpenDocument) -> _Entry | None:
        entry = self._entries.get(document)
        places = self.places_of(document)
        same = entry is not None and (entry.editor_id, entry.places) == (opened.editor_id, places)
        if entry is not None and same and entry.text is opened.text:
            return entry
        parse = partial(self._parse, document, opened, places)
        if len(opened.text) <= SMALL and not any(each.pattern for each in places):
            return await parse()
        # What takes a while is done once for all who ask meanwhile.
        return await self._parses.join((document, id(opened), places), parse)

    async def _parse(
        self, document: str, opened: OpenDocument, places: tuple[OwnPlace, ...]
    ) -> _Entry | None:
        """Read a version of a document, and keep that if it is still the newest."""
        fresh = await self._fresh(document, opened, places, self._entries.get(document))
        if fresh is not None and self._open.get(document) is opened:
            self._entries[document] = fresh
        return fresh

    async def _fresh(
        self, document: str, opened: OpenDocument, places: tuple[OwnPlace, ...], last: _Entry | None
    ) -> _Entry | None:
        """Parse a text, the next version of what was `last` read; None if it is no document."""
        name = folders_and_name_of(document)
        own = await _own(document, opened.text, places)
        language = language_of(name, opened.text, editor_id=opened.editor_id)
        language = language or (None if own is None else OWN)
        if language is None:
            return None
        parse = _parser(language, last)
        syntax = (
            parse(opened.text)
            if len(opened.text) <= SMALL
            else await asyncio.to_thread(parse, opened.text)
        )
        return _Entry(opened.text, opened.editor_id, language, syntax, places, own)

    def places_of(self, document: str) -> tuple[OwnPlace, ...]:
        """Return the places of the user's own that a document may hold, by its path."""
        is_file = is_path(document)
        places = self.places_in(folder_of(document)) if is_file else self._settings.places
        name = folders_and_name_of(document) if places else ""
        return tuple(each for each in places if each.matches(name))

    def places_in(self, folder: str) -> tuple[OwnPlace, ...]:
        """Return the places of the user's own that the documents in a folder may hold."""
        return (*self._repository(folder).settings.places, *self._settings.places)

    async def _evaluated(self, document: str, entry: _Entry) -> None:
        if entry.epoch == self._epoch:
            return
        evaluate = partial(self._evaluate, document, entry)
        if len(entry.text) <= SMALL:
            await evaluate()
        else:
            await self._evaluations.join((document, id(entry), self._epoch), evaluate)

    async def _evaluate(self, document: str, entry: _Entry) -> None:
        epoch = self._epoch
        inputs = self._inputs(document, entry)
        if inputs != entry.inputs:
            parsed = (
                entry.syntax.evaluate(inputs)
                if len(entry.text) <= SMALL
                else await asyncio.to_thread(entry.syntax.evaluate, inputs)
            )
            if entry.epoch > epoch:
                return
            entry.parsed = parsed if entry.own is None else entry.own.evaluate(document, parsed)
            entry.inputs = inputs
        entry.epoch = epoch

    def _inputs(self, document: str, entry: _Entry) -> Inputs:
        path = path_of(document)
        own = self._settings_beside(document)
        inputs = Inputs(
            document=document,
            environment=self._environment_of(None if path is None else path.parent),
            build_args={**own.build_args, **self._settings.build_args},
            neighbours=self._neighbours(path, entry.language),
            builders=self._builders(path, entry.language),
            build_platform=self._settings.platform or own.platform or self._platform,
        )
        if path is None:
            return inputs
        return with_named_files(entry.syntax, path.parent, inputs, self.text)

    def _neighbours(self, path: Path | None, language: Language) -> tuple[SourceText, ...]:
        if path is None or not language.builds_from:
            return ()
        found = beside(path.parent, language, self.text)
        return tuple(source for source in found if source.document != str(path))

    def _builders(self, path: Path | None, language: Language) -> tuple[Builder, ...]:
        if path is None or language.id != "dockerfile":
            return ()
        return self._who_builds.of(path, self.files, self.text, environment=self._environment_of)

    def plans(self, path: Path) -> tuple[BuildPlan, ...]:
        """List how those near a Dockerfile build it: compose and bake files, and containers."""
        environment = self._environment_of
        return self._who_builds.plans(path, self.files, self.text, environment=environment)

    def build_args(self, path: Path) -> Mapping[str, str]:
        """Return the build arguments that settings give a Dockerfile."""
        own = self._repository(str(path.parent)).settings
        return {**own.build_args, **self._settings.build_args}

    def settings_file(self, document: str) -> str | None:
        """Return where the `tagwise.toml` stands that counts for a document, if there is one."""
        path = path_of(document)
        folder = None if path is None else self._repository(folder_of(document)).folder
        file = str(folder / OWN_FILE) if folder is not None else None
        return file if file is not None and self.text(file) is not None else None

    def _settings_beside(self, document: str) -> Settings:
        is_file = is_path(document)
        return self._repository(folder_of(document)).settings if is_file else Settings()

    def _repository(self, folder: str) -> RepositorySettings:
        return self._repositories.of(folder, self.files, self.text)

    def _environment_of(self, folder: Path | None) -> Mapping[str, str]:
        """Return the environment as `docker compose` with the settings' options would have it."""
        if folder is None:
            return self._environment
        return {**self._environment, **dict(self._compose_options(folder))}

    def _compose_options(self, folder: Path) -> Iterator[tuple[str, str]]:
        name = str(folder)
        repository = self._repository("" if name == os.curdir else name)
        own = repository.settings
        for variable, separator, users, repositorys in (
            ("COMPOSE_FILE", COMPOSE_SEPARATOR, self._settings.compose_files, own.compose_files),
            ("COMPOSE_ENV_FILES", ",", self._settings.env_files, own.env_files),
        ):
            if names := users or repositorys:
                is_users = bool(users) or repository.folder is None
                base = self._root_above(folder) if is_users else repository.folder
                paths = [os.path.relpath((base or folder) / name, folder) for name in names]
                yield variable, separator.join(Path(path).as_posix() for path in paths)
                yield "COMPOSE_PATH_SEPARATOR", COMPOSE_SEPARATOR

    def _root_above(self, folder: Path) -> Path:
        return next((each for each in self.files.roots if folder.is_relative_to(each)), folder)


def _names_elsewhere(entry: _Entry) -> tuple[NameElsewhere, ...]:
    if entry.inputs is None or not isinstance(entry.syntax, NamingElsewhere):
        return ()
    return entry.syntax.names_elsewhere(entry.inputs)


def _build_platforms(entry: _Entry) -> tuple[BuildPlatform, ...]:
    if entry.inputs is None or not isinstance(entry.syntax, BuildingFor):
        return ()
    return entry.syntax.build_platforms(entry.inputs)


def _as_read(document: str, seen: OpenDocument, entry: _Entry) -> ReadDocument:
    return ReadDocument(document, seen.text, seen.version, entry.language.id, entry.parsed)


async def _own(document: str, text: str, places: tuple[OwnPlace, ...]) -> OwnSyntax | None:
    if not places:
        return None
    patterns = [each.pattern for each in places if each.pattern]
    return own_syntax(text, document, places, await matches_of(patterns, text, document))


def _parser(language: Language, last: _Entry | None) -> Callable[[str], Syntax]:
    """Return how to read the next version of what was last read."""
    if last is not None and last.language is language and isinstance(last.syntax, Rereadable):
        return last.syntax.reread
    return language.parse

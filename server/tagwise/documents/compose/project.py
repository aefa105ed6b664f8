"""The project a compose file is part of: the files that make it, and what they say together.

A service may be said by several files (`compose.override.yaml`, `COMPOSE_FILE`) and extend others
(compose-spec, "Merge", "Extends", "Include").  What they say of a field is listed, the strongest
first, so that each value keeps the file, the variables and the folder it comes from.
Does not know where files are: it asks for them by names relative to the document's folder.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import Final

import attrs

from tagwise.documents.compose.scope import DOTENV, Scope
from tagwise.documents.compose.services import (
    Service,
    fields_of,
    is_null,
    is_override,
    is_reset,
    items_of,
    services_of,
    top_level,
)
from tagwise.documents.model import SourceText
from tagwise.documents.remote import is_remote
from tagwise.documents.yaml_tree import Content, MappingNode, Node, YamlTree, parse, resolved

MOST_FILES: Final = 50
MOST_TEXT: Final = 512 * 1024
# A chain of `extends` longer than anyone writes.
MOST_LAYERS: Final = 10

# compose-go, `cli.DefaultFileNames` and `cli.DefaultOverrideFileNames`.
_NAMES: Final = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES: Final = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)


@attrs.frozen
class ComposeText:
    """What a text says to a project: its services by name, the last one first."""

    services: Mapping[str, tuple[Service, ...]]
    includes: tuple[Content, ...]
    secrets: tuple[Content, ...] = ()

    @classmethod
    def of(cls, tree: YamlTree, services: tuple[Service, ...]) -> "ComposeText":
        named: dict[str, list[Service]] = {}
        for service in reversed(services):
            named.setdefault(service.name, []).append(service)
        last_first = {name: tuple(each) for name, each in reversed(named.items())}
        includes, secrets = (tuple(top_level(tree, name)) for name in ("include", "secrets"))
        return cls(last_first, includes, secrets)


@attrs.frozen
class ComposeFile:
    """A file of a project; `folder` is that of its paths, from the document's folder."""

    text: ComposeText
    scope: Scope
    folder: str = ""

    def path(self, node: Node | None) -> str | None:
        """Return the path a node says, from the document's folder; None if it is none here."""
        text = self.scope.text(node)
        if text is None or not text.text or is_remote(text.text):
            return None
        return normpath(join(self.folder, text.text))


@attrs.define
class OtherFiles:
    """The files beside a document, each read once; `asked` are the names looked for."""

    files: Mapping[str, SourceText]
    asked: dict[str, None] = attrs.Factory(dict[str, None])
    _texts: dict[str, ComposeText] = attrs.Factory(dict[str, ComposeText])
    _characters: int = 0

    def source(self, name: str) -> SourceText | None:
        if name not in self.asked and len(self.asked) >= MOST_FILES:
            return None
        self.asked[name] = None
        return self.files.get(name)

    def compose(self, name: str, scope: Scope, folder: str) -> ComposeFile | None:
        """Read a compose file, its variables being those of `scope`."""
        source = self.source(name)
        if source is None:
            return None
        if name not in self._texts:
            self._characters += len(source.text)
            if self._characters > MOST_TEXT:
                return None
            tree = parse(source.text)
            self._texts[name] = ComposeText.of(tree, services_of(tree))
        return ComposeFile(self._texts[name], scope.within(source.document), folder)


@attrs.frozen
class Said:
    """What `file` says of a field: a node, and what it stands for."""

    node: Node
    content: Content
    file: ComposeFile


@attrs.frozen
class Layer:
    """What `file` says of a service."""

    service: Service
    file: ComposeFile


@attrs.frozen
class MergedService:
    """A service as all files say it: `layers`, the strongest first."""

    name: str
    layers: tuple[Layer, ...]

    def said(self, field: str) -> tuple[Said, ...]:
        """List what counts of a field, the strongest first."""
        return said(self._stated(field))

    def text(self, field: str) -> str:
        """Return what the strongest says, empty if nobody says anything that can be known."""
        found = self.said(field)
        value = found[0].file.scope.text(found[0].node) if found else None
        return "" if value is None else value.text

    def removes(self, service: Service, field: str) -> bool:
        """Whether what `service` says of a field is reset, by itself or by something stronger."""
        for layer in self.layers:
            node = layer.service.fields.get(field)
            content = None if node is None else resolved(node)
            if layer.service.is_removed or (content is not None and is_reset(content)):
                return True
            if layer.service is service:
                return False
        return False

    def _stated(self, field: str) -> Iterator[tuple[Node | None, ComposeFile]]:
        for layer in self.layers:
            if layer.service.is_removed:
                return
            yield layer.service.fields.get(field), layer.file
            if layer.service.is_whole:
                return


def said(stated: Iterable[tuple[Node | None, ComposeFile]]) -> tuple[Said, ...]:
    """Return what counts of a field: nothing behind a `!reset` or an `!override`."""
    found: list[Said] = []
    for node, file in stated:
        content = None if node is None else resolved(node)
        if node is None or content is None:
            continue
        if is_reset(content):
            break
        if not is_null(content):
            found.append(Said(node, content, file))
        if is_override(content):
            break
    return tuple(found)


@attrs.frozen(slots=False)
class Project:
    """`files`, the strongest first; `folder` is where its paths start."""

    files: tuple[ComposeFile, ...]
    others: OtherFiles
    folder: str = ""

    @cached_property
    def services(self) -> Mapping[str, MergedService]:
        names = dict.fromkeys(name for file in reversed(self.files) for name in file.text.services)
        return {name: MergedService(name, self._layers(name)) for name in names}

    @cached_property
    def _targets(self) -> dict[tuple[str, int], tuple[ComposeFile, str] | None]:
        """What each service extends, by where its name stands: chains share their ends."""
        return {}

    def read_extended(self) -> None:
        """Ask for the files whose services are extended."""
        for file in self.files:
            for services in file.text.services.values():
                for service in services:
                    if "extends" in service.fields:
                        self._layers(service.name)

    def with_included(self) -> Iterator["Project"]:
        """List the project, and those it includes, each once."""
        waiting: list[Project] = [self]
        seen = {file.scope.document for file in self.files}
        while waiting:
            project = waiting.pop(0)
            yield project
            for each in project.included():
                if each.files[-1].scope.document not in seen:
                    seen.update(file.scope.document for file in each.files)
                    waiting.append(each)

    def _layers(self, name: str) -> tuple[Layer, ...]:
        layers: list[Layer] = []
        waiting = [(file, name) for file in reversed(self.files)]
        seen: set[tuple[str, str]] = set()
        while waiting and len(layers) < MOST_LAYERS:
            file, each = waiting.pop()
            if (file.scope.document, each) in seen:
                continue
            seen.add((file.scope.document, each))
            for service in file.text.services.get(each, ())[:MOST_LAYERS]:
                layers.append(Layer(service, file))
                if "extends" in service.fields:
                    extended = self._extended_once(service, file)
                    waiting += [] if extended is None else [extended]
        return tuple(layers)

    def _extended_once(self, service: Service, file: ComposeFile) -> tuple[ComposeFile, str] | None:
        place = (file.scope.document, service.key.span.start)
        if place not in self._targets:
            self._targets[place] = self._extended(service, file)
        return self._targets[place]

    def _extended(self, service: Service, file: ComposeFile) -> tuple[ComposeFile, str] | None:
        """Return the service that `service` extends, and its file."""
        node = service.fields.get("extends")
        content = None if node is None else resolved(node)
        if content is None:
            return None
        if not isinstance(content, MappingNode):
            name = file.scope.text(node)
            return None if name is None else (file, name.text)
        fields = fields_of(content, "service", "file")
        name = file.scope.text(fields.get("service"))
        if name is None or "file" not in fields:
            return None if name is None else (file, name.text)
        path = file.path(fields["file"])
        other = None if path is None else self.others.compose(path, file.scope, dirname(path))
        return None if other is None else (other, name.text)

    def included(self) -> Iterator["Project"]:
        for file in reversed(self.files):
            for content in file.text.includes:
                for item in items_of(content):
                    project = self._include(item, attrs.evolve(file, folder=self.folder))
                    if project is not None:
                        yield project

    def _include(self, item: Node, file: ComposeFile) -> "Project | None":
        content = resolved(item)
        fields: Mapping[str, Node] = {"path": item}
        if isinstance(content, MappingNode):
            fields = fields_of(content, "path", "project_directory", "env_file")
        paths = [path for node in items_of(fields.get("path")) if (path := file.path(node))]
        if not paths:
            return None
        folder = file.path(fields.get("project_directory")) or dirname(paths[0])
        named = [path for node in items_of(fields.get("env_file")) if (path := file.path(node))]
        sources = [self.others.source(name) for name in named or [join(folder, DOTENV)]]
        scope = file.scope.over(source for source in sources if source is not None)
        files = [self.others.compose(path, scope, folder) for path in reversed(paths)]
        present = tuple(each for each in files if each is not None)
        return Project(present, self.others, folder) if present else None


def project_of(text: ComposeText, scope: Scope, others: OtherFiles) -> Project:
    """Return the project of the document that `scope` names: it, and its override or base file."""
    own = scope.document.replace("\\", "/").rpartition("/")[2]
    files: list[ComposeFile] = []
    for name in _order(own, scope, others):
        found = ComposeFile(text, scope) if name == own else others.compose(name, scope, "")
        if found is not None:
            files.insert(0, found)
    return Project(tuple(files), others)


def _order(own: str, scope: Scope, others: OtherFiles) -> tuple[str, ...]:
    """List the project's files as compose is given them: the last one wins.

    compose-go, `cli.WithConfigFileEnv` and `cli.WithDefaultConfigPath`.
    """
    listed = scope.variable("COMPOSE_FILE")
    if listed is not None and listed.text:
        separator = scope.variable("COMPOSE_PATH_SEPARATOR")
        names = listed.text.split(separator.text if separator and separator.text else ":")
        names = [normpath(name) for name in names if name]
        return tuple(dict.fromkeys(names)) if own in names else (own,)
    if own not in {*_NAMES, *_OVERRIDES}:
        return (own,)
    base = _first(_NAMES, own, others)
    override = _first(_OVERRIDES, own, others)
    names = [name for name in (base, override) if name is not None]
    return tuple(names) if own in names and base is not None else (own,)


def _first(names: Iterable[str], own: str, others: OtherFiles) -> str | None:
    return next((name for name in names if name == own or others.source(name)), None)

"""What compose builds: `services.*.build`, and what it says to the Dockerfile it names.

Several files may say it together: of a single value the strongest counts, names with values are
merged one by one, lists are joined (compose-spec, "Merge").
Does not know what is in a Dockerfile, nor whether there is one.
"""

from collections.abc import Collection, Iterator, Mapping
from posixpath import join, normpath
from typing import Final

import attrs

from tagwise.documents.compose.project import ComposeFile, MergedService, Said, said
from tagwise.documents.compose.scope import Scope
from tagwise.documents.compose.services import fields_of, items_of
from tagwise.documents.model import Build, Builder
from tagwise.documents.remote import is_remote
from tagwise.documents.traced import Place, TracedText, Use
from tagwise.documents.yaml_tree import MappingNode, Node, SequenceNode

DEFAULT_PLATFORM: Final = "DOCKER_DEFAULT_PLATFORM"

_FIELDS: Final = tuple(
    "context dockerfile dockerfile_inline args target platforms additional_contexts".split()
)


def build_of(service: MergedService) -> Build | None:
    """Return what a service builds from a file, None if there is none on this machine."""
    stated = StatedBuild.of(service)
    context = stated.path("context", ".")
    if not stated.layers or context is None or stated.said("dockerfile_inline"):
        return None
    dockerfile = normpath(join(context, stated.text("dockerfile") or "Dockerfile"))
    return Build(dockerfile, builder_of(service), stated.layers[0][1].scope.document)


def builder_of(service: MergedService) -> Builder:
    """Return what a service says to the Dockerfile it builds."""
    stated = StatedBuild.of(service)
    return Builder(
        service.name,
        args=stated.pairs("args"),
        contexts=stated.pairs("additional_contexts"),
        target=stated.text("target") or None,
        platforms=stated.texts("platforms") or _platforms(service),
    )


def default_platform(scope: Scope) -> str:
    """Return the platform of services that ask for none (docker compose, `applyPlatforms`)."""
    default = scope.variable(DEFAULT_PLATFORM)
    return "" if default is None else default.text


def build_fields(content: Node, *names: str) -> Mapping[str, Node]:
    """Return what a `build` says under `names`: a text alone is the context."""
    return fields_of(content, *names) if isinstance(content, MappingNode) else {"context": content}


@attrs.frozen
class StatedBuild:
    """What the files say under `build`, the strongest first."""

    layers: tuple[tuple[Mapping[str, Node], ComposeFile], ...]

    @classmethod
    def of(cls, service: MergedService, fields: Collection[str] = _FIELDS) -> "StatedBuild":
        return cls(
            tuple(
                (build_fields(each.content, *fields), each.file) for each in service.said("build")
            )
        )

    def said(self, field: str) -> tuple[Said, ...]:
        return said((fields.get(field), file) for fields, file in self.layers)

    def text(self, field: str) -> str:
        found = self.said(field)
        value = found[0].file.scope.text(found[0].node) if found else None
        return "" if value is None else value.text

    def path(self, field: str, default: str) -> str | None:
        """Return a path from the document's folder, None if it is remote."""
        if is_remote(self.text(field)):
            return None
        found = self.said(field) or ()
        path = found[0].file.path(found[0].node) if found else None
        return path or (self.layers[0][1].folder if self.layers else "") or default

    def texts(self, field: str) -> tuple[str, ...]:
        """Return all items of a list, the weakest first, each once."""
        items = [
            (item, each.file.scope)
            for each in reversed(self.said(field))
            for item in items_of(each.node)
        ]
        texts = [value.text for item, scope in items if (value := scope.text(item)) is not None]
        return tuple(dict.fromkeys(text for text in texts if text))

    def pairs(self, field: str) -> dict[str, TracedText]:
        """Return names with their values, the strongest of each."""
        pairs: dict[str, TracedText] = {}
        for each in reversed(self.said(field)):
            pairs |= dict(_pairs(each, each.file.scope))
        return pairs


def _platforms(service: MergedService) -> tuple[str, ...]:
    default = default_platform(service.layers[0].file.scope) if service.layers else ""
    platform = service.text("platform") or default
    return (platform,) if platform else ()


def _pairs(stated: Said, scope: Scope) -> Iterator[tuple[str, TracedText]]:
    """List names with their values, from a mapping or from a list of `name=value`."""
    content = stated.content
    if isinstance(content, MappingNode):
        for name, value in fields_of(content).items():
            found = scope.text(value) or _inherited(name, value, scope)
            if found is not None:
                yield name, found
    elif isinstance(content, SequenceNode):
        for item in content.items():
            yield from _listed(item, scope)


def _listed(item: Node, scope: Scope) -> Iterator[tuple[str, TracedText]]:
    text = scope.text(item)
    if text is None:
        return
    name, separator, _ = text.text.partition("=")
    value = text.between(len(name) + 1, len(text.text)) if separator else None
    found = value if separator else _inherited(name, item, scope)
    if found is not None:
        yield name, found


def _inherited(name: str, node: Node, scope: Scope) -> TracedText | None:
    """Return the variable `name`, which a name alone stands for; nothing can be added to it."""
    value = scope.variable(name)
    place = Place(scope.document, node.span)
    return None if value is None else value.used(Use(name, place, appendable=False))

"""What compose builds: `services.*.build`, and what it says to the Dockerfile it names.

Does not know what is in a Dockerfile, nor whether there is one.
"""

import re
from collections.abc import Iterator
from typing import Final

import attrs

from tagwise.documents.compose.scope import Scope
from tagwise.documents.compose.services import Service, fields_of, is_reset
from tagwise.documents.model import Builder
from tagwise.documents.traced import Place, TracedText, Use
from tagwise.documents.yaml_tree import (
    Content,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    resolved,
)

# BuildKit, `gitutil.IsGitTransport` and `urlutil`: a context that is fetched.
_REMOTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|git@|github\.com/")
_FIELDS: Final = (
    "context dockerfile dockerfile_inline args target platforms additional_contexts".split()
)


@attrs.frozen
class Build:
    """`dockerfile` is a path relative to the compose file's folder, the context joined to it."""

    dockerfile: str
    builder: Builder


@attrs.frozen
class BuildSection:
    """What a service builds from: a Dockerfile in a context, or one written `inline`."""

    context: str
    dockerfile: str
    inline: ScalarNode | None
    builder: Builder

    @property
    def build(self) -> Build | None:
        """The Dockerfile it builds, None if that is inline or not on this machine."""
        if self.inline is not None or _REMOTE.match(self.context):
            return None
        return Build(_joined(self.context, self.dockerfile), self.builder)


def build_sections(services: tuple[Service, ...], scope: Scope) -> Iterator[BuildSection]:
    """List what the services build, those apart that build nothing."""
    for service in services:
        content = service.content("build")
        if service.is_removed or content is None:
            continue
        fields = fields_of(content, *_FIELDS) if isinstance(content, MappingNode) else {}
        context = fields.get("context") if fields else content
        yield BuildSection(
            _text(context, scope) or ".",
            _text(fields.get("dockerfile"), scope) or "Dockerfile",
            _inline(fields.get("dockerfile_inline")),
            _builder(service, fields, scope),
        )


def _builder(service: Service, fields: dict[str, Node], scope: Scope) -> Builder:
    platforms = _list(fields.get("platforms"), scope) or _list(service.content("platform"), scope)
    return Builder(
        service.name,
        args=dict(_pairs(fields.get("args"), scope)),
        contexts=dict(_pairs(fields.get("additional_contexts"), scope)),
        target=_text(fields.get("target"), scope) or None,
        platforms=platforms,
    )


def _inline(node: Node | None) -> ScalarNode | None:
    content = _content(node)
    return content if isinstance(content, ScalarNode) and not content.is_null else None


def _content(node: Node | None) -> Content | None:
    content = None if node is None else resolved(node)
    return None if content is None or is_reset(content) else content


def _text(node: Node | None, scope: Scope) -> str:
    text = None if node is None or _content(node) is None else scope.text(node)
    return "" if text is None else text.text


def _list(node: Node | None, scope: Scope) -> tuple[str, ...]:
    content = _content(node)
    items = content.items() if isinstance(content, SequenceNode) else (content,)
    return tuple(text for item in items if (text := _text(item, scope)))


def _pairs(node: Node | None, scope: Scope) -> Iterator[tuple[str, TracedText]]:
    """List names with their values, from a mapping or from a list of `name=value`."""
    content = _content(node)
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


def _joined(context: str, dockerfile: str) -> str:
    folder = context.rstrip("/").removeprefix("./")
    if folder in {"", "."} or dockerfile.startswith("/"):
        return dockerfile
    return f"{folder}/{dockerfile}"

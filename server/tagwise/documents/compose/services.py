"""The services of a compose file, as far as images go, merge keys and aliases followed.

What a service says may stand elsewhere: in an `x-…` fragment, in another service.  Each thing is
kept once, where it is written, with the services that say it.
Does not know variables: what is kept are nodes of the YAML tree.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from tagwise.documents.yaml_tree import (
    AliasNode,
    Content,
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    YamlTree,
    resolved,
)

_RESET: Final = "!reset"
_OVERRIDE: Final = "!override"
_FIELDS: Final = tuple("image build platform env_file extends volumes pre_start".split())
# A file of the first version has none of these, but services in their place.
_SECTIONS: Final = "services include networks volumes configs secrets models name version".split()


@attrs.frozen
class Service:
    """What one text says of a service: `entry` is where, `fields` are nodes.

    `is_removed` by a `!reset` around them; `is_whole` by an `!override`: other files add nothing.
    """

    name: str
    entry: Entry
    fields: Mapping[str, Node]
    is_removed: bool = False
    is_whole: bool = False

    @property
    def key(self) -> Node:
        """The service's name, as it is written there."""
        return self.entry.key

    def content(self, field: str) -> Content | None:
        """Return what a field says, if it says anything and is not reset."""
        node = self.fields.get(field)
        content = None if node is None else resolved(node)
        if content is None or is_reset(content):
            return None
        return None if is_null(content) else content


def services_of(tree: YamlTree) -> tuple[Service, ...]:
    """List the services of all documents in the order they are written."""
    return tuple(
        service
        for root in tree.documents
        if isinstance(root, MappingNode)
        for service in _services_in(root)
    )


def top_level(tree: YamlTree, name: str) -> Iterator[Content]:
    """List what the documents say under `name` at their top level."""
    for root in tree.documents:
        if isinstance(root, MappingNode):
            for entry in root.entries(name):
                if (content := resolved(entry.value)) is not None:
                    yield content


def fields_of(mapping: MappingNode, *names: str) -> dict[str, Node]:
    """Return a mapping's values under `names`, its own before those that are merged in.

    Of a name that is there twice the last one counts, unless that is half typed: it says nothing,
    or has come to stand over what belongs to another key.
    """
    fields: dict[str, Node] = {}
    for layer in mapping.layers():
        own: dict[str, Node] = {}
        for entry in layer.entries(*names):
            if entry.name is None:
                continue
            value, before = entry.value, own.get(entry.name)
            if before is None or not _is_half_typed(value, before):
                own[entry.name] = value
        fields = own | fields
    return fields


def _is_half_typed(value: Node, before: Node) -> bool:
    collections = SequenceNode | MappingNode
    is_other = isinstance(value, collections) and not isinstance(before, collections)
    return is_null(value) or is_other


def items_of(node: Node | None) -> Iterator[Node]:
    """List the items of a sequence, or the node itself where one thing may stand alone."""
    content = None if node is None else resolved(node)
    if isinstance(content, SequenceNode):
        yield from content.items()
    elif node is not None and content is not None and not is_null(content):
        yield node


def is_reset(node: Node) -> bool:
    """Whether the node takes away what other files say (compose-spec, "Merge", "Reset value")."""
    return not isinstance(node, AliasNode) and node.tag == _RESET


def is_override(node: Node) -> bool:
    """Whether nothing of other files is added to the node ("Merge", "Replace value")."""
    return not isinstance(node, AliasNode) and node.tag == _OVERRIDE


def is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.is_null


def _services_in(root: MappingNode) -> Iterator[Service]:
    sections = list(root.entries(*_SECTIONS))
    if not sections:
        yield from _first_version(root)
    for section in sections:
        services = resolved(section.value)
        if section.name == "services" and isinstance(services, MappingNode):
            for layer in services.layers():
                for entry in layer.entries():
                    yield from _service(entry, services)


def _first_version(root: MappingNode) -> Iterator[Service]:
    for entry in root.entries():
        if entry.name and not entry.name.startswith("x-"):
            yield from _service(entry, root)


def _service(entry: Entry, services: MappingNode) -> Iterator[Service]:
    content = resolved(entry.value)
    if not entry.name or content is None:
        return
    is_removed = is_reset(services) or is_reset(content)
    if isinstance(content, MappingNode):
        fields = fields_of(content, *_FIELDS)
        is_whole = is_override(services) or is_override(content)
        yield Service(entry.name, entry, fields, is_removed, is_whole)
    elif is_removed:
        yield Service(entry.name, entry, {}, is_removed)

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
    YamlTree,
    resolved,
)

_RESET: Final = "!reset"
_FIELDS: Final = ("image", "build", "platform", "env_file")
# A file of the first version has none of these, but services in their place.
_SECTIONS: Final = "services include networks volumes configs secrets models name version".split()


@attrs.frozen
class Service:
    """`fields` are the nodes of what the service says; `is_removed` by a `!reset` around them."""

    name: str
    fields: Mapping[str, Node]
    is_removed: bool = False

    def content(self, field: str) -> Content | None:
        """Return what a field says, if it says anything and is not reset."""
        node = self.fields.get(field)
        content = None if node is None else resolved(node)
        if content is None or is_reset(content):
            return None
        return None if _is_null(content) else content


@attrs.frozen
class Shared:
    """A node and the services that say it: more than one where a merge or an alias repeats it."""

    node: Node
    services: tuple[Service, ...]


def services_of(tree: YamlTree) -> tuple[Service, ...]:
    """List the services of all documents in the order they are written."""
    return tuple(
        service
        for root in tree.documents
        if isinstance(root, MappingNode)
        for service in _services_in(root)
    )


def shared(services: tuple[Service, ...], field: str) -> tuple[Shared, ...]:
    """List the nodes that `field` has in `services`, each once."""
    users: dict[tuple[int, int], list[Service]] = {}
    nodes: dict[tuple[int, int], Node] = {}
    for service in services:
        node = service.fields.get(field)
        if node is not None:
            place = (node.span.start, node.span.end)
            nodes[place] = node
            users.setdefault(place, []).append(service)
    return tuple(Shared(node, tuple(users[place])) for place, node in nodes.items())


def fields_of(mapping: MappingNode, *names: str) -> dict[str, Node]:
    """Return a mapping's values under `names`, its own before those that are merged in.

    Of a name that is there twice the last one counts that says anything: one may be half typed.
    """
    fields: dict[str, Node] = {}
    for layer in mapping.layers():
        own: dict[str, Node] = {}
        for entry in layer.entries(*names):
            if entry.name and not (entry.name in own and _is_null(entry.value)):
                own[entry.name] = entry.value
        fields = own | fields
    return fields


def is_reset(node: Node) -> bool:
    """Whether the node takes away what other files say (compose-spec, "Merge", "Reset value")."""
    return not isinstance(node, AliasNode) and node.tag == _RESET


def _is_null(node: Node) -> bool:
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
                    yield from _service(entry, is_removed=is_reset(services))


def _first_version(root: MappingNode) -> Iterator[Service]:
    for entry in root.entries():
        if entry.name and not entry.name.startswith("x-"):
            yield from _service(entry, is_removed=False)


def _service(entry: Entry, *, is_removed: bool) -> Iterator[Service]:
    mapping = resolved(entry.value)
    if entry.name and isinstance(mapping, MappingNode):
        fields = fields_of(mapping, *_FIELDS)
        yield Service(entry.name, fields, is_removed or is_reset(mapping))

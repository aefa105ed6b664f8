"""Going from a YAML tree to the nodes under given keys, merge keys and aliases included.

Every collection is visited once a step, however many aliases lead to it, so that the time is that
of the text's length.  Does not know what any key means.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from tagwise.documents.traced import Span
from tagwise.documents.yaml_tree import (
    MERGE_KEY,
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    resolved,
)

ANY: Final = "*"
ANY_DEPTH: Final = "**"

_KEY: Final = re.compile(r"\"([^\"]*)\"|[^.]+")

# Merges in merges that a key is looked for in: many more than anyone writes.
_LAYERS: Final = 10


def nodes_at(roots: Iterable[Node], path: str) -> tuple[Node, ...]:
    """Return the nodes under `path` from `roots`, each once, in the order they are come upon.

    A path is keys with dots between, in double quotes if need be; `*` is every item of a list and
    every value of a mapping, `**` these, theirs, and so on.
    What a merge brings in is there as well, also where a key of its own hides it.
    """
    nodes = tuple(roots)
    for key in keys_of(path):
        if key == ANY_DEPTH:
            nodes = _all_below(nodes)
            continue
        below = (child for each in _collections(nodes) for child in _children(each, key))
        nodes = tuple({child.span: child for child in below}.values())
    return nodes


def keys_of(path: str) -> tuple[str, ...]:
    return tuple(match[1] or match[0] for match in _KEY.finditer(path))


def matches_path(keys: Sequence[str], path: str) -> bool:
    """Whether a path leads to what stands under `keys`."""
    ends = {0}
    for key in keys_of(path):
        if key == ANY_DEPTH:
            ends = set(range(min(ends), len(keys) + 1)) if ends else ends
        else:
            ends = {end + 1 for end in ends if end < len(keys) and key in (keys[end], ANY)}
    return len(keys) in ends


def entry_at(root: Node | None, key: str) -> Entry | None:
    """Return a mapping's entry under `key`: its own last word, else what it merges in."""
    mapping = None if root is None else resolved(root)
    if not isinstance(mapping, MappingNode):
        return None
    for layer in islice(mapping.layers(), _LAYERS):
        entries = list(layer.entries(key))
        said = [each for each in entries if not _is_null(each.value)]
        if entries:
            return (said or entries)[-1]
    return None


def value_at(root: Node | None, key: str) -> Node | None:
    entry = entry_at(root, key)
    return None if entry is None else entry.value


def text_at(root: Node | None, key: str) -> str | None:
    """Return the scalar under `key` of a mapping as text."""
    node = value_at(root, key)
    scalar = None if node is None else resolved(node)
    return scalar.value if isinstance(scalar, ScalarNode) and not scalar.is_null else None


def _collections(nodes: Iterable[Node]) -> Iterator[MappingNode | SequenceNode]:
    """List the collections that nodes stand for, and those that merge keys bring in."""
    waiting = list(reversed(list(nodes)))
    seen = set[object]()
    while waiting:
        content = resolved(waiting.pop())
        if content is None or isinstance(content, ScalarNode) or content.span in seen:
            continue
        seen.add(content.span)
        yield content
        if isinstance(content, MappingNode):
            waiting += [
                each for entry in content.entries(MERGE_KEY) for each in _merged(entry.value)
            ]


def _all_below(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    found: dict[Span, Node] = {}
    waiting = list(reversed(nodes))
    while waiting:
        content = resolved(waiting.pop())
        if content is not None and content.span not in found:
            found[content.span] = content
            if not isinstance(content, ScalarNode):
                waiting += reversed(list(_children(content, ANY)))
    return tuple(found.values())


def _merged(node: Node) -> tuple[Node, ...]:
    content = resolved(node)
    return tuple(content.items()) if isinstance(content, SequenceNode) else (node,)


def _children(collection: MappingNode | SequenceNode, key: str) -> Iterator[Node]:
    if isinstance(collection, SequenceNode):
        yield from collection.items() if key == ANY else ()
    else:
        for entry in collection.entries(*(() if key == ANY else (key,))):
            yield entry.value


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.is_null

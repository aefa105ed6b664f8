"""Bake files written as JSON, to the same blocks as HCL.

docs.docker.com/build/bake/reference, "File format": a block's kind is a key, its label the key
below.  Wherever an object stands for blocks, so may an array of objects (HCL's json/spec.md,
"Blocks").  Does not know what the blocks mean.
"""

import re
from collections.abc import Iterator
from typing import Final

from tagwise.documents.bake.values import Block, Expression, ListOf, ObjectOf, Text, Unknown
from tagwise.documents.yaml_paths import nodes_at
from tagwise.documents.yaml_tree import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    YamlTree,
    resolved,
)

# A number that is written as bake writes it itself, and the two truths.
_LITERAL: Final = re.compile(r"true|false|-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?")


def blocks_of(tree: YamlTree) -> tuple[Block, ...]:
    """List the blocks of a file that has been read."""
    return tuple(
        Block(kind, (name,), attributes)
        for kind in ("variable", "target", "group")
        for node in nodes_at(tree.documents, kind)
        for name, attributes in _labelled(node)
    )


def _labelled(node: Node) -> Iterator[tuple[str, dict[str, Expression]]]:
    for labels in _objects(node):
        for entry in labels.entries():
            if entry.name:
                yield from ((entry.name, dict(_items(body))) for body in _objects(entry.value))


def _objects(node: Node) -> Iterator[MappingNode]:
    match resolved(node):
        case MappingNode() as one:
            yield one
        case SequenceNode() as several:
            yield from (each for each in several.items() if isinstance(each, MappingNode))
        case _:
            pass


def _items(mapping: MappingNode) -> Iterator[tuple[str, Expression]]:
    for entry in mapping.entries():
        if entry.name:
            yield entry.name, _expression(entry.value)


def _expression(node: Node) -> Expression:
    match node:
        case ScalarNode() if node.style and not node.is_null:
            return Text(node.content, node.traced)
        case ScalarNode() if _LITERAL.fullmatch(node.value):
            return Text(node.content, node.traced)
        case SequenceNode():
            return ListOf(node.span, tuple(_expression(item) for item in node.items()))
        case MappingNode():
            return ObjectOf(node.span, tuple(_items(node)))
        case _:
            return Unknown(node.span)

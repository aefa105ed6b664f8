"""YAML files in which a scalar under a known key is an image reference.

A format says which nodes those are, and what a value means that is no reference as it stands;
everything else is here: aliases, anchors, invalid text, where a digest goes.
Does not know any format.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Final

import attrs

from tagwise.documents.model import (
    Inputs,
    Occurrence,
    ParsedDocument,
    Problem,
    Role,
    Skip,
)
from tagwise.documents.pinning import settle_pins
from tagwise.documents.references import not_read, read_reference, template_in
from tagwise.documents.traced import Place, Span, TracedText, Use
from tagwise.documents.yaml_paths import nodes_at
from tagwise.documents.yaml_tree import AliasNode, Node, ScalarNode, YamlTree, resolved
from tagwise.oci.platform import Platform

# What stands under such a key at the top level is there for its anchors only.
_EXTENSIONS: Final = (".", "x-", "_")


@attrs.frozen
class Meaning:
    """What a value says once variables are put in, or why that is not known."""

    value: TracedText
    skipped: Skip | None = None


def as_written(source: TracedText, _: str) -> Meaning:
    """Take a value for what it says, templates apart."""
    return Meaning(source, template_in(source.text))


# Told the value, and the name of the document it stands in.
Understand = Callable[[TracedText, str], Meaning]


@attrs.frozen
class ImageNode:
    """A node that names an image behind `scheme`; if its value does not start so, it names none.

    `understand` makes its value a reference.
    """

    node: Node
    role: Role
    skipped: Skip | None = None
    platform: Platform | None = None
    scheme: str = ""
    understand: Understand = as_written


@attrs.frozen
class ImagePath:
    """A path (`yaml_paths.py`) from a document's root to images."""

    path: str
    role: Role
    scheme: str = ""
    skipped: Skip | None = None


@attrs.frozen
class YamlImages:
    """A file that has been read: its image nodes."""

    text: str
    tree: YamlTree
    images: tuple[ImageNode, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def evaluate(self, inputs: Inputs) -> ParsedDocument:
        return read_images(self.images, self.tree, self.text, inputs.document)


def images_at(tree: YamlTree, paths: Iterable[ImagePath]) -> tuple[ImageNode, ...]:
    """Return the nodes under `paths` in every document of a tree."""
    return tuple(
        ImageNode(node, each.role, each.skipped, scheme=each.scheme)
        for each in paths
        for node in nodes_at(tree.documents, each.path)
    )


def read_images(
    images: Iterable[ImageNode],
    tree: YamlTree,
    text: str,
    document: str,
) -> ParsedDocument:
    """Read image nodes, each once, with what their aliases stand for; decide where digests go."""
    listed = {each.node.span: each for each in images}
    every = _with_targets(listed)
    found = [_read(each, text, document) for each in every]
    occurrences = [occurrence for each in found for occurrence in each.occurrences]
    shared = _shared_places(listed, every, occurrences, tree)
    problems = [*refusal(tree), *(problem for each in found for problem in each.problems)]
    return ParsedDocument(settle_pins(occurrences, read_elsewhere=shared), tuple(problems))


def refusal(tree: YamlTree) -> tuple[Problem, ...]:
    """Say why the text was not read, if it was not."""
    if tree.refusal is None:
        return ()
    return (not_read(tree.refusal),)


def seen_from(node: Node, value: TracedText, document: str) -> TracedText:
    """Return the value of a node's content as the node gives it: through an alias, if it is one."""
    if not isinstance(node, AliasNode):
        return value
    return value.used(Use(f"*{node.name}", Place(document, node.span), appendable=False))


def _with_targets(listed: dict[Span, ImageNode]) -> tuple[ImageNode, ...]:
    """Add the scalars that aliases stand for, and put all in the text's order."""
    every = dict(listed)
    for image in listed.values():
        target = resolved(image.node)
        if isinstance(image.node, AliasNode) and target is not None:
            every.setdefault(target.span, attrs.evolve(image, node=target))
    return tuple(sorted(every.values(), key=lambda each: each.node.span.start))


def _read(image: ImageNode, text: str, document: str) -> ParsedDocument:
    scalar = resolved(image.node)
    if not isinstance(scalar, ScalarNode) or scalar.is_null or not scalar.value:
        return ParsedDocument()
    source = scalar.traced(document)
    if not source.text.startswith(image.scheme) or source.text == image.scheme:
        return ParsedDocument()
    source = source.between(len(image.scheme), len(source.text))
    meaning = image.understand(source, document)
    span = source.shown_in(document, 0, len(source.text)) or scalar.content
    occurrence = Occurrence(
        image.role,
        span,
        meaning.value,
        None,
        image.skipped or meaning.skipped,
        platform=image.platform,
    )
    read = read_reference(occurrence, document, text)
    if not isinstance(image.node, AliasNode):
        return read
    aliased = attrs.evolve(
        read.occurrences[0],
        span=image.node.span,
        value=seen_from(image.node, meaning.value, document),
        tag_comment=None,
    )
    return ParsedDocument((aliased,))


def _shared_places(
    listed: dict[Span, ImageNode],
    every: tuple[ImageNode, ...],
    occurrences: Iterable[Occurrence],
    tree: YamlTree,
) -> frozenset[Place]:
    """Return the places in image scalars that something besides images has by an alias."""
    foreign = {each.target.span for each in tree.aliases if each.target and each.span not in listed}
    scalars = [each.node for each in every if isinstance(each.node, ScalarNode)]
    shared = [
        node.span
        for node in scalars
        if node.span in foreign or (node.span not in listed and not _is_extension(node))
    ]
    starts = [span.start for span in shared]
    pieces = [piece for each in occurrences for piece in each.value.pieces]
    places = [piece.place for piece in pieces if piece.place is not None]
    places += [use.place for piece in pieces for use in piece.via]
    return frozenset(place for place in places if _holds(shared, starts, place.span.start))


def _is_extension(node: ScalarNode) -> bool:
    outermost = [each.key for each in node.ancestors()][-1:]
    return any(key is not None and key.startswith(_EXTENSIONS) for key in outermost)


def _holds(spans: list[Span], starts: list[int], offset: int) -> bool:
    index = bisect_right(starts, offset) - 1
    return index >= 0 and offset < spans[index].end

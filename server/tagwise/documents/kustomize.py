"""Kustomize: the images that a kustomization puts in the place of others.

kubectl.docs.kubernetes.io/references/kustomize/kustomization/images: `images` holds entries with
`name`, which images are meant, and `newName`, `newTag` and `digest`, which replace their parts.
`newTag` and `digest` together give `name:tag@digest` (kustomize, `api/filters/imagetag`); where
neither is there, the tag stays the one in the resources.  Does not know the resources.
"""

import attrs

from tagwise.documents.image_groups import Group, Supposed, is_said, read_group
from tagwise.documents.model import Inputs, ParsedDocument, Role, Skip, SkipReason
from tagwise.documents.yaml_events import FASTEST, Loader
from tagwise.documents.yaml_images import refusal
from tagwise.documents.yaml_paths import entry_at, nodes_at
from tagwise.documents.yaml_tree import MappingNode, Node, YamlTree, resolved
from tagwise.documents.yaml_tree import parse as parse_yaml


@attrs.frozen
class KustomizeSyntax:
    text: str
    tree: YamlTree
    groups: tuple[Group, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def evaluate(self, inputs: Inputs) -> ParsedDocument:
        message = "its tag is the one in the resources, known once they are built"
        unknown = Supposed(skipped=Skip(SkipReason.TEMPLATE, message))
        found = [read_group(each, unknown, self.text, inputs.document) for each in self.groups]
        return ParsedDocument(
            tuple(occurrence for each in found for occurrence in each.occurrences),
            (*refusal(self.tree), *(problem for each in found for problem in each.problems)),
        )


def parse(text: str, *, loader: Loader = FASTEST) -> KustomizeSyntax:
    """Read a kustomization or a component."""
    tree = parse_yaml(text, loader=loader)
    items = {
        each.span: each for node in nodes_at(tree.documents, "images.*") if (each := resolved(node))
    }
    groups = (_group(node) for node in items.values())
    return KustomizeSyntax(text, tree, tuple(each for each in groups if each is not None))


def _group(node: Node) -> Group | None:
    if not isinstance(node, MappingNode):
        return None
    new_name = entry_at(node, "newName")
    name = new_name if is_said(new_name) else entry_at(node, "name")
    if name is None:
        return None
    return Group(
        Role.IMAGE_OVERRIDE,
        node,
        name,
        tag=entry_at(node, "newTag"),
        digest=entry_at(node, "digest"),
        append=True,
    )

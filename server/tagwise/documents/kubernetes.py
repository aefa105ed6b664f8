"""Kubernetes manifests: the images of pods, wherever a pod's description can stand.

The keys are those of the API's `PodSpec` (kubernetes.io/docs/reference/kubernetes-api, "Pod"):
lists of containers, and volumes of type `image`.  They are found by their shape, at any depth of
any document with `apiVersion` and `kind`, so `List` and custom resources with pod templates are
read like the kinds of Kubernetes.  Two families of resources have shapes of their own: Tekton's
steps (tekton.dev/docs/pipelines/tasks) and Argo's templates (argo-workflows, "Field Reference").
Does not know which kinds there are, nor what a controller does with them.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tagwise.documents.model import Role
from tagwise.documents.yaml_events import FASTEST, Loader
from tagwise.documents.yaml_images import ImageNode, YamlImages
from tagwise.documents.yaml_paths import ANY, nodes_at, text_at
from tagwise.documents.yaml_tree import MappingNode, Node, SequenceNode, resolved
from tagwise.documents.yaml_tree import parse as parse_yaml

_KEY: Final = r"^(?:\ufeff|\{[ \t]*)?[\"']?{}[\"']?[ \t]*:[ \t]*[\"']?"
_API_VERSION: Final = re.compile(_KEY.replace("{}", "apiVersion") + r"\S", re.MULTILINE)
_KIND: Final = re.compile(_KEY.replace("{}", "kind") + r"[A-Z{]", re.MULTILINE)

Shapes = Mapping[str, tuple[str, Role]]

# From the key of a mapping to the image below it.
_PODS: Final[Shapes] = {
    "containers": ("*.image", Role.CONTAINER_IMAGE),
    "initContainers": ("*.image", Role.CONTAINER_IMAGE),
    "ephemeralContainers": ("*.image", Role.CONTAINER_IMAGE),
    "volumes": ("*.image.reference", Role.VOLUME_IMAGE),
}
_TEKTON: Final[Shapes] = {
    "steps": ("*.image", Role.STEP_IMAGE),
    "sidecars": ("*.image", Role.CONTAINER_IMAGE),
    "stepTemplate": ("image", Role.STEP_IMAGE),
}
_ARGO: Final[Shapes] = {
    "container": ("image", Role.STEP_IMAGE),
    "script": ("image", Role.STEP_IMAGE),
    "sidecars": ("*.image", Role.CONTAINER_IMAGE),
}
_FAMILIES: Final[Mapping[str, Shapes]] = {
    "tekton.dev": {**_PODS, **_TEKTON},
    "argoproj.io": {**_PODS, **_ARGO},
}


def parse(text: str, *, loader: Loader = FASTEST) -> YamlImages:
    """Read a manifest, of one or several documents."""
    tree = parse_yaml(text, loader=loader)
    images = (image for root in tree.documents for image in _images(root))
    return YamlImages(text, tree, tuple(images))


def looks_like_kubernetes(text: str) -> bool:
    """Whether a document says which kind of which API it is."""
    return bool(_API_VERSION.search(text) and _KIND.search(text))


def _images(root: Node) -> Iterator[ImageNode]:
    waiting: list[tuple[Node, Shapes]] = [(root, {})]
    while waiting:
        node, shapes = waiting.pop()
        if isinstance(node, MappingNode):
            shapes = _shapes(node) or shapes
            for entry in node.entries():
                waiting.append((entry.value, shapes))
                if shape := shapes.get(entry.name or ""):
                    yield from _images_under(entry.value, *shape)
        elif isinstance(node, SequenceNode):
            waiting += [(item, shapes) for item in node.items()]


def _shapes(mapping: MappingNode) -> Shapes | None:
    """Return the shapes to look for in a resource, None if the mapping is none."""
    version = text_at(mapping, "apiVersion")
    return None if version is None else _FAMILIES.get(version.partition("/")[0], _PODS)


def _images_under(node: Node, path: str, role: Role) -> Iterator[ImageNode]:
    """List the images if the shape is right: a schema has mappings where a resource has lists."""
    if path.startswith(ANY) == isinstance(resolved(node), SequenceNode):
        for image in nodes_at((node,), path):
            yield ImageNode(image, role)

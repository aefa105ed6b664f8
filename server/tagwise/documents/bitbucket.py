"""Bitbucket Pipelines: the images of steps and services, and pipes that are images.

support.atlassian.com/bitbucket-cloud/docs, "Bitbucket Pipelines configuration reference": `image`,
as a name or with `name`, at the top level, in steps and in `definitions.services`; steps stand
under `step` at many depths.  A pipe is an image if it starts with `docker://`.
Does not know the images behind other pipes.
"""

from collections.abc import Iterator
from typing import Final

from tagwise.documents.model import Role
from tagwise.documents.yaml_events import FASTEST, Loader
from tagwise.documents.yaml_images import ImageNode, ImagePath, YamlImages, images_at
from tagwise.documents.yaml_paths import nodes_at
from tagwise.documents.yaml_tree import MappingNode, Node, SequenceNode
from tagwise.documents.yaml_tree import parse as parse_yaml

_PIPE: Final = "docker://"
_PATHS: Final = (
    ImagePath("image", Role.JOB_IMAGE),
    ImagePath("image.name", Role.JOB_IMAGE),
    ImagePath("definitions.services.*.image", Role.SERVICE_IMAGE),
    ImagePath("definitions.services.*.image.name", Role.SERVICE_IMAGE),
)


def parse(text: str, *, loader: Loader = FASTEST) -> YamlImages:
    """Read a repository's pipelines."""
    tree = parse_yaml(text, loader=loader)
    return YamlImages(text, tree, (*images_at(tree, _PATHS), *_steps(tree.documents)))


def _steps(roots: tuple[Node, ...]) -> Iterator[ImageNode]:
    """List what steps run, wherever one is written; aliases of steps lead nowhere new."""
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if isinstance(node, SequenceNode):
            waiting += node.items()
        elif isinstance(node, MappingNode):
            for entry in node.entries():
                waiting.append(entry.value)
                if entry.name == "step":
                    for path in ("image", "image.name"):
                        for image in nodes_at((entry.value,), path):
                            yield ImageNode(image, Role.JOB_IMAGE)
                elif entry.name == "pipe":
                    yield ImageNode(entry.value, Role.STEP_IMAGE, scheme=_PIPE)

"""CircleCI: the containers of jobs and executors.

circleci.com/docs/configuration-reference: `docker` lists containers under a job or an executor, also
those of an inline orb; the first runs the steps, the others are services beside it.
`<< … >>` is known once the configuration is processed.  Does not know the images of machines.
"""

from collections.abc import Iterator
from typing import Final

from tagwise.documents.model import Role
from tagwise.documents.yaml_events import FASTEST, Loader
from tagwise.documents.yaml_images import ImageNode, YamlImages
from tagwise.documents.yaml_paths import nodes_at
from tagwise.documents.yaml_tree import Node, SequenceNode, resolved
from tagwise.documents.yaml_tree import parse as parse_yaml

_LISTS: Final = (
    "jobs.*.docker",
    "executors.*.docker",
    "orbs.*.jobs.*.docker",
    "orbs.*.executors.*.docker",
)


def parse(text: str, *, loader: Loader = FASTEST) -> YamlImages:
    """Read a project's configuration."""
    tree = parse_yaml(text, loader=loader)
    lists = (node for path in _LISTS for node in nodes_at(tree.documents, path))
    return YamlImages(text, tree, tuple(image for each in lists for image in _images(each)))


def _images(node: Node) -> Iterator[ImageNode]:
    containers = resolved(node)
    items = containers.items() if isinstance(containers, SequenceNode) else ()
    for index, item in enumerate(items):
        for image in nodes_at((item,), "image"):
            yield ImageNode(image, Role.SERVICE_IMAGE if index else Role.JOB_IMAGE)

"""GitLab CI: the images that jobs and their services run.

The keys are those of docs.gitlab.com/ci/yaml, "CI/CD YAML syntax reference": `image` and `services`,
as a name or with `name` and more, in jobs, in `default` and, as of old, at the top level; hidden
jobs (`.name`) are jobs that others extend.  What variables say is told by `gitlab_variables.py`.
Does not know what `include` brings in.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

import attrs

from tagwise.documents.gitlab_variables import Variables, understand
from tagwise.documents.model import Role
from tagwise.documents.yaml_events import FASTEST, Loader
from tagwise.documents.yaml_images import ImageNode, YamlImages
from tagwise.documents.yaml_paths import nodes_at, text_at, value_at
from tagwise.documents.yaml_tree import MappingNode, Node, ScalarNode, resolved
from tagwise.documents.yaml_tree import parse as parse_yaml
from tagwise.errors import InvalidPlatform
from tagwise.oci.platform import Platform

# Keywords at the top level that are no jobs and hold no image.
_NO_JOBS: Final = frozenset(
    "after_script before_script cache image include services spec stages types variables workflow".split()
)


def parse(text: str, *, loader: Loader = FASTEST) -> YamlImages:
    """Read a pipeline's configuration."""
    tree = parse_yaml(text, loader=loader)
    found = [
        (name, image)
        for root in tree.documents
        if isinstance(root, MappingNode)
        for name, job in _jobs(root)
        for image in _images(job)
    ]
    variables = Variables.of(tree.documents, text, [image.node for _, image in found])
    images = (
        attrs.evolve(image, understand=partial(understand, variables, name))
        for name, image in found
    )
    return YamlImages(text, tree, tuple(images))


def _jobs(root: MappingNode) -> Iterator[tuple[str, Node]]:
    """List the jobs by name, and the top level itself."""
    yield "", root
    for entry in root.entries():
        if entry.name and entry.name not in _NO_JOBS:
            yield entry.name, entry.value


def _images(job: Node) -> Iterator[ImageNode]:
    for key, role in (("image", Role.JOB_IMAGE), ("services.*", Role.SERVICE_IMAGE)):
        for node in nodes_at((job,), key):
            content = resolved(node)
            if isinstance(content, ScalarNode):
                yield ImageNode(node, role)
            elif (name := value_at(content, "name")) is not None:
                yield ImageNode(name, role, platform=_platform(node))


def _platform(image: Node) -> Platform | None:
    """Return `docker.platform`, which is handed on to `docker pull --platform`."""
    text = text_at(value_at(image, "docker"), "platform")
    try:
        return Platform.parse(text) if text else None
    except InvalidPlatform:
        return None

"""Woodpecker and Drone: the images of steps, services and plugins.

woodpecker-ci.org/docs/usage/workflow-syntax and docs.drone.io/pipeline/docker: `steps`, `services`
and `clone` are lists, or mappings by name, of containers with an `image`; `pipeline` is the name
`steps` had.  A Drone file holds several documents.  `${…}` is known when the pipeline runs.
Does not know what a plugin does.
"""

from typing import Final

from tagwise.documents.model import Role
from tagwise.documents.yaml_events import FASTEST, Loader
from tagwise.documents.yaml_images import ImagePath, YamlImages, images_at
from tagwise.documents.yaml_tree import parse as parse_yaml

_PATHS: Final = (
    ImagePath("steps.*.image", Role.STEP_IMAGE),
    ImagePath("pipeline.*.image", Role.STEP_IMAGE),
    ImagePath("clone.*.image", Role.STEP_IMAGE),
    ImagePath("services.*.image", Role.SERVICE_IMAGE),
)


def parse(text: str, *, loader: Loader = FASTEST) -> YamlImages:
    """Read a workflow or a pipeline."""
    tree = parse_yaml(text, loader=loader)
    return YamlImages(text, tree, images_at(tree, _PATHS))

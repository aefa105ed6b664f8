"""Azure Pipelines: the containers of jobs, and the resources that name some.

learn.microsoft.com/azure/devops/pipelines/yaml-schema: `resources.containers`, and `container` of a
job (as a name or with `image`), where a name may be that of a resource; `services` are such names.
`${{ … }}` and `$(…)` are known when the pipeline runs.  Does not know other files' templates.
"""

from collections.abc import Iterator
from typing import Final

from tagwise.documents.model import Role, Skip, SkipReason
from tagwise.documents.yaml_events import FASTEST, Loader
from tagwise.documents.yaml_images import ImageNode, YamlImages
from tagwise.documents.yaml_paths import nodes_at, text_at, value_at
from tagwise.documents.yaml_tree import ScalarNode, YamlTree, resolved
from tagwise.documents.yaml_tree import parse as parse_yaml

_JOBS: Final = ("jobs.*", "stages.*.jobs.*")
_PLACES: Final = (
    ("container", Role.JOB_IMAGE),
    ("container.image", Role.JOB_IMAGE),
    ("services.*", Role.SERVICE_IMAGE),
    ("services.*.image", Role.SERVICE_IMAGE),
)


def parse(text: str, *, loader: Loader = FASTEST) -> YamlImages:
    """Read a pipeline."""
    tree = parse_yaml(text, loader=loader)
    return YamlImages(text, tree, (*_resources(tree), *_jobs(tree)))


def _resources(tree: YamlTree) -> Iterator[ImageNode]:
    for resource in nodes_at(tree.documents, "resources.containers.*"):
        image = value_at(resource, "image")
        if image is not None:
            yield ImageNode(image, Role.JOB_IMAGE)


def _jobs(tree: YamlTree) -> Iterator[ImageNode]:
    """List what the jobs run, resources apart; the file may be a job itself."""
    resources = nodes_at(tree.documents, "resources.containers.*")
    names = {text_at(each, "container") for each in resources}
    jobs = [*tree.documents, *(node for path in _JOBS for node in nodes_at(tree.documents, path))]
    for path, role in _PLACES:
        for node in nodes_at(jobs, path):
            scalar = resolved(node)
            if isinstance(scalar, ScalarNode):
                named = scalar.value in names
                message = f"{scalar.value} is a container of the file's resources"
                yield ImageNode(node, role, Skip(SkipReason.SERVICE, message) if named else None)

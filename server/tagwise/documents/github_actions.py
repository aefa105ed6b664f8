"""GitHub Actions: the images of workflows and actions.

The keys are those of docs.github.com/en/actions/reference, "Workflow syntax" (`jobs.<id>.container`,
`jobs.<id>.services`, `jobs.<id>.steps[*].uses` with `docker://`) and "Metadata syntax" (`runs.image`
with `docker://`).  Expressions, `${{ … }}`, are known when a job runs.
Gitea and Forgejo read the same files.  Does not know other actions, which `uses` names as well.
"""

from typing import Final

from tagwise.documents.model import Role
from tagwise.documents.yaml_events import FASTEST, Loader
from tagwise.documents.yaml_images import ImagePath, YamlImages, images_at
from tagwise.documents.yaml_tree import parse as parse_yaml

_SCHEME: Final = "docker://"
_PATHS: Final = (
    ImagePath("jobs.*.container", Role.JOB_IMAGE),
    ImagePath("jobs.*.container.image", Role.JOB_IMAGE),
    ImagePath("jobs.*.services.*.image", Role.SERVICE_IMAGE),
    ImagePath("jobs.*.steps.*.uses", Role.STEP_IMAGE, _SCHEME),
    ImagePath("runs.steps.*.uses", Role.STEP_IMAGE, _SCHEME),
    ImagePath("runs.image", Role.STEP_IMAGE, _SCHEME),
)


def parse(text: str, *, loader: Loader = FASTEST) -> YamlImages:
    """Read a workflow or an action's metadata."""
    tree = parse_yaml(text, loader=loader)
    return YamlImages(text, tree, images_at(tree, _PATHS))

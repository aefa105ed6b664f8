"""Google Cloud Build: the images whose containers run the steps of a build.

cloud.google.com/build/docs/build-config-file-schema: `steps[].name` is such an image, `images` are
those the build makes; the file is YAML or JSON.  Substitutions, `$PROJECT_ID` and `${_OURS}`, are
known when a build is started.  Does not know which step's image an earlier step makes.
"""

from typing import Final

from tagwise.documents import jsonc
from tagwise.documents.model import Role, Skip, SkipReason
from tagwise.documents.yaml_events import FASTEST, Loader
from tagwise.documents.yaml_images import ImagePath, YamlImages, images_at
from tagwise.documents.yaml_tree import parse as parse_yaml

_BUILT: Final = Skip(SkipReason.BUILD_OUTPUT, "it names what the build makes")
_PATHS: Final = (
    ImagePath("steps.*.name", Role.STEP_IMAGE),
    ImagePath("images.*", Role.BUILD_TAG, skipped=_BUILT),
    ImagePath("artifacts.images.*", Role.BUILD_TAG, skipped=_BUILT),
)


def parse(text: str, *, loader: Loader = FASTEST) -> YamlImages:
    """Read a build's configuration."""
    is_json = text.lstrip("\N{BYTE ORDER MARK} \t\r\n").startswith("{")
    tree = jsonc.parse(text) if is_json else parse_yaml(text, loader=loader)
    return YamlImages(text, tree, images_at(tree, _PATHS))

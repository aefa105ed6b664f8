"""Development containers: the image of a `devcontainer.json`, and the features added to it.

containers.dev/implementors/json_reference: `image`, `build.cacheFrom` and `features`, whose keys
name OCI artifacts, folders (`./…`) or archives (`https://…`); the file is JSON with comments.
Variables, `${…}`, are known where the container is made.
Does not know the Dockerfile or the compose file that one may build with instead.
"""

from collections.abc import Iterator
from typing import Final

from tagwise.documents import jsonc
from tagwise.documents.model import Role, Skip, SkipReason
from tagwise.documents.yaml_events import FASTEST, Loader
from tagwise.documents.yaml_images import ImageNode, ImagePath, YamlImages, images_at
from tagwise.documents.yaml_paths import nodes_at
from tagwise.documents.yaml_tree import MappingNode, ScalarNode, YamlTree, resolved

_FEATURE: Final = Skip(SkipReason.ARTIFACT, "a feature: it is added to the image, and is none")
_CACHE: Final = Skip(SkipReason.CACHE, "it is a cache to build from")
_PATHS: Final = (
    ImagePath("image", Role.CONTAINER_IMAGE),
    ImagePath("build.cacheFrom", Role.BUILD_CACHE, skipped=_CACHE),
    ImagePath("build.cacheFrom.*", Role.BUILD_CACHE, skipped=_CACHE),
)


def parse(text: str, *, loader: Loader = FASTEST) -> YamlImages:
    """Read a devcontainer.json."""
    tree = jsonc.parse(text, loader=loader)
    return YamlImages(text, tree, (*images_at(tree, _PATHS), *_features(tree)))


def _features(tree: YamlTree) -> Iterator[ImageNode]:
    """List the features of a registry: a name without one is of old, and is not looked up."""
    for node in nodes_at(tree.documents, "features"):
        features = resolved(node)
        if isinstance(features, MappingNode):
            for entry in features.entries():
                name = entry.name or ""
                is_local = name.startswith(".") or "://" in name or "/" not in name
                if isinstance(entry.key, ScalarNode) and not is_local:
                    yield ImageNode(entry.key, Role.FEATURE, _FEATURE)

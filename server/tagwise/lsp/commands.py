"""The server's commands: their names, and the one object that each is given.

A client's own commands are `tagwise.*` without `server`.  A command that fails tells the person
and returns null.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tagwise.lsp.action_data import ActionData
from tagwise.lsp.command_arguments import (
    BuildCommandArguments,
    DoctorArguments,
    DocumentArguments,
    FolderArguments,
    ListImagesArguments,
    NoArguments,
    PruneArguments,
    PullAllArguments,
    ShownTarget,
    TagImageArguments,
)
from tagwise.lsp.image_target import ImageTarget

APPLY_ACTION: Final = "tagwise.server.applyAction"
LIST_REFERENCES: Final = "tagwise.server.listReferences"
DESCRIBE: Final = "tagwise.server.describe"
PIN_WORKSPACE: Final = "tagwise.server.pinWorkspace"
UPDATE_WORKSPACE: Final = "tagwise.server.updateWorkspace"
DOCTOR: Final = "tagwise.server.doctor"
CLEAR_CACHE: Final = "tagwise.server.clearCache"
SHOW_FACTS: Final = "tagwise.server.showFacts"
PULL: Final = "tagwise.server.pull"
REMOVE: Final = "tagwise.server.remove"
PULL_ALL: Final = "tagwise.server.pullAll"
LIST_IMAGES: Final = "tagwise.server.listImages"
INSPECT_IMAGE: Final = "tagwise.server.inspectImage"
LAYERS: Final = "tagwise.server.layers"
TAG_IMAGE: Final = "tagwise.server.tagImage"
PRUNE: Final = "tagwise.server.prune"
COMPOSE_BUILD_COMMAND: Final = "tagwise.server.composeBuildCommand"

ARGUMENTS: Final[Mapping[str, type[object]]] = MappingProxyType(
    {
        APPLY_ACTION: ActionData,
        LIST_REFERENCES: DocumentArguments,
        DESCRIBE: ImageTarget,
        PIN_WORKSPACE: FolderArguments,
        UPDATE_WORKSPACE: FolderArguments,
        DOCTOR: DoctorArguments,
        CLEAR_CACHE: NoArguments,
        SHOW_FACTS: ImageTarget,
        PULL: ImageTarget,
        REMOVE: ImageTarget,
        PULL_ALL: PullAllArguments,
        LIST_IMAGES: ListImagesArguments,
        INSPECT_IMAGE: ShownTarget,
        LAYERS: ShownTarget,
        TAG_IMAGE: TagImageArguments,
        PRUNE: PruneArguments,
        COMPOSE_BUILD_COMMAND: BuildCommandArguments,
    }
)

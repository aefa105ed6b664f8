"""What an engine tells of its images: one set of types for every engine and every version.

Docker 20 to 29, with either image store, and Podman say the same things differently; here they are
said once.  Does not know JSON (`codec.py`).
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

import attrs

from tagwise.oci.image_config import ImageConfig
from tagwise.oci.manifest import NOTHING
from tagwise.oci.platform import Platform


@attrs.frozen
class EngineInfo:
    """Who answers: `name` is `Docker` or `Podman`; `api` the version of the API that is spoken."""

    name: str
    version: str
    api: str
    os: str
    architecture: str


@attrs.frozen
class LocalManifest:
    """One manifest of an image in containerd's store; not `available` where its content is not here.

    `platform` is None for what is no image, such as an attestation.
    """

    digest: str
    platform: Platform | None
    available: bool
    size: int


@attrs.frozen
class ImageSummary:
    """An image in a list.

    `tags` are written `name:tag`, `digests` `name@digest`, as the engine spells them; `containers`
    and `shared_size` are None where the engine has not counted.  Sizes are bytes on the disk.
    """

    id: str
    tags: tuple[str, ...]
    digests: tuple[str, ...]
    created: datetime
    size: int
    shared_size: int | None = None
    containers: int | None = None
    labels: Mapping[str, str] = attrs.field(default=NOTHING, hash=False)
    parent: str = ""
    manifests: tuple[LocalManifest, ...] = ()

    @property
    def is_dangling(self) -> bool:
        """Whether no tag leads to it."""
        return not self.tags


@attrs.frozen
class ImageDetails:
    """What inspecting an image tells; `layers` are the digests of its layers' content, the lowest first.

    `pulled` is when the tag was last written here, where the engine says so.  `config` is what it
    runs, and nothing of how it came to be.
    """

    id: str
    tags: tuple[str, ...]
    digests: tuple[str, ...]
    created: datetime | None
    size: int
    platform: Platform
    layers: tuple[str, ...]
    pulled: datetime | None = None
    parent: str = ""
    labels: Mapping[str, str] = attrs.field(default=NOTHING, hash=False)
    config: ImageConfig | None = None


@attrs.frozen
class HistoryStep:
    """One step of an image's build, `size` the bytes it added; `id` is empty where it is not here."""

    id: str
    created: datetime
    created_by: str
    size: int
    comment: str
    tags: tuple[str, ...] = ()


@attrs.frozen
class ContainerSummary:
    """A container, running or not; `image_id` is the image it was made from."""

    id: str
    name: str
    image: str
    image_id: str
    state: str

    @property
    def is_running(self) -> bool:
        return self.state in {"running", "paused", "restarting"}


class LayerState(Enum):
    WAITING = "waiting"
    DOWNLOADING = "downloading"
    EXTRACTING = "extracting"
    DONE = "done"


@attrs.frozen
class LayerProgress:
    """How far one layer has come; `total` is None until the engine says how big it is."""

    id: str
    state: LayerState
    current: int
    total: int | None


@attrs.frozen
class PullProgress:
    """How far a pull has come: `current` of `total` bytes over all layers known so far.

    `percentage` never goes back, though `total` may grow.
    """

    layers: tuple[LayerProgress, ...]
    current: int
    total: int
    percentage: int
    message: str


@attrs.frozen
class PullResult:
    """What a pull got: `digest` is empty where the engine does not tell."""

    digest: str
    was_up_to_date: bool
    message: str


@attrs.frozen
class RemovedImage:
    """What a removal did: names that lead nowhere now, and ids whose content is gone."""

    untagged: tuple[str, ...]
    deleted: tuple[str, ...]


@attrs.frozen
class Pruned:
    """What pruning did, and the bytes it freed."""

    removed: RemovedImage
    freed: int


class EventKind(Enum):
    IMAGE = "image"
    CONTAINER = "container"
    OTHER = "other"


@attrs.frozen
class EngineEvent:
    """Something that happened: `action` is `pull`, `tag`, `untag`, `delete`, `create`, `start`, …"""

    action: str
    id: str
    name: str
    time: datetime
    kind: EventKind = EventKind.IMAGE


@attrs.frozen
class RegistryLogin:
    """Credentials for one pull, as the engine takes them (Docker Engine API, "Authentication")."""

    username: str = ""
    password: str = attrs.field(default="", repr=False)
    identity_token: str = attrs.field(default="", repr=False)
    server: str = ""

"""What commands on the engine answer, for clients that draw it themselves: JSON by `wire.py`.

A client needs to know nothing of images: `reference` is what it names one by in another command, as
`{"reference": …}`.  Times are ISO 8601, sizes bytes.  Does not know where the values come from.
"""

from collections.abc import Mapping
from datetime import datetime

import attrs


@attrs.frozen
class PulledImage:
    """`reference` as its document spells it; `digest` is the one its registry has it by."""

    reference: str
    digest: str
    was_up_to_date: bool


@attrs.frozen
class PulledAll:
    """`pulled` and `failed` by the order of the text; `failed` are sentences for a person."""

    pulled: tuple[PulledImage, ...]
    failed: tuple[str, ...]
    was_cancelled: bool = False


@attrs.frozen
class RemovedNames:
    """`untagged` are names that lead nowhere now, `deleted` ids of images that are gone."""

    untagged: tuple[str, ...]
    deleted: tuple[str, ...]
    freed: int | None = None


@attrs.frozen
class ContainerUse:
    """A container that was made from an image; `state` as the engine says: `running`, `exited`, …"""

    name: str
    state: str


@attrs.frozen
class ListedImage:
    """One name of a local image, or an image that has none: a row of a list.

    `repository` and `tag` as people write them, null where a part is missing; `digests` are those
    its registry knows it by.  `platforms` may be empty where that is not known.  `behind`: whether
    its tag is another image now, as far as is known without asking; null where it is not.
    """

    reference: str
    repository: str | None
    tag: str | None
    id: str
    digests: tuple[str, ...]
    created: datetime
    size: int
    shared_size: int | None
    containers: tuple[ContainerUse, ...]
    platforms: tuple[str, ...]
    is_dangling: bool
    behind: bool | None


@attrs.frozen
class ImageList:
    """`engine` is `Docker` or `Podman`."""

    engine: str
    images: tuple[ListedImage, ...]


@attrs.frozen
class InspectedImage:
    """A local image; `layers` are digests of content, the lowest first; `config` is what it runs."""

    reference: str
    id: str
    names: tuple[str, ...]
    digests: tuple[str, ...]
    created: datetime | None
    pulled: datetime | None
    size: int
    platform: str
    layers: tuple[str, ...]
    containers: tuple[ContainerUse, ...]
    config: "InspectedConfig | None"


@attrs.frozen
class InspectedConfig:
    """What an image runs; `environment` is written NAME=value."""

    user: str
    working_dir: str
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    environment: tuple[str, ...]
    exposed_ports: tuple[str, ...]
    volumes: tuple[str, ...]
    stop_signal: str
    labels: Mapping[str, str]


@attrs.frozen
class BuildLine:
    """A command to be run in `folder`: `words` for a process, `line` for the person's shell.

    `unknown` is what could not be told, and is left out, each as `what: reason`.
    """

    line: str
    words: tuple[str, ...]
    folder: str
    unknown: tuple[str, ...]


@attrs.frozen
class LayerRow:
    """A step of the build; `digest` is null where it made no layer, or nobody can tell which."""

    digest: str | None
    size: int
    instruction: str
    created: datetime | None
    shared_with: tuple[str, ...]


@attrs.frozen
class ImageLayers:
    """The layers, the newest first.

    `source` is `engine` (sizes are bytes on the disk) or `registry` (compressed); `base` the image
    it comes from, null where it cannot be told.
    """

    reference: str
    source: str
    platform: str | None
    size: int
    base: str | None
    layers: tuple[LayerRow, ...]

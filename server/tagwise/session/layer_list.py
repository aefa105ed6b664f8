"""The layers of an image, local or not, as one list: what made each, how big, shared with whom.

A local image's sizes are bytes on the disk and its digests those of the layers' content; a registry's
are compressed and of the blobs.  Does not know who was asked, nor how a list is printed.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum
from typing import Final

import attrs

from tagwise.engine.models import HistoryStep, ImageDetails
from tagwise.oci.image_config import HistoryEntry
from tagwise.registry.resolution import Resolution

_BASE_NAME: Final = "org.opencontainers.image.base.name"
_NO_OPERATION: Final = re.compile(r"^.*?/bin/sh -c #\(nop\)\s+")
_SHELL: Final = re.compile(r"^(?:RUN )?(?:\|\d+ .*?)?/bin/sh -c ")
_BUILDKIT: Final = re.compile(r"\s*# buildkit$")
_SHORT: Final = 12
_MAKES_LAYERS: Final = ("ADD", "COPY", "RUN", "WORKDIR")


class Place(Enum):
    ENGINE = "engine"
    REGISTRY = "registry"


@attrs.frozen
class Layer:
    """A step of the build; `digest` is None where it made no layer, or nobody can tell which."""

    instruction: str
    created: datetime | None
    size: int
    digest: str | None
    shared_with: tuple[str, ...] = ()


@attrs.frozen
class LayerList:
    """Steps, the newest first; `base` is empty where it cannot be told."""

    place: Place
    layers: tuple[Layer, ...]
    base: str = ""

    @property
    def size(self) -> int:
        return sum(each.size for each in self.layers)


def local_layers(
    details: ImageDetails, steps: tuple[HistoryStep, ...], others: Iterable[ImageDetails]
) -> LayerList:
    """Put together what an engine tells of an image; `steps` are the newest first."""
    others = tuple(each for each in others if each.id != details.id)
    oldest_first = steps[::-1]
    digests = iter(_digests(oldest_first, details.layers))
    rows: list[Layer] = []
    depth = 0
    for step in oldest_first:
        digest = next(digests)
        depth += digest is not None  # One content may well be several layers.
        shared = _sharing(details.layers[:depth], others) if digest else ()
        written = instruction(step.created_by) or step.comment
        rows.append(Layer(written, step.created, step.size, digest, tuple(shared)))
    base = _base(details, others) or details.labels.get(_BASE_NAME, "")
    return LayerList(Place.ENGINE, tuple(rows[::-1]), base)


def remote_layers(resolution: Resolution, local: Iterable[ImageDetails] = ()) -> LayerList:
    """Put together what a registry tells of the chosen image, from its configuration.

    Of the `local` images those share a layer that have the same content upon the same below.
    """
    chosen, config = resolution.chosen, resolution.config
    local = tuple(local)
    blobs = list((chosen.layers if chosen else None) or ())
    history = config.history if config else ()
    if sum(not each.empty_layer for each in history) != len(blobs):
        history = tuple(HistoryEntry(None, "", "", empty_layer=False) for _ in blobs)
    contents = tuple(map(str, config.diff_ids)) if config else ()
    contents = contents if len(contents) == len(blobs) else ()
    rows: list[Layer] = []
    depth = 0
    for entry in history:
        blob = None if entry.empty_layer else blobs.pop(0)
        depth += blob is not None
        shared = _sharing(contents[:depth], local) if blob and contents else ()
        rows.append(
            Layer(
                instruction(entry.created_by) or entry.comment,
                entry.created,
                blob.size if blob else 0,
                str(blob.digest) if blob else None,
                tuple(shared),
            )
        )
    # The image-spec puts it among the annotations; some builders write it as a label.
    said = {**(config.labels if config else {}), **resolution.annotations}
    return LayerList(Place.REGISTRY, tuple(rows[::-1]), said.get(_BASE_NAME, ""))


def instruction(created_by: str) -> str:
    """Write what made a layer as it stands in a Dockerfile, without the builders' additions."""
    text = _BUILDKIT.sub("", " ".join(created_by.split()))
    if _NO_OPERATION.match(text):
        return _NO_OPERATION.sub("", text)
    return _SHELL.sub("RUN ", text)


def _digests(steps: tuple[HistoryStep, ...], layers: tuple[str, ...]) -> Iterator[str | None]:
    """Give each step its layer: the engine does not say which made one, only how big it is.

    A layer may well be empty, so where the sizes do not tell, the instructions are asked.
    """
    by_size = [step.size > 0 for step in steps]
    by_word = [
        made or instruction(step.created_by).startswith(_MAKES_LAYERS)
        for made, step in zip(by_size, steps, strict=True)
    ]
    for made in (by_size, by_word, [True] * len(steps)):
        if sum(made) == len(layers):
            left = iter(layers)
            yield from (next(left) if each else None for each in made)
            return
    yield from (None for _ in steps)


def _sharing(chain: tuple[str, ...], others: Iterable[ImageDetails]) -> Iterator[str]:
    for other in others:
        if other.layers[: len(chain)] == chain:
            yield _name(other)


def _base(details: ImageDetails, others: Iterable[ImageDetails]) -> str:
    """Name the local image with the most of this one's lowest layers, and nothing else."""
    below = [
        other
        for other in others
        if other.tags
        and 0 < len(other.layers) < len(details.layers)
        and details.layers[: len(other.layers)] == other.layers
    ]
    return _name(max(below, key=lambda other: len(other.layers))) if below else ""


def _name(image: ImageDetails) -> str:
    return image.tags[0] if image.tags else image.id.rpartition(":")[2][:_SHORT]

"""Local images as `docker images` lists them: one row for each name, with docker's own fields.

Follows docker/cli, cli/command/formatter/image.go.  Does not know how rows are laid out.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import attrs

from tagwise.cli.docker_units import human_duration, human_size
from tagwise.engine.models import ImageSummary
from tagwise.oci.reference import as_reference

NONE: Final = "<none>"
NOT_COUNTED: Final = "N/A"
TITLES: Final = {
    "ID": "IMAGE ID",
    "Repository": "REPOSITORY",
    "Tag": "TAG",
    "Digest": "DIGEST",
    "CreatedSince": "CREATED",
    "CreatedAt": "CREATED AT",
    "Size": "SIZE",
    "Containers": "CONTAINERS",
    "VirtualSize": "SIZE",
    "SharedSize": "SHARED SIZE",
    "UniqueSize": "UNIQUE SIZE",
}
_SHORT: Final = 12


@attrs.frozen
class ImageRow:
    """One name of an image; `<none>` where a part of the name is missing."""

    image: ImageSummary
    repository: str = NONE
    tag: str = NONE
    digest: str = NONE

    def fields(self, now: datetime, *, truncates: bool) -> dict[str, str]:
        """Spell every field of docker's templates."""
        image = self.image
        shared = image.shared_size
        return {
            "ID": short_id(image.id) if truncates else image.id,
            "Repository": self.repository,
            "Tag": self.tag,
            "Digest": self.digest,
            "CreatedSince": f"{human_duration(now - image.created)} ago",
            "CreatedAt": image.created.astimezone().strftime("%Y-%m-%d %H:%M:%S %z %Z"),
            "Size": human_size(image.size),
            "Containers": NOT_COUNTED if image.containers is None else str(image.containers),
            "VirtualSize": human_size(image.size, precision=4),
            "SharedSize": NOT_COUNTED if shared is None else human_size(shared, precision=4),
            "UniqueSize": (
                NOT_COUNTED if shared is None else human_size(image.size - shared, precision=4)
            ),
        }


def image_rows(images: Iterable[ImageSummary], *, with_digests: bool) -> tuple[ImageRow, ...]:
    """List the rows, in the order of the images and of the names of each."""
    return tuple(row for image in images for row in _rows(image, with_digests=with_digests))


def short_id(identifier: str) -> str:
    return identifier.rpartition(":")[2][:_SHORT]


def _rows(image: ImageSummary, *, with_digests: bool) -> Iterator[ImageRow]:
    tagged = [each for each in map(as_reference, image.tags) if each is not None and each.tag]
    digests: dict[str, list[str]] = {}
    for reference in map(as_reference, image.digests):
        if reference is not None and reference.digest is not None:
            digests.setdefault(reference.familiar_name, []).append(str(reference.digest))
    if not tagged and not digests:
        yield ImageRow(image)
        return
    for reference in tagged:
        name, tag = reference.familiar_name, reference.tag or NONE
        for digest in digests.get(name, [NONE]) if with_digests else [NONE]:
            yield ImageRow(image, name, tag, digest)
    for name in digests.keys() - {each.familiar_name for each in tagged}:
        for digest in digests[name] if with_digests else [NONE]:
            yield ImageRow(image, name, digest=digest)

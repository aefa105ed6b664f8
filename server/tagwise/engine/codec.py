"""JSON as Docker 20 to 29, containerd's image store and Podman write it -> the types of `models.py`.

The only place that touches an engine's raw answers.  A field that is missing or of another type is
empty: engines differ, and no difference is an error.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from tagwise.engine.models import (
    ContainerSummary,
    EngineEvent,
    EngineInfo,
    EventKind,
    HistoryStep,
    ImageDetails,
    ImageSummary,
    LocalManifest,
    Pruned,
    RemovedImage,
)
from tagwise.oci.codec import read_config
from tagwise.oci.json_document import (
    JsonObject,
    as_object,
    list_field,
    object_field,
    parse_json,
    strings_field,
    text_field,
    words_field,
)
from tagwise.oci.platform import Platform

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FRACTION: Final = re.compile(r"\.(\d{6})\d+")
_KINDS: Final = {each.value: each for each in EventKind}
_MOST: Final = 2**63 - 1
_NOT_A_TAG: Final = "<none>:<none>"
_NOT_A_DIGEST: Final = "<none>@<none>"


def parse_items(body: bytes) -> tuple[JsonObject, ...]:
    """Read a list of objects; `null`, which Go writes for an empty one, has none.

    :raises InvalidManifest: if the bytes are no JSON.
    """
    return _objects({"items": parse_json(body)}, "items")


def read_info(document: JsonObject, *, api: str) -> EngineInfo:
    components = [text_field(each, "Name") for each in _objects(document, "Components")]
    is_podman = any("podman" in name.lower() for name in components)
    return EngineInfo(
        name="Podman" if is_podman else "Docker",
        version=text_field(document, "Version"),
        api=api,
        os=text_field(document, "Os"),
        architecture=text_field(document, "Arch"),
    )


def read_summary(document: JsonObject) -> ImageSummary:
    return ImageSummary(
        id=text_field(document, "Id"),
        tags=_names(document, "RepoTags"),
        digests=_names(document, "RepoDigests"),
        created=_instant(document.get("Created")) or _EPOCH,
        size=number_field(document, "Size") or number_field(document, "VirtualSize"),
        shared_size=_counted(document, "SharedSize"),
        containers=_counted(document, "Containers"),
        labels=strings_field(document, "Labels"),
        parent=text_field(document, "ParentId"),
        manifests=tuple(map(_manifest, _objects(document, "Manifests"))),
    )


def read_details(document: JsonObject) -> ImageDetails:
    metadata = object_field(document, "Metadata")
    return ImageDetails(
        id=text_field(document, "Id"),
        tags=_names(document, "RepoTags"),
        digests=_names(document, "RepoDigests"),
        created=_instant(document.get("Created")),
        size=number_field(document, "Size") or number_field(document, "VirtualSize"),
        platform=Platform(
            text_field(document, "Os"),
            text_field(document, "Architecture"),
            text_field(document, "Variant"),
            text_field(document, "OsVersion"),
        ).normalized(),
        layers=words_field(object_field(document, "RootFS"), "Layers"),
        pulled=_instant(metadata.get("LastTagTime")),
        parent=text_field(document, "Parent"),
        labels=strings_field(object_field(document, "Config"), "Labels"),
        config=read_config({"config": document.get("Config") or {}}),
    )


def read_step(document: JsonObject) -> HistoryStep:
    identity = text_field(document, "Id")
    return HistoryStep(
        id="" if identity == "<missing>" else identity,
        created=_instant(document.get("Created")) or _EPOCH,
        created_by=text_field(document, "CreatedBy"),
        size=number_field(document, "Size"),
        comment=text_field(document, "Comment"),
        tags=_names(document, "Tags"),
    )


def read_container(document: JsonObject) -> ContainerSummary:
    names = words_field(document, "Names")
    return ContainerSummary(
        id=text_field(document, "Id"),
        name=min(names, key=len, default="").lstrip("/"),
        image=text_field(document, "Image"),
        image_id=text_field(document, "ImageID"),
        state=text_field(document, "State"),
    )


def read_removed(items: tuple[JsonObject, ...]) -> RemovedImage:
    return RemovedImage(
        untagged=tuple(name for each in items if (name := text_field(each, "Untagged"))),
        deleted=tuple(name for each in items if (name := text_field(each, "Deleted"))),
    )


def read_pruned(document: JsonObject) -> Pruned:
    return Pruned(
        read_removed(_objects(document, "ImagesDeleted")), number_field(document, "SpaceReclaimed")
    )


def read_event(document: JsonObject) -> EngineEvent:
    actor = object_field(document, "Actor")
    return EngineEvent(
        action=text_field(document, "Action") or text_field(document, "status"),
        id=text_field(actor, "ID") or text_field(document, "id"),
        name=strings_field(actor, "Attributes").get("name", ""),
        time=_instant(document.get("time")) or _EPOCH,
        kind=_KINDS.get(text_field(document, "Type"), EventKind.OTHER),
    )


def number_field(fields: JsonObject, name: str) -> int:
    """Read a whole number that the API's int64 holds; anything else, and below zero, is zero."""
    return _counted(fields, name) or 0


def _counted(fields: JsonObject, name: str) -> int | None:
    """Read a count, which is -1 where the engine has not counted."""
    value = fields.get(name)
    return value if isinstance(value, int) and 0 <= value <= _MOST else None


def _names(fields: JsonObject, name: str) -> tuple[str, ...]:
    """Read names; engines before 24 write `<none>` where there are none."""
    absent = {_NOT_A_TAG, _NOT_A_DIGEST}
    return tuple(word for word in words_field(fields, name) if word not in absent)


def _manifest(document: JsonObject) -> LocalManifest:
    image = object_field(document, "ImageData")
    written = object_field(image, "Platform")
    platform = Platform(
        text_field(written, "os"),
        text_field(written, "architecture"),
        text_field(written, "variant"),
        text_field(written, "os.version"),
    ).normalized()
    return LocalManifest(
        digest=text_field(document, "ID"),
        platform=None if text_field(document, "Kind") != "image" else platform,
        available=document.get("Available") is True,
        size=number_field(object_field(document, "Size"), "Total"),
    )


def _objects(fields: JsonObject, name: str) -> tuple[JsonObject, ...]:
    return tuple(_each_object(list_field(fields, name)))


def _each_object(values: tuple[object, ...]) -> Iterator[JsonObject]:
    for value in values:
        if fields := as_object(value):
            yield fields


def _instant(value: object) -> datetime | None:
    """Read seconds since 1970, or a time in RFC 3339; Go's zero time is none."""
    try:
        if isinstance(value, int):
            return _EPOCH + timedelta(seconds=value)
        if not isinstance(value, str):
            return None
        written = datetime.fromisoformat(_FRACTION.sub(r".\1", value))
    except (ValueError, OverflowError):
        return None
    moment = written if written.tzinfo else written.replace(tzinfo=UTC)
    return moment if moment.year > 1 else None

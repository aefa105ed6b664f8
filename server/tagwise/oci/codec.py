"""Bytes to manifests, indexes and configurations: the only place that touches raw image JSON.

What the bytes say is hostile until it is read here: every field is looked at before it is used, and
a document that could be taken for two things is refused (image-spec, manifest.md and
image-index.md, "mediaType").  Does not know where the bytes came from, nor whether they have the
digest that was asked for.
"""

from datetime import UTC, datetime
from typing import Final

from tagwise.errors import InvalidDigest, InvalidManifest
from tagwise.oci import media_types
from tagwise.oci.digest import Digest
from tagwise.oci.image_config import HistoryEntry, ImageConfig
from tagwise.oci.json_document import (
    JsonObject,
    as_object,
    list_field,
    names_field,
    object_field,
    parse_object,
    strings_field,
    text_field,
    words_field,
)
from tagwise.oci.manifest import Descriptor, ImageIndex, ImageManifest
from tagwise.oci.platform import Platform

_LARGEST: Final = 2**63 - 1  # image-spec, descriptor.md: `size` is an int64.
_ZERO_TIME_YEAR: Final = 1


def decode_manifest(body: bytes, content_type: str | None) -> ImageIndex | ImageManifest:
    """Read a manifest or an index, whatever the content type calls it.

    :raises InvalidManifest: with a sentence on what the document is instead.
    """
    document = parse_object(body)
    declared = media_types.essence(text_field(document, "mediaType"))
    served = media_types.essence(content_type)
    _refuse_other_documents(document, declared, served)
    is_index = "manifests" in document
    for media_type in (declared, served):
        _refuse_contradiction(media_type, is_index=is_index)
    known = media_types.INDEXES if is_index else media_types.MANIFESTS
    default = media_types.OCI_INDEX if is_index else media_types.OCI_MANIFEST
    media_type = next((each for each in (declared, served) if each in known), default)
    if is_index:
        return ImageIndex(
            media_type=media_type,
            manifests=_descriptors(document, "manifests"),
            annotations=strings_field(document, "annotations"),
        )
    return ImageManifest(
        media_type=media_type,
        config=_descriptor(document.get("config"), "the configuration"),
        layers=_descriptors(document, "layers"),
        annotations=strings_field(document, "annotations"),
        artifact_type=text_field(document, "artifactType"),
    )


def decode_config(body: bytes) -> ImageConfig:
    """Read an image's configuration; fields that are missing or of an odd type are left empty.

    :raises InvalidManifest: if the bytes are no JSON object.
    """
    return read_config(parse_object(body))


def read_config(document: JsonObject) -> ImageConfig:
    """Read a configuration that is JSON already."""
    config = object_field(document, "config")
    return ImageConfig(
        platform=_platform(document),
        created=_time(document, "created"),
        author=text_field(document, "author"),
        user=text_field(config, "User"),
        working_dir=text_field(config, "WorkingDir"),
        entrypoint=words_field(config, "Entrypoint"),
        command=words_field(config, "Cmd"),
        shell=words_field(config, "Shell"),
        environment=words_field(config, "Env"),
        exposed_ports=names_field(config, "ExposedPorts"),
        volumes=names_field(config, "Volumes"),
        stop_signal=text_field(config, "StopSignal"),
        health_check=words_field(object_field(config, "Healthcheck"), "Test"),
        labels=strings_field(config, "Labels"),
        diff_ids=_diff_ids(object_field(document, "rootfs")),
        history=tuple(_history(as_object(entry)) for entry in list_field(document, "history")),
    )


def _refuse_other_documents(document: JsonObject, declared: str, served: str) -> None:
    is_schema_1 = "fsLayers" in document or document.get("schemaVersion") == 1
    if is_schema_1 or {declared, served} & media_types.SCHEMA_1:
        raise InvalidManifest(
            "this is a Docker schema 1 manifest, a format withdrawn years ago that current engines"
            " no longer pull: build or push the image again with a current tool"
        )
    if media_types.OCI_ARTIFACT in {declared, served} or "blobs" in document:
        raise InvalidManifest(
            "this is an OCI artifact manifest, a format withdrawn before image-spec 1.1:"
            " it is no container image"
        )
    if "manifests" in document and ("layers" in document or "config" in document):
        raise InvalidManifest(
            "the document is ambiguous: it claims to be an index (manifests) and an image"
            " (config, layers) at once"
        )
    if "manifests" not in document and "layers" not in document:
        raise InvalidManifest("the document is no image manifest: it has no manifests or layers")


def _refuse_contradiction(media_type: str, *, is_index: bool) -> None:
    others = media_types.MANIFESTS if is_index else media_types.INDEXES
    if media_type in others:
        what = "an index" if is_index else "an image manifest"
        raise InvalidManifest(f"the document is {what} but is called {media_type}")


def _descriptors(document: JsonObject, name: str) -> tuple[Descriptor, ...]:
    entries = document.get(name)
    if entries is None:  # Go writes an empty slice as null.
        return ()
    if not isinstance(entries, list):
        raise InvalidManifest(f"{name!r} is no list")
    numbered = enumerate(list_field(document, name), start=1)
    return tuple(_descriptor(entry, f"entry {number} of {name!r}") for number, entry in numbered)


def _descriptor(value: object, what: str) -> Descriptor:
    fields = as_object(value)
    size = fields.get("size")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= _LARGEST:
        raise InvalidManifest(f"{what} has no size")
    try:
        digest = Digest.parse(text_field(fields, "digest"))
    except InvalidDigest as error:
        raise InvalidManifest(f"{what}: {error}") from error
    return Descriptor(
        media_type=text_field(fields, "mediaType"),
        digest=digest,
        size=size,
        platform=_platform(object_field(fields, "platform")),
        annotations=strings_field(fields, "annotations"),
        artifact_type=text_field(fields, "artifactType"),
    )


def _platform(fields: JsonObject) -> Platform | None:
    platform = Platform(
        os=text_field(fields, "os"),
        architecture=text_field(fields, "architecture"),
        variant=text_field(fields, "variant"),
        os_version=text_field(fields, "os.version"),
        os_features=words_field(fields, "os.features"),
    )
    return platform.normalized() if platform.os and platform.architecture else None


def _diff_ids(rootfs: JsonObject) -> tuple[Digest, ...]:
    try:
        return tuple(Digest.parse(text) for text in words_field(rootfs, "diff_ids"))
    except InvalidDigest:
        return ()


def _history(entry: JsonObject) -> HistoryEntry:
    return HistoryEntry(
        created=_time(entry, "created"),
        created_by=text_field(entry, "created_by"),
        comment=text_field(entry, "comment"),
        empty_layer=entry.get("empty_layer") is True,
    )


def _time(fields: JsonObject, name: str) -> datetime | None:
    """Read an RFC 3339 time; Go's zero time means that nobody knows."""
    try:
        time = datetime.fromisoformat(text_field(fields, name))
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if time.year > _ZERO_TIME_YEAR else None

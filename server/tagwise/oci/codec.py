"""Bytes to manifests, indexes and configurations: the only place that touches raw image JSON.

What the bytes say is hostile until it is read here: nesting is bounded before it is parsed, every
field is looked at before it is used, and a document that could be taken for two things is refused
(image-spec, manifest.md and image-index.md, "mediaType").  Does not know where the bytes came from,
nor whether they have the digest that was asked for.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, TypeAlias, TypeGuard

from tagwise.errors import InvalidDigest, InvalidManifest
from tagwise.oci import media_types
from tagwise.oci.digest import Digest
from tagwise.oci.image_config import HistoryEntry, ImageConfig
from tagwise.oci.manifest import Descriptor, ImageIndex, ImageManifest
from tagwise.oci.platform import Platform

DEPTH_LIMIT: Final = 100
_BRACKETS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ZERO_TIME_YEAR: Final = 1

_Object: TypeAlias = Mapping[str, object]
_EMPTY: Final[_Object] = MappingProxyType({})


def decode_manifest(body: bytes, content_type: str | None) -> ImageIndex | ImageManifest:
    """Read a manifest or an index, whatever the content type calls it.

    :raises InvalidManifest: with a sentence on what the document is instead.
    """
    document = _document(body)
    declared = media_types.essence(_text(document, "mediaType"))
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
            annotations=_strings_by_name(document, "annotations"),
        )
    return ImageManifest(
        media_type=media_type,
        config=_descriptor(document.get("config"), "the configuration"),
        layers=_descriptors(document, "layers"),
        annotations=_strings_by_name(document, "annotations"),
        artifact_type=_text(document, "artifactType"),
    )


def decode_config(body: bytes) -> ImageConfig:
    """Read an image's configuration; fields that are missing or of an odd type are left empty.

    :raises InvalidManifest: if the bytes are no JSON object.
    """
    document = _document(body)
    config = _object(document.get("config"))
    return ImageConfig(
        platform=_platform(document),
        created=_time(document, "created"),
        author=_text(document, "author"),
        user=_text(config, "User"),
        working_dir=_text(config, "WorkingDir"),
        entrypoint=_words(config, "Entrypoint"),
        command=_words(config, "Cmd"),
        shell=_words(config, "Shell"),
        environment=_words(config, "Env"),
        exposed_ports=_names(config, "ExposedPorts"),
        volumes=_names(config, "Volumes"),
        stop_signal=_text(config, "StopSignal"),
        health_check=_words(_object(config.get("Healthcheck")), "Test"),
        labels=_strings_by_name(config, "Labels"),
        diff_ids=_diff_ids(_object(document.get("rootfs"))),
        history=tuple(_history(_object(entry)) for entry in _list(document, "history")),
    )


def decode_object(body: bytes) -> Mapping[str, object]:
    """Read any JSON object within the same bounds: a token, an error, a list of tags.

    :raises InvalidManifest: if the bytes are no JSON object.
    """
    return _document(body)


def _document(body: bytes) -> _Object:
    text = body.decode(errors="replace")
    _check_depth(text)
    try:
        document: object = json.loads(text)
    except ValueError as error:
        raise InvalidManifest("the document is no JSON") from error
    if not _is_object(document):
        raise InvalidManifest("the document is no JSON object")
    return document


def _check_depth(text: str) -> None:
    depth = 0
    for match in _BRACKETS.finditer(text):
        if match[0] in "[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                raise InvalidManifest(f"the document nests deeper than {DEPTH_LIMIT} levels")
        elif match[0] in "]}":
            depth -= 1


def _refuse_other_documents(document: _Object, declared: str, served: str) -> None:
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


def _descriptors(document: _Object, name: str) -> tuple[Descriptor, ...]:
    entries = document.get(name)
    if entries is None:  # Go writes an empty slice as null.
        return ()
    if not _is_list(entries):
        raise InvalidManifest(f"{name!r} is no list")
    numbered = enumerate(entries, start=1)
    return tuple(_descriptor(entry, f"entry {number} of {name!r}") for number, entry in numbered)


def _descriptor(value: object, what: str) -> Descriptor:
    fields = _object(value)
    size = fields.get("size")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise InvalidManifest(f"{what} has no size")
    try:
        digest = Digest.parse(_text(fields, "digest"))
    except InvalidDigest as error:
        raise InvalidManifest(f"{what}: {error}") from error
    return Descriptor(
        media_type=_text(fields, "mediaType"),
        digest=digest,
        size=size,
        platform=_platform(_object(fields.get("platform"))),
        annotations=_strings_by_name(fields, "annotations"),
        artifact_type=_text(fields, "artifactType"),
    )


def _platform(fields: _Object) -> Platform | None:
    platform = Platform(
        os=_text(fields, "os"),
        architecture=_text(fields, "architecture"),
        variant=_text(fields, "variant"),
        os_version=_text(fields, "os.version"),
        os_features=_words(fields, "os.features"),
    )
    return platform.normalized() if platform.os and platform.architecture else None


def _diff_ids(rootfs: _Object) -> tuple[Digest, ...]:
    try:
        return tuple(Digest.parse(text) for text in _words(rootfs, "diff_ids"))
    except InvalidDigest:
        return ()


def _history(entry: _Object) -> HistoryEntry:
    return HistoryEntry(
        created=_time(entry, "created"),
        created_by=_text(entry, "created_by"),
        comment=_text(entry, "comment"),
        empty_layer=entry.get("empty_layer") is True,
    )


def _time(fields: _Object, name: str) -> datetime | None:
    """Read an RFC 3339 time; Go's zero time means that nobody knows."""
    try:
        time = datetime.fromisoformat(_text(fields, name))
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if time.year > _ZERO_TIME_YEAR else None


def _is_object(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _object(value: object) -> _Object:
    return value if _is_object(value) else _EMPTY


def _list(fields: _Object, name: str) -> tuple[object, ...]:
    value = fields.get(name)
    return tuple(value) if _is_list(value) else ()


def _text(fields: _Object, name: str) -> str:
    value = fields.get(name)
    return _clean(value) if isinstance(value, str) else ""


def _words(fields: _Object, name: str) -> tuple[str, ...]:
    value = fields.get(name)
    if isinstance(value, str):
        return (_clean(value),)
    return tuple(_clean(word) for word in _list(fields, name) if isinstance(word, str))


def _names(fields: _Object, name: str) -> tuple[str, ...]:
    return tuple(_clean(key) for key in _object(fields.get(name)))


def _strings_by_name(fields: _Object, name: str) -> Mapping[str, str]:
    return MappingProxyType(
        {
            _clean(key): _clean(value)
            for key, value in _object(fields.get(name)).items()
            if isinstance(value, str)
        }
    )


def _clean(text: str) -> str:
    """Replace the lone surrogates that JSON can spell and no encoding can write."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)

"""What the embedded registry holds: repositories of blobs, manifests and tags, and open uploads.

Everything is in memory.  A manifest is kept as the bytes that came; what it points at is read from
them leniently, so that tests can store what no client would push.
Does not know HTTP, nor who may do what.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Final, Self, cast

import attrs

from tagwise.oci.digest import Digest

UPLOADS_LIMIT: Final = 1_000
"""Uploads open at once: the oldest gives way, as registries purge those that were given up."""


@attrs.frozen
class Link:
    """A descriptor as a manifest writes it; `digest` is text, for it may be none."""

    digest: str
    media_type: str | None
    elsewhere: bool
    """It names `urls` to get the content from, so the registry need not have it."""


@attrs.frozen
class StoredManifest:
    """A manifest or index as pushed, with what the registry reads from it."""

    digest: Digest
    media_type: str
    body: bytes = attrs.field(repr=False)
    is_object: bool = True
    stated_media_type: str | None = None
    artifact_type: str | None = None
    subject: Link | None = None
    config: Link | None = None
    layers: tuple[Link, ...] = ()
    manifests: tuple[Link, ...] = ()
    annotations: Mapping[str, str] = attrs.field(factory=dict[str, str])

    @classmethod
    def of(cls, digest: Digest, media_type: str, body: bytes) -> Self:
        parsed = _json(body)
        document = _object(parsed)
        config = _link(document.get("config"))
        artifact_type = _text(document.get("artifactType"))
        return cls(
            digest=digest,
            media_type=media_type,
            body=body,
            is_object=isinstance(parsed, dict),
            stated_media_type=_text(document.get("mediaType")),
            artifact_type=artifact_type or (config.media_type if config else None),
            subject=_link(document.get("subject")),
            config=config,
            layers=_links(document.get("layers")),
            manifests=_links(document.get("manifests")),
            annotations=_texts(document.get("annotations")),
        )


@attrs.define
class Repository:
    """`tags` may only name digests in `manifests`."""

    blobs: dict[Digest, bytes] = attrs.field(factory=dict[Digest, bytes])
    manifests: dict[Digest, StoredManifest] = attrs.field(factory=dict[Digest, StoredManifest])
    tags: dict[str, Digest] = attrs.field(factory=dict[str, Digest])

    def find(self, reference: str | Digest) -> StoredManifest | None:
        """Look up a manifest by its tag (text) or its digest."""
        digest = self.tags.get(reference) if isinstance(reference, str) else reference
        return self.manifests.get(digest) if digest else None

    def remove(self, reference: str | Digest) -> bool:
        """Remove a tag, or a manifest with every tag on it; say whether there was one."""
        if isinstance(reference, str):
            return self.tags.pop(reference, None) is not None
        self.tags = {tag: digest for tag, digest in self.tags.items() if digest != reference}
        return self.manifests.pop(reference, None) is not None

    def missing_from(self, manifest: StoredManifest) -> Iterable[Link]:
        """Tell what `manifest` is made of and this repository lacks; a subject may be absent."""
        blobs = {str(digest) for digest in self.blobs}
        manifests = {str(digest) for digest in self.manifests}
        for blob in (*filter(None, (manifest.config,)), *manifest.layers):
            if blob.digest not in blobs and not blob.elsewhere:
                yield blob
        yield from (child for child in manifest.manifests if child.digest not in manifests)

    def referrers(self, subject: Digest) -> tuple[StoredManifest, ...]:
        return tuple(
            manifest
            for manifest in self.manifests.values()
            if manifest.subject and manifest.subject.digest == str(subject)
        )


@attrs.define
class RegistryStore:
    """Repositories by name, and uploads by repository and session."""

    repositories: dict[str, Repository] = attrs.field(factory=dict[str, Repository])
    uploads: dict[tuple[str, str], bytearray] = attrs.field(
        factory=dict[tuple[str, str], bytearray]
    )

    def repository(self, name: str) -> Repository:
        """Give the repository, made if it is new: a push needs no other preparation."""
        return self.repositories.setdefault(name, Repository())

    def open_upload(self, name: str) -> str:
        while len(self.uploads) >= UPLOADS_LIMIT:
            del self.uploads[next(iter(self.uploads))]
        session = str(uuid.uuid4())
        self.uploads[name, session] = bytearray()
        return session


def _json(body: bytes) -> object:
    try:
        return cast("object", json.loads(body))
    except (ValueError, RecursionError):
        return None


def _object(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> Mapping[str, str]:
    return {key: text for key, text in _object(value).items() if isinstance(text, str)}


def _link(value: object) -> Link | None:
    descriptor = _object(value)
    digest = _text(descriptor.get("digest"))
    if digest is None:
        return None
    return Link(digest, _text(descriptor.get("mediaType")), elsewhere=bool(descriptor.get("urls")))


def _links(value: object) -> tuple[Link, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return tuple(link for link in map(_link, items) if link)

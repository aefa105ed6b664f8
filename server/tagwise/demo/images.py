"""Builds images like those on public registries: real layers, true digests, no network.

An image is described by a `Recipe` and comes out as the bytes that a registry stores: layers that
are gzip'ed tars of a file that does not compress, configurations with history, manifests, and an
index with one BuildKit attestation per platform.  The same recipe makes the same bytes.
Follows the OCI image specification and, for attestations, BuildKit's "Image attestation storage".
Does not know which images there are, nor where they go.
"""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final, Self

import attrs

from tagwise.oci import media_types
from tagwise.oci.digest import Digest
from tagwise.oci.platform import LINUX_AMD64, Platform

_OCI_LAYER: Final = "application/vnd.oci.image.layer.v1.tar+gzip"
_DOCKER_LAYER: Final = "application/vnd.docker.image.rootfs.diff.tar.gzip"
_IN_TOTO: Final = "application/vnd.in-toto+json"
_PROVENANCE: Final = "https://slsa.dev/provenance/v0.2"
_SPDX: Final = "https://spdx.dev/Document"
_UNKNOWN: Final = Platform("unknown", "unknown")
_STEP_TIME: Final = timedelta(seconds=7)

_Document = dict[str, object]


class Flavour(Enum):
    """Whose media types: the values are those of index, manifest, configuration and layer."""

    OCI = (
        media_types.OCI_INDEX,
        media_types.OCI_MANIFEST,
        media_types.OCI_CONFIG,
        _OCI_LAYER,
    )
    DOCKER = (
        media_types.DOCKER_INDEX,
        media_types.DOCKER_MANIFEST,
        media_types.DOCKER_CONFIG,
        _DOCKER_LAYER,
    )


@attrs.frozen
class Step:
    """An instruction, and how many bytes it adds: 0 makes no layer.

    Steps of the same instruction, size and `origin` make the same layer on the same platform: so
    images share their base.  Without an origin it is the recipe's name.
    """

    instruction: str
    size: int = 0
    origin: str = ""


@attrs.frozen
class Recipe:
    """What an image is made of; `created` is that of its last step.

    `attested` adds BuildKit's provenance, one manifest per platform, with a bill of materials of so
    many `packages`; Docker's media types are older than that and have none.
    """

    name: str
    created: datetime
    steps: tuple[Step, ...]
    platforms: tuple[Platform, ...] = (LINUX_AMD64,)
    flavour: Flavour = Flavour.OCI
    attested: bool = True
    packages: int = 0
    user: str = ""
    working_directory: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    labels: Mapping[str, str] = attrs.field(factory=dict[str, str])
    annotations: Mapping[str, str] = attrs.field(factory=dict[str, str])


@attrs.frozen
class Content:
    """A blob or a manifest, as a registry stores it."""

    media_type: str
    body: bytes = attrs.field(repr=False)
    digest: Digest

    @classmethod
    def of(cls, media_type: str, body: bytes) -> Self:
        return cls(media_type, body, Digest.of(body))

    @classmethod
    def of_document(cls, media_type: str, document: _Document) -> Self:
        return cls.of(media_type, json.dumps(document, indent=2).encode())

    def descriptor(self) -> _Document:
        return {"mediaType": self.media_type, "digest": str(self.digest), "size": len(self.body)}


@attrs.frozen
class BuiltImage:
    """All that is to be pushed, in an order that a registry accepts.

    `manifests` ends with the one that a tag names; `platforms` are the digests of those that run.
    """

    blobs: tuple[Content, ...]
    manifests: tuple[Content, ...]
    platforms: Mapping[Platform, Digest]

    @property
    def top(self) -> Content:
        return self.manifests[-1]

    @property
    def digest(self) -> Digest:
        """What `repository@…` pins."""
        return self.top.digest


def build_image(recipe: Recipe) -> BuiltImage:
    """Build an index of all platforms of the recipe."""
    images = {platform: build_single(recipe, platform) for platform in recipe.platforms}
    entries = [
        _entry(image.top, platform, recipe.annotations) for platform, image in images.items()
    ]
    parts = list(images.values())
    if recipe.attested and recipe.flavour is Flavour.OCI:
        for platform, image in images.items():
            attestation = _build_attestation(recipe, platform, image.digest)
            parts.append(attestation)
            entries.append(_attestation_entry(attestation.top, image.digest))
    index_type = recipe.flavour.value[0]
    index = Content.of_document(
        index_type, {"schemaVersion": 2, "mediaType": index_type, "manifests": entries}
    )
    return BuiltImage(
        blobs=_distinct(blob for part in parts for blob in part.blobs),
        manifests=(*_distinct(part.top for part in parts), index),
        platforms={platform: image.digest for platform, image in images.items()},
    )


def build_single(recipe: Recipe, platform: Platform) -> BuiltImage:
    """Build the image of one platform, without an index."""
    _, manifest_type, config_type, layer_type = recipe.flavour.value
    tars = [_tar(recipe, step, platform) for step in recipe.steps if step.size]
    layers = [Content.of(layer_type, _gzip(tar)) for tar in tars]
    document = _config(recipe, platform, [str(Digest.of(tar)) for tar in tars])
    config = Content.of_document(config_type, document)
    manifest = _manifest(manifest_type, config, [layer.descriptor() for layer in layers])
    return BuiltImage((config, *_distinct(layers)), (manifest,), {platform: manifest.digest})


def build_artifact(config: Content, *layers: Content) -> BuiltImage:
    """Pack what is no image, such as a Helm chart: its kind is the configuration's media type."""
    descriptors = [layer.descriptor() for layer in layers]
    manifest = _manifest(media_types.OCI_MANIFEST, config, descriptors)
    return BuiltImage((config, *layers), (manifest,), {})


def build_signature(subject: Content) -> BuiltImage:
    """Pack a signature of `subject` that refers to it, as cosign does; nobody could verify it."""
    claim: _Document = {
        "critical": {
            "type": "cosign container image signature",
            "image": {"docker-manifest-digest": str(subject.digest)},
        }
    }
    layer = Content.of_document("application/vnd.dev.cosign.simplesigning.v1+json", claim)
    config = Content.of_document(media_types.OCI_CONFIG, {})
    document: _Document = {
        "schemaVersion": 2,
        "mediaType": media_types.OCI_MANIFEST,
        "artifactType": "application/vnd.dev.cosign.artifact.sig.v1+json",
        "config": config.descriptor(),
        "layers": [layer.descriptor()],
        "subject": subject.descriptor(),
    }
    manifest = Content.of_document(media_types.OCI_MANIFEST, document)
    return BuiltImage((config, layer), (manifest,), {})


def _build_attestation(recipe: Recipe, platform: Platform, subject: Digest) -> BuiltImage:
    predicates = {_PROVENANCE: _provenance(recipe)}
    if recipe.packages:
        predicates[_SPDX] = _spdx(recipe)
    layers: list[Content] = []
    descriptors: list[_Document] = []
    for predicate_type, predicate in predicates.items():
        statement: _Document = {
            "_type": "https://in-toto.io/Statement/v0.1",
            "predicateType": predicate_type,
            "subject": [
                {"name": f"{recipe.name} {platform}", "digest": {subject.algorithm: subject.hex}}
            ],
            "predicate": predicate,
        }
        layer = Content.of_document(_IN_TOTO, statement)
        annotations = {"in-toto.io/predicate-type": predicate_type}
        layers.append(layer)
        descriptors.append({**layer.descriptor(), "annotations": annotations})
    config = Content.of_document(
        media_types.OCI_CONFIG,
        {
            "architecture": _UNKNOWN.architecture,
            "os": _UNKNOWN.os,
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [str(layer.digest) for layer in layers]},
        },
    )
    manifest = _manifest(media_types.OCI_MANIFEST, config, descriptors)
    return BuiltImage((config, *layers), (manifest,), {})


def _provenance(recipe: Recipe) -> _Document:
    """Say what BuildKit does of a build from a checkout (its docs, "SLSA definitions")."""
    said = {**recipe.annotations, **recipe.labels}
    source = said.get("org.opencontainers.image.source")
    revision = said.get("org.opencontainers.image.revision")
    predicate: _Document = {"buildType": "https://mobyproject.org/buildkit@v1"}
    if source and revision:
        run = f"{source.removesuffix('.git')}/actions/runs/{int(revision[:8], 16)}"
        vcs = {"vcs": {"source": source, "revision": revision}}
        predicate["builder"] = {"id": run}
        predicate["metadata"] = {"https://mobyproject.org/buildkit@v1#metadata": vcs}
    return predicate


def _spdx(recipe: Recipe) -> _Document:
    return {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "dataLicense": "CC0-1.0",
        "name": recipe.name,
        "packages": [
            {"SPDXID": f"SPDXRef-Package-{number}", "name": f"package-{number}"}
            for number in range(1, recipe.packages + 1)
        ],
    }


def _entry(manifest: Content, platform: Platform, annotations: Mapping[str, str]) -> _Document:
    entry = {**manifest.descriptor(), "platform": _platform(platform)}
    return {**entry, "annotations": dict(annotations)} if annotations else entry


def _attestation_entry(attestation: Content, subject: Digest) -> _Document:
    annotations = {
        "vnd.docker.reference.digest": str(subject),
        "vnd.docker.reference.type": "attestation-manifest",
    }
    return _entry(attestation, _UNKNOWN, annotations)


def _manifest(media_type: str, config: Content, layers: list[_Document]) -> Content:
    document: _Document = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": config.descriptor(),
        "layers": layers,
    }
    return Content.of_document(media_type, document)


def _config(recipe: Recipe, platform: Platform, diff_ids: list[str]) -> _Document:
    settings: _Document = {
        "User": recipe.user,
        "ExposedPorts": {port: {} for port in recipe.ports},
        "Env": list(recipe.environment),
        "Entrypoint": list(recipe.entrypoint),
        "Cmd": list(recipe.command),
        "Volumes": {volume: {} for volume in recipe.volumes},
        "WorkingDir": recipe.working_directory,
        "Labels": dict(recipe.labels),
    }
    return {
        **_platform(platform),
        "created": _timestamp(recipe.created),
        "config": {name: setting for name, setting in settings.items() if setting},
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": _history(recipe),
    }


def _history(recipe: Recipe) -> list[_Document]:
    history: list[_Document] = []
    for left, step in zip(reversed(range(len(recipe.steps))), recipe.steps, strict=True):
        entry: _Document = {
            "created": _timestamp(recipe.created - left * _STEP_TIME),
            "created_by": step.instruction,
            "comment": "buildkit.dockerfile.v0",
        }
        history.append(entry if step.size else {**entry, "empty_layer": True})
    return history


def _platform(platform: Platform) -> _Document:
    document: _Document = {"architecture": platform.architecture, "os": platform.os}
    if platform.variant:
        document["variant"] = platform.variant
    if platform.os_version:
        document["os.version"] = platform.os_version
    return document


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _tar(recipe: Recipe, step: Step, platform: Platform) -> bytes:
    """Pack one file of `step.size` bytes that no compression makes smaller."""
    seed = f"{step.origin or recipe.name}\n{step.instruction}\n{platform}".encode()
    content = hashlib.shake_128(seed).digest(step.size)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        member = tarfile.TarInfo(f"usr/lib/{hashlib.sha256(seed).hexdigest()[:12]}.bin")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def _gzip(content: bytes) -> bytes:
    """Store in gzip's format: packing harder gains nothing, and differs between zlib versions."""
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=0, fileobj=packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()


def _distinct(contents: Iterable[Content]) -> tuple[Content, ...]:
    return tuple({content.digest: content for content in contents}.values())

"""The media types of manifests and configurations, and what they say is inside.

From the OCI image-spec (media-types.md) and Docker's older names for the same things (distribution,
`manifest-v2-2.md`).  Does not read documents: that is `codec.py`.
"""

from enum import Enum
from typing import Final

OCI_INDEX: Final = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG: Final = "application/vnd.oci.image.config.v1+json"
OCI_ARTIFACT: Final = "application/vnd.oci.artifact.manifest.v1+json"
DOCKER_INDEX: Final = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST: Final = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG: Final = "application/vnd.docker.container.image.v1+json"
OCTET_STREAM: Final = "application/octet-stream"

INDEXES: Final = frozenset({OCI_INDEX, DOCKER_INDEX})
MANIFESTS: Final = frozenset({OCI_MANIFEST, DOCKER_MANIFEST})
SCHEMA_1: Final = frozenset(
    {
        "application/vnd.docker.distribution.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
    }
)
ACCEPT: Final = f"{OCI_INDEX}, {DOCKER_INDEX}, {OCI_MANIFEST}, {DOCKER_MANIFEST}"
"""What a manifest request accepts; Quay answers schema 1 to anything less."""


class ArtifactKind(Enum):
    """What a manifest packs; the value is the word for a person."""

    IMAGE = "image"
    HELM_CHART = "Helm chart"
    WASM = "WebAssembly module"
    SIGNATURE = "signature"
    ATTESTATION = "attestation"
    SBOM = "software bill of materials"
    PLUGIN = "Docker plugin"
    COMPOSE = "Compose application"
    MODEL = "AI model"
    OTHER = "artifact"


# Docker 1.10 pushed configurations as octet-stream.
_IMAGE_CONFIGS: Final = frozenset({OCI_CONFIG, DOCKER_CONFIG, OCTET_STREAM})
_ARTIFACTS: Final = (
    ("application/vnd.cncf.helm.", ArtifactKind.HELM_CHART),
    ("application/vnd.wasm.", ArtifactKind.WASM),
    ("application/vnd.module.wasm.", ArtifactKind.WASM),
    ("application/wasm", ArtifactKind.WASM),
    ("application/vnd.dev.cosign.artifact.sbom.", ArtifactKind.SBOM),
    ("application/vnd.dev.cosign.", ArtifactKind.SIGNATURE),
    ("application/vnd.dev.sigstore.bundle", ArtifactKind.SIGNATURE),
    ("application/vnd.cncf.notary.signature", ArtifactKind.SIGNATURE),
    ("application/vnd.in-toto", ArtifactKind.ATTESTATION),
    ("application/vnd.dsse.envelope.", ArtifactKind.ATTESTATION),
    ("application/spdx", ArtifactKind.SBOM),
    ("text/spdx", ArtifactKind.SBOM),
    ("application/vnd.cyclonedx", ArtifactKind.SBOM),
    ("application/vnd.docker.plugin.", ArtifactKind.PLUGIN),
    ("application/vnd.docker.compose.", ArtifactKind.COMPOSE),
    ("application/vnd.docker.ai.", ArtifactKind.MODEL),
    ("application/vnd.ollama.", ArtifactKind.MODEL),
)


def essence(content_type: str | None) -> str:
    """Strip a content type of its parameters and of its case (RFC 9110, 8.3.1)."""
    return (content_type or "").partition(";")[0].strip().lower()


def artifact_kind(*, artifact_type: str, config: str, layers: tuple[str, ...]) -> ArtifactKind:
    """Tell what a manifest packs (image-spec, manifest.md, "Guidelines for Artifact Usage").

    The layers are asked too, because cosign and BuildKit put signatures and attestations under an
    image's configuration.
    """
    for media_type in (artifact_type, config, *layers[:1]):
        for prefix, kind in _ARTIFACTS:
            if media_type.lower().startswith(prefix):
                return kind
    is_image = config.lower() in _IMAGE_CONFIGS and not artifact_type
    return ArtifactKind.IMAGE if is_image else ArtifactKind.OTHER

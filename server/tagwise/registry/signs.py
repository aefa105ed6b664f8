"""Where the signs of trust on an image are, and what they come to.

BuildKit puts attestations into the image's own index; cosign, notation and GitHub attach artifacts
to the index or to the image of one platform.  A conversation as in `chain.py`: it yields what it
wants to read next and is sent what was found.  Does not know where that comes from, nor verify
anything.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import attrs

from tagwise.oci import media_types
from tagwise.oci.digest import Digest
from tagwise.oci.in_toto import is_worth_reading, placeholder
from tagwise.oci.manifest import Descriptor, ImageIndex, ImageManifest
from tagwise.oci.media_types import ArtifactKind, artifact_kind
from tagwise.oci.trust import (
    COSIGN_SIGNATURE,
    OtherStatement,
    Provenance,
    Sbom,
    Signature,
    SignatureKind,
    Statement,
    TrustSigns,
    Unread,
)
from tagwise.registry.artifacts import STATEMENT_LIMIT
from tagwise.registry.chain import WantedManifest
from tagwise.registry.referrers import Referrers

MANIFESTS: Final = 8
STATEMENTS: Final = 16
STATEMENTS_LIMIT: Final = 32 * 1024 * 1024

_SUBJECT: Final = "vnd.docker.reference.digest"
_BUNDLE: Final = "application/vnd.dev.sigstore.bundle"
_BUNDLE_CONTENT: Final = "dev.sigstore.bundle.content"
_NOTATION: Final = "application/vnd.cncf.notary.signature"
_PREDICATES: Final = (
    "in-toto.io/predicate-type",  # BuildKit
    "predicateType",  # cosign, by tag
    "dev.sigstore.bundle.predicateType",
)
# Types that tell nothing.  GHCR's stand-in for the API gives the configuration's for the artifact's.
_MUTE: Final = frozenset(
    {"", "application/vnd.oci.empty.v1+json", media_types.OCI_CONFIG, media_types.DOCKER_CONFIG}
)
_BUILDKIT: Final = "application/vnd.docker.attestation.manifest.v1+json"
_STATING: Final = frozenset({ArtifactKind.ATTESTATION, ArtifactKind.SBOM})
_CUT: Final = f"only the first {MANIFESTS} artifacts about it were read"


@attrs.frozen
class WantedReferrers:
    """What refers to `subject`."""

    subject: Digest


@attrs.frozen
class WantedStatement:
    """What the document `descriptor` points at states."""

    descriptor: Descriptor


@attrs.frozen
class Missing:
    """Nothing was found, for this reason; `is_lost` where the registry says it is not there."""

    why: str
    is_lost: bool = False


Wanted: TypeAlias = WantedManifest | WantedReferrers | WantedStatement
Found: TypeAlias = ImageIndex | ImageManifest | Referrers | Statement | Missing
Reading: TypeAlias = Generator[tuple[Wanted, ...], tuple[Found, ...], TrustSigns]


@attrs.frozen
class _Artifact:
    """What is about `subject`, or a document in it, as far as it is known by its types."""

    subject: Digest
    descriptor: Descriptor
    type: str
    predicate_type: str

    @property
    def is_stating(self) -> bool:
        return _kind(self.type) in _STATING or self.type.startswith(_BUNDLE)


_Sign: TypeAlias = Signature | Statement


def read_signs(root: Digest, image: Digest | None) -> Reading:
    """Find the signs on the index or manifest `root`, and on one platform's `image` in it."""
    subjects = tuple(dict.fromkeys(each for each in (root, image) if each))
    index, *lists = yield (_manifest(root), *map(WantedReferrers, subjects))
    artifacts = dict(_in_index(index, image))
    for subject, found in zip(subjects, lists, strict=True):
        artifacts |= _referring(subject, found)
    untold = [each for each in artifacts.values() if _told(each) is None]
    manifests = yield tuple(_manifest(each.descriptor.digest) for each in untold[:MANIFESTS])
    signs = [sign for sign in map(_told, artifacts.values()) if sign is not None]
    documents: list[_Artifact] = []
    missing: list[Digest] = []
    for artifact, manifest in zip(untold, manifests, strict=False):
        if isinstance(manifest, ImageManifest):
            opened = _opened(artifact, manifest)
            told = _told(opened)
            signs += [] if told is None else [told]
            documents += [] if told is not None else _documents(opened, manifest)
        elif _is_lost(manifest):
            missing.append(artifact.descriptor.digest)
        else:
            signs.append(_untold(artifact, Unread.NOT_FETCHED))
    wanted = tuple(_wanted(documents))
    stated = yield tuple(WantedStatement(each.descriptor) for each in wanted)
    answers = dict(zip(wanted, stated, strict=True))
    signs += (_stated(each, answers.get(each)) for each in documents)
    parts = (each for each in (*manifests, *stated) if not _is_lost(each))
    missed = _missed((index, *lists, *parts))
    return _sorted(signs, missing, missed or (_CUT if len(untold) > MANIFESTS else ""))


def _is_lost(found: Found) -> bool:
    return isinstance(found, Missing) and found.is_lost


def _manifest(digest: Digest) -> WantedManifest:
    return WantedManifest(Descriptor("", digest, 0))


def _in_index(index: Found, image: Digest | None) -> Iterator[tuple[Digest, _Artifact]]:
    """List what BuildKit put next to the image (its docs, "Image attestation storage")."""
    if isinstance(index, ImageIndex) and image is not None:
        for each in index.attestations:
            if each.annotations.get(_SUBJECT) == str(image):
                yield each.digest, _Artifact(image, each, _BUILDKIT, "")


def _referring(subject: Digest, found: Found) -> dict[Digest, _Artifact]:
    if not isinstance(found, Referrers):
        return {}
    return {
        each.digest: _Artifact(subject, each, each.artifact_type, _predicate(each.annotations))
        for each in found.descriptors
    }


def _predicate(annotations: Mapping[str, str]) -> str:
    return next(filter(None, (annotations.get(name) for name in _PREDICATES)), "")


def _kind(media_type: str) -> ArtifactKind:
    return artifact_kind(artifact_type=media_type, config="", layers=())


def _told(artifact: _Artifact) -> _Sign | None:
    """Return what the types alone tell; None where the artifact has to be read."""
    if artifact.type.startswith(_NOTATION):
        return Signature(SignatureKind.NOTATION, artifact.subject)
    if artifact.type.startswith(_BUNDLE):
        return _told_of_bundle(artifact)
    if _kind(artifact.type) is ArtifactKind.SIGNATURE:
        return Signature(SignatureKind.COSIGN, artifact.subject)
    if artifact.is_stating or artifact.type in _MUTE or artifact.type == _BUILDKIT:
        return None
    return OtherStatement(artifact.type)


def _told_of_bundle(artifact: _Artifact) -> _Sign | None:
    if artifact.predicate_type == COSIGN_SIGNATURE:
        return Signature(SignatureKind.COSIGN, artifact.subject)
    if artifact.descriptor.annotations.get(_BUNDLE_CONTENT) == "message-signature":
        return Signature(SignatureKind.SIGSTORE, artifact.subject)
    return None


def _opened(artifact: _Artifact, manifest: ImageManifest) -> _Artifact:
    """Return what the manifest says the artifact is, for lists leave that out."""
    first = manifest.layers[0].media_type if manifest.layers else ""
    types = (manifest.artifact_type, manifest.config.media_type, first, artifact.type)
    kind = next((each for each in types if each not in _MUTE), "")
    predicate = _predicate(manifest.annotations) or artifact.predicate_type
    return attrs.evolve(artifact, type=kind, predicate_type=predicate)


def _documents(artifact: _Artifact, manifest: ImageManifest) -> list[_Artifact]:
    """List the documents in an artifact; what else it packs is none of our business."""
    return [
        _Artifact(
            artifact.subject,
            layer,
            layer.media_type if _kind(layer.media_type) in _STATING else artifact.type,
            _predicate(layer.annotations) or artifact.predicate_type,
        )
        for layer in manifest.layers
        if artifact.is_stating or _kind(layer.media_type) in _STATING
    ]


def _wanted(documents: list[_Artifact]) -> Iterator[_Artifact]:
    """Choose what is read: as many, and as much together, as nobody has to wait long for."""
    count, room = STATEMENTS, STATEMENTS_LIMIT
    for each in documents:
        size = each.descriptor.size
        is_of_use = not each.predicate_type or is_worth_reading(each.predicate_type)
        if is_of_use and count and size <= min(STATEMENT_LIMIT, room):
            count, room = count - 1, room - size
            yield each


def _stated(document: _Artifact, found: Found | None) -> _Sign:
    match found:
        case OtherStatement(type="") if document.type.startswith(_BUNDLE):
            return Signature(SignatureKind.SIGSTORE, document.subject)
        case OtherStatement(type=kind) if kind == COSIGN_SIGNATURE:
            return Signature(SignatureKind.COSIGN, document.subject)
        case Sbom() | Provenance() | OtherStatement():
            return found
        case Unread():
            return _untold(document, found)
        case Missing(is_lost=True):
            return _untold(document, Unread.MISSING)
        case _:
            is_large = document.descriptor.size > STATEMENT_LIMIT
            return _untold(document, Unread.TOO_LARGE if is_large else Unread.NOT_FETCHED)


def _untold(artifact: _Artifact, why: Unread) -> Statement:
    """Tell what the types tell of something that was not read."""
    if artifact.predicate_type:
        return placeholder(artifact.predicate_type, why)
    return (
        Sbom("", why)
        if _kind(artifact.type) is ArtifactKind.SBOM
        else OtherStatement(artifact.type)
    )


def _missed(found: Iterable[Found]) -> str:
    """Say why there may be more than was found."""
    for each in found:
        match each:
            case Missing(why) | Referrers(missed=why) if why:
                return why
            case _:
                pass
    return ""


def _sorted(signs: list[_Sign], missing: list[Digest], missed: str) -> TrustSigns:
    """Put signs in order, the same one once."""
    return TrustSigns(
        sboms=tuple(each for each in signs if isinstance(each, Sbom)),
        provenances=tuple(each for each in signs if isinstance(each, Provenance | Unread)),
        signatures=tuple(dict.fromkeys(each for each in signs if isinstance(each, Signature))),
        others=tuple(
            dict.fromkeys(each.type for each in signs if isinstance(each, OtherStatement))
        ),
        missing=tuple(missing),
        missed=missed,
    )

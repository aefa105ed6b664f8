"""Attestations: in-toto statements, the envelopes around them, and bills of materials on their own.

Reads the in-toto attestation framework (Statement v0.1 and v1), DSSE envelopes, sigstore bundles,
SLSA provenance v0.1 to v1 as BuildKit, GitHub and others fill it in, SPDX 2 and 3, and CycloneDX.
What a document is, its shape tells: media types of attestations are chosen freely.
Does not verify anything, nor know which image a statement is about.
"""

import base64
import binascii
import re
from typing import Final

from tagwise.errors import InvalidManifest
from tagwise.oci.json_document import (
    JsonObject,
    as_object,
    list_field,
    object_field,
    parse_object,
    text_field,
)
from tagwise.oci.trust import OtherStatement, Provenance, Sbom, Statement, Unread

_SPDX: Final = "SPDX"
_CYCLONEDX: Final = "CycloneDX"
_SBOMS: Final = {
    "https://spdx.dev/Document": _SPDX,
    "https://cyclonedx.org/bom": _CYCLONEDX,
    "http://cyclonedx.org/bom": _CYCLONEDX,
}
_PROVENANCE: Final = "https://slsa.dev/provenance/"
_BUILDKIT: Final = "https://mobyproject.org/buildkit@v1#metadata"
_COMMITS: Final = ("gitCommit", "sha1", "sha256")
_TEXT_LENGTH: Final = 1000
_TEXT_PACKAGE: Final = re.compile(rb"^PackageName:", re.MULTILINE)
_REF: Final = re.compile(r"@(?=refs/|[0-9a-f]{40})|#")


def decode_statement(body: bytes) -> Statement:
    """Read what a document states.

    :raises InvalidManifest: if it is none of the documents named above.
    """
    if body.startswith(b"SPDXVersion:"):
        return Sbom(_SPDX, len(_TEXT_PACKAGE.findall(body)))
    document = parse_object(body)
    if "messageSignature" in document:  # A sigstore bundle around a signature, and nothing else.
        return OtherStatement("")
    envelope = object_field(document, "dsseEnvelope") or document
    if "payload" not in envelope:
        return _stated(document, is_signed=False)
    try:
        payload = base64.b64decode(text_field(envelope, "payload"))
    except (binascii.Error, ValueError) as error:
        raise InvalidManifest("the envelope has no content") from error
    return _stated(parse_object(payload), is_signed=bool(list_field(envelope, "signatures")))


def placeholder(predicate_type: str, why: Unread) -> Statement:
    """Tell what is known of a statement, by the type of its predicate, that was not read."""
    if sbom := _sbom_format(predicate_type):
        return Sbom(sbom, why)
    return why if is_provenance(predicate_type) else OtherStatement(predicate_type[:_TEXT_LENGTH])


def is_worth_reading(predicate_type: str) -> bool:
    """Whether a statement of that type says more than its type does."""
    return bool(_sbom_format(predicate_type)) or is_provenance(predicate_type)


def is_provenance(predicate_type: str) -> bool:
    return predicate_type.startswith(_PROVENANCE)


def _sbom_format(predicate_type: str) -> str:
    return next((form for start, form in _SBOMS.items() if predicate_type.startswith(start)), "")


def _stated(document: JsonObject, *, is_signed: bool) -> Statement:
    predicate_type = text_field(document, "predicateType")
    if not predicate_type:
        return _sbom(document, "", is_signed=is_signed)
    predicate = document.get("predicate")
    if form := _sbom_format(predicate_type):
        if isinstance(predicate, str):
            count = len(_TEXT_PACKAGE.findall(predicate.encode(errors="replace")))
            return Sbom(form, count or Unread.UNREADABLE, is_signed)
        return _sbom(as_object(predicate), form, is_signed=is_signed)
    if is_provenance(predicate_type):
        return _provenance(as_object(predicate), is_signed=is_signed)
    return OtherStatement(predicate_type[:_TEXT_LENGTH])


def _sbom(document: JsonObject, form: str, *, is_signed: bool) -> Sbom:
    """Count the packages of SPDX 2, of SPDX 3 (a graph), or of CycloneDX.

    :raises InvalidManifest: if it is none of these and not said to be.
    """
    if "@graph" in document:
        elements = (as_object(each) for each in list_field(document, "@graph"))
        count = sum(text_field(each, "type") == "software_Package" for each in elements)
        return Sbom(_SPDX, count, is_signed)
    if "spdxVersion" in document:
        return Sbom(_SPDX, len(list_field(document, "packages")), is_signed)
    if text_field(document, "bomFormat") == _CYCLONEDX:
        return Sbom(_CYCLONEDX, len(list_field(document, "components")), is_signed)
    if not form:
        raise InvalidManifest("the document is no attestation")
    return Sbom(form, Unread.UNREADABLE, is_signed)


def _provenance(predicate: JsonObject, *, is_signed: bool) -> Provenance:
    run = object_field(predicate, "runDetails")
    builder = object_field(run, "builder") or object_field(predicate, "builder")
    source, revision = _vcs(predicate, run)
    if not source:
        source, revision = _build_definition(object_field(predicate, "buildDefinition"))
    if not source:
        invocation = object_field(predicate, "invocation")
        source, revision = _located(object_field(invocation, "configSource"))
    return Provenance(
        builder=text_field(builder, "id")[:_TEXT_LENGTH],
        source=source[:_TEXT_LENGTH],
        revision=revision[:_TEXT_LENGTH],
        is_signed=is_signed,
    )


def _vcs(predicate: JsonObject, run: JsonObject) -> tuple[str, str]:
    """Read BuildKit's account of the checkout it built from (its docs, "SLSA definitions")."""
    v1 = object_field(object_field(run, "metadata"), "buildkit_metadata")
    metadata = v1 or object_field(object_field(predicate, "metadata"), _BUILDKIT)
    vcs = object_field(metadata, "vcs")
    return text_field(vcs, "source"), text_field(vcs, "revision")


def _build_definition(definition: JsonObject) -> tuple[str, str]:
    """Read SLSA v1: BuildKit's remote context, GitHub's workflow, GitLab's and others' source."""
    parameters = object_field(definition, "externalParameters")
    dependencies = [as_object(each) for each in list_field(definition, "resolvedDependencies")]
    source, revision = _located(object_field(parameters, "configSource"))
    if not source:
        repository = text_field(object_field(parameters, "workflow"), "repository")
        source = repository or text_field(parameters, "source")
        _, revision = _located(_about(source, dependencies))
    return source, revision


def _about(source: str, dependencies: list[JsonObject]) -> JsonObject:
    """Return the dependency that is the source itself."""
    found = (each for each in dependencies if source and _located(each)[0] == source)
    return as_object(next(found, None))


def _located(resource: JsonObject) -> tuple[str, str]:
    """Split `git+https://host/path@refs/…` or `https://host/path#ref` from its commit's digest."""
    source = _REF.split(text_field(resource, "uri").removeprefix("git+"), maxsplit=1)[0]
    digests = object_field(resource, "digest")
    revision = next(filter(None, (text_field(digests, name) for name in _COMMITS)), "")
    return source, revision

"""What registries answer, read or refused."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.errors import InvalidManifest
from tagwise.oci import media_types
from tagwise.oci.codec import decode_config, decode_manifest
from tagwise.oci.digest import Digest
from tagwise.oci.manifest import ImageIndex, ImageManifest
from tagwise.oci.media_types import ArtifactKind
from tagwise.oci.platform import Platform

DIGEST = "sha256:" + "a" * 64


def descriptor(media_type=media_types.OCI_MANIFEST, **fields):
    return {"mediaType": media_type, "digest": DIGEST, "size": 7, **fields}


def manifest(config=media_types.OCI_CONFIG, layers=("application/layer",), **fields):
    return {
        "schemaVersion": 2,
        "config": descriptor(config),
        "layers": [descriptor(layer) for layer in layers],
        **fields,
    }


def index(*entries, **fields):
    return {"schemaVersion": 2, "manifests": list(entries), **fields}


def decode(document, content_type=None):
    return decode_manifest(json.dumps(document).encode(), content_type)


def refusal(document, content_type=None):
    with pytest.raises(InvalidManifest) as caught:
        decode(document, content_type)
    return str(caught.value)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "application/json",
        "text/plain; charset=utf-8",
        "application/octet-stream",
        "Application/VND.oci.image.manifest.v1+json ; charset=utf-8",
        "text/html",
    ],
)
def test_the_shape_decides_where_the_content_type_does_not(content_type):
    image = decode(manifest(), content_type)
    assert isinstance(image, ImageManifest)
    assert image.media_type == media_types.OCI_MANIFEST
    assert image.size == 7
    assert image.config.digest == Digest.parse(DIGEST)


def test_a_manifest_list_is_an_index():
    found = decode(index(descriptor()), media_types.DOCKER_INDEX)
    assert isinstance(found, ImageIndex)
    assert found.media_type == media_types.DOCKER_INDEX


def test_the_documents_own_media_type_comes_first():
    document = manifest(mediaType=media_types.DOCKER_MANIFEST)
    assert decode(document, media_types.OCI_MANIFEST).media_type == media_types.DOCKER_MANIFEST


def test_go_writes_an_empty_list_as_null():
    assert decode({**manifest(), "layers": None}) == decode(manifest(layers=()))


@pytest.mark.parametrize(
    ("document", "content_type", "sentence"),
    [
        ({"schemaVersion": 1, "fsLayers": []}, None, "schema 1"),
        ({}, "application/vnd.docker.distribution.manifest.v1+prettyjws", "schema 1"),
        ({"mediaType": media_types.OCI_ARTIFACT, "blobs": []}, None, "artifact manifest"),
        ({**manifest(), "manifests": []}, None, "ambiguous"),
        (manifest(), media_types.OCI_INDEX, "is called"),
        (index(mediaType=media_types.OCI_MANIFEST), None, "is called"),
        ({}, None, "no image manifest"),
        ([], None, "no JSON object"),
        ({**manifest(), "config": None}, None, "the configuration has no size"),
        (index(descriptor(size=True)), None, "entry 1 of 'manifests' has no size"),
        (index(descriptor(size=-1)), None, "has no size"),
        (index(descriptor(size=2**63)), None, "has no size"),
        (index(descriptor(), descriptor(digest="md5:1")), None, "entry 2 of 'manifests'"),
        ({"layers": {}, "config": descriptor()}, None, "'layers' is no list"),
    ],
)
def test_what_is_refused_and_why(document, content_type, sentence):
    assert sentence in refusal(document, content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe",
        '{"manifests": []}'.encode("utf-16"),
        b'{"a":' + b"[" * 100_000,
        b'{"a":' + b'"\\' * 100_000,
        b'{"a":' + b"9" * 10_000 + b"}",
    ],
)
def test_bodies_that_are_no_json_are_refused(body):
    with pytest.raises(InvalidManifest):
        decode_manifest(body, None)


def test_brackets_inside_strings_are_no_nesting():
    assert decode(manifest(annotations={"a": "[" * 500 + '"'})).annotations["a"].startswith("[[")


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (manifest(), ArtifactKind.IMAGE),
        (manifest(media_types.DOCKER_CONFIG), ArtifactKind.IMAGE),
        (manifest("application/octet-stream"), ArtifactKind.IMAGE),
        (manifest("application/vnd.cncf.helm.config.v1+json"), ArtifactKind.HELM_CHART),
        (manifest("application/vnd.wasm.config.v0+json"), ArtifactKind.WASM),
        (
            manifest(layers=["application/vnd.dev.cosign.simplesigning.v1+json"]),
            ArtifactKind.SIGNATURE,
        ),
        (manifest(layers=["application/vnd.in-toto+json"]), ArtifactKind.ATTESTATION),
        (
            manifest(
                "application/vnd.oci.empty.v1+json",
                artifactType="application/vnd.cncf.notary.signature",
            ),
            ArtifactKind.SIGNATURE,
        ),
        (manifest("application/vnd.docker.plugin.v1+json"), ArtifactKind.PLUGIN),
        (manifest("application/vnd.oci.empty.v1+json"), ArtifactKind.OTHER),
    ],
)
def test_artifacts_are_named_as_what_they_are(document, kind):
    assert decode(document).kind is kind


def test_attestations_are_known_by_their_annotation_and_twins_are_one():
    linux = {"os": "linux", "architecture": "amd64"}
    unknown = {"os": "unknown", "architecture": "unknown"}
    found = decode(
        index(
            descriptor(platform=linux, size=1),
            descriptor(platform={"os": "linux", "architecture": "x86_64"}, size=2),
            descriptor(
                platform=unknown,
                annotations={"vnd.docker.reference.type": "attestation-manifest"},
            ),
            descriptor(platform=unknown, size=3),
            descriptor(size=4),
            descriptor(media_types.OCI_INDEX, size=5),
        )
    )
    assert isinstance(found, ImageIndex)
    assert [each.size for each in found.images] == [1, 3, 4, 5]
    assert found.images[0].platform == Platform("linux", "amd64")
    assert found.images[2].platform is None
    assert found.images[3].is_index
    assert len(found.attestations) == 1


def test_values_are_read_only_and_hashable():
    found = decode(manifest(annotations={"a": "1", "b": 2}))
    assert dict(found.annotations) == {"a": "1"}
    assert hash(found) == hash(decode(manifest(annotations={"a": "1"})))
    with pytest.raises(TypeError):
        found.annotations["a"] = "2"


def test_a_configuration():
    config = decode_config(
        json.dumps(
            {
                "os": "linux",
                "architecture": "arm64",
                "variant": "v8",
                "created": "2024-02-03T04:05:06.123456789+01:00",
                "config": {
                    "User": "nobody",
                    "Env": ["PATH=/bin", 7],
                    "Cmd": "sh",
                    "Entrypoint": None,
                    "ExposedPorts": {"80/tcp": {}},
                    "Volumes": [],
                    "Labels": {"a": "b", "c": None, "d": "\ud800"},
                },
                "rootfs": {"diff_ids": [DIGEST]},
                "history": [
                    {"created": "0001-01-01T00:00:00Z", "created_by": "RUN x", "empty_layer": True},
                    "odd",
                ],
            }
        ).encode()
    )
    assert config.platform == Platform("linux", "arm64")
    assert config.created == datetime(2024, 2, 3, 3, 5, 6, 123456, UTC)
    assert (config.user, config.environment, config.command) == ("nobody", ("PATH=/bin",), ("sh",))
    assert (config.entrypoint, config.exposed_ports, config.volumes) == ((), ("80/tcp",), ())
    assert dict(config.labels) == {"a": "b", "d": "\N{REPLACEMENT CHARACTER}"}
    assert config.diff_ids == (Digest.parse(DIGEST),)
    assert [entry.empty_layer for entry in config.history] == [True, False]
    assert config.history[0].created is None


def test_an_empty_configuration_says_nothing():
    assert decode_config(b"{}").platform is None


NAMES = st.sampled_from(
    """schemaVersion mediaType manifests layers config digest size platform os architecture
    annotations artifactType created history rootfs diff_ids Env Labels Cmd variant""".split()
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text()
    | st.sampled_from([DIGEST, media_types.OCI_INDEX, "0001-01-01T00:00:00+14:00", "linux"])
)
DOCUMENTS = st.dictionaries(
    NAMES,
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
        max_leaves=20,
    ),
)


@given(st.binary() | DOCUMENTS.map(lambda document: json.dumps(document).encode()), st.text())
def test_only_invalid_manifest_is_ever_raised(body, content_type):
    for read in (lambda b: decode_manifest(b, content_type), decode_config):
        with suppress(InvalidManifest):
            read(body)

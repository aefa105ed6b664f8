"""Built images are what the OCI image specification and BuildKit say they should be."""

import gzip
import io
import json
import tarfile
from datetime import UTC, datetime, timedelta, timezone

import attrs
import pytest

from tagwise.demo.images import (
    BuiltImage,
    Content,
    Flavour,
    Recipe,
    Step,
    build_artifact,
    build_image,
    build_signature,
    build_single,
)
from tagwise.oci.digest import Digest
from tagwise.oci.in_toto import decode_statement
from tagwise.oci.media_types import DOCKER_INDEX, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST
from tagwise.oci.platform import Platform
from tagwise.oci.trust import Provenance, Sbom

AMD64 = Platform("linux", "amd64")
ARM64 = Platform("linux", "arm64", "v8")
WINDOWS = Platform("windows", "amd64", os_version="10.0.20348.1")
RECIPE = Recipe(
    name="demo",
    created=datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC),
    steps=(
        Step("ADD rootfs.tar.gz /", 5_000, origin="base"),
        Step("ENV A=b"),
        Step("COPY . .", 300),
        Step('CMD ["/app"]'),
    ),
    platforms=(AMD64, ARM64, WINDOWS),
    user="app",
    working_directory="/srv",
    entrypoint=("/entry",),
    command=("/app",),
    ports=("80/tcp",),
    volumes=("/data",),
    environment=("A=b",),
    labels={"org.opencontainers.image.source": "https://example.com/demo"},
    annotations={"org.opencontainers.image.version": "1.0"},
)


def document(content: Content) -> dict:
    return json.loads(content.body)


def contents(image: BuiltImage) -> dict[str, Content]:
    return {str(content.digest): content for content in (*image.blobs, *image.manifests)}


def file_sizes(archive: bytes) -> list[int]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return [member.size for member in tar]


@pytest.mark.parametrize("flavour", list(Flavour))
def test_every_descriptor_is_true(flavour: Flavour) -> None:
    image = build_image(attrs.evolve(RECIPE, flavour=flavour))
    known = contents(image)
    for manifest in image.manifests:
        parsed = document(manifest)
        config = [parsed["config"]] if "config" in parsed else []
        for descriptor in (*config, *parsed.get("layers", ()), *parsed.get("manifests", ())):
            content = known[descriptor["digest"]]
            assert Digest.of(content.body) == content.digest
            assert descriptor["size"] == len(content.body)
            assert descriptor["mediaType"] == content.media_type
        assert parsed["mediaType"] == manifest.media_type


def test_an_index_has_an_attestation_for_each_platform() -> None:
    image = build_image(RECIPE)
    assert image.top.media_type == OCI_INDEX
    entries = document(image.top)["manifests"]
    assert [entry["platform"] for entry in entries] == [
        {"architecture": "amd64", "os": "linux"},
        {"architecture": "arm64", "os": "linux", "variant": "v8"},
        {"architecture": "amd64", "os": "windows", "os.version": "10.0.20348.1"},
        *[{"architecture": "unknown", "os": "unknown"}] * 3,
    ]
    assert {entry["mediaType"] for entry in entries} == {OCI_MANIFEST}
    assert [entry["annotations"] for entry in entries] == [
        *[{"org.opencontainers.image.version": "1.0"}] * 3,
        *[
            {
                "vnd.docker.reference.digest": str(image.platforms[platform]),
                "vnd.docker.reference.type": "attestation-manifest",
            }
            for platform in (AMD64, ARM64, WINDOWS)
        ],
    ]
    attestation = document(contents(image)[entries[3]["digest"]])
    (layer,) = attestation["layers"]
    assert layer["mediaType"] == "application/vnd.in-toto+json"
    assert layer["annotations"] == {"in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2"}


def test_an_attestation_says_whence_and_of_what() -> None:
    labels = {
        "org.opencontainers.image.source": "https://github.com/acme/api.git",
        "org.opencontainers.image.revision": "a" * 40,
    }
    image = build_image(attrs.evolve(RECIPE, labels=labels, packages=3))
    attestation = document(contents(image)[document(image.top)["manifests"][3]["digest"]])
    said = [
        decode_statement(contents(image)[layer["digest"]].body) for layer in attestation["layers"]
    ]
    builder = f"https://github.com/acme/api/actions/runs/{0xAAAAAAAA}"
    source = labels["org.opencontainers.image.source"]
    assert said == [Provenance(builder, source, "a" * 40), Sbom("SPDX", 3)]


def test_a_signature_refers_to_what_it_signs() -> None:
    image = build_single(RECIPE, AMD64)
    signature = document(build_signature(image.top).top)
    assert signature["subject"] == image.top.descriptor()
    assert signature["artifactType"].startswith("application/vnd.dev.cosign.")


def test_without_attestations() -> None:
    for recipe in (
        attrs.evolve(RECIPE, attested=False),
        attrs.evolve(RECIPE, flavour=Flavour.DOCKER),
    ):
        assert len(document(build_image(recipe).top)["manifests"]) == 3


def test_dockers_media_types() -> None:
    image = build_image(attrs.evolve(RECIPE, flavour=Flavour.DOCKER))
    assert image.top.media_type == DOCKER_INDEX
    manifest = image.manifests[0]
    assert manifest.media_type == DOCKER_MANIFEST
    assert document(manifest)["config"]["mediaType"].startswith("application/vnd.docker.container")
    assert document(manifest)["layers"][0]["mediaType"].startswith("application/vnd.docker.image")


def test_the_configuration_and_its_layers() -> None:
    image = build_single(RECIPE, ARM64)
    manifest = document(image.top)
    known = contents(image)
    config = document(known[manifest["config"]["digest"]])
    assert config["config"] == {
        "User": "app",
        "ExposedPorts": {"80/tcp": {}},
        "Env": ["A=b"],
        "Entrypoint": ["/entry"],
        "Cmd": ["/app"],
        "Volumes": {"/data": {}},
        "WorkingDir": "/srv",
        "Labels": {"org.opencontainers.image.source": "https://example.com/demo"},
    }
    assert (config["architecture"], config["os"], config["variant"]) == ("arm64", "linux", "v8")
    assert config["created"] == "2025-03-04T05:06:07Z"
    assert [entry.get("empty_layer", False) for entry in config["history"]] == [0, 1, 0, 1]
    assert config["history"][-1]["created"] == config["created"]
    layers = [known[layer["digest"]] for layer in manifest["layers"]]
    tars = [gzip.decompress(layer.body) for layer in layers]
    assert [str(Digest.of(tar)) for tar in tars] == config["rootfs"]["diff_ids"]
    assert [file_sizes(tar) for tar in tars] == [[5_000], [300]]


def test_the_same_recipe_makes_the_same_bytes() -> None:
    assert build_image(RECIPE) == build_image(RECIPE)
    elsewhere = RECIPE.created.astimezone(timezone(timedelta(hours=3)))
    assert build_image(attrs.evolve(RECIPE, created=elsewhere)) == build_image(RECIPE)


def test_platforms_do_not_depend_on_each_other() -> None:
    fewer = build_image(attrs.evolve(RECIPE, platforms=(AMD64,)))
    assert fewer.digest != build_image(RECIPE).digest
    assert fewer.platforms[AMD64] == build_image(RECIPE).platforms[AMD64]


def test_images_share_the_layers_of_one_origin() -> None:
    other = build_single(attrs.evolve(RECIPE, name="other"), AMD64)
    layers = document(build_single(RECIPE, AMD64).top)["layers"]
    assert [layer["digest"] in contents(other) for layer in layers] == [True, False]


def test_an_artifact_is_what_its_configuration_says() -> None:
    config = Content.of("application/vnd.cncf.helm.config.v1+json", b"{}")
    image = build_artifact(config, Content.of("x/y", b"chart"))
    assert document(image.top)["config"]["mediaType"] == config.media_type
    assert image.platforms == {}

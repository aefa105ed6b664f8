"""Layers put together: Docker Engine API (`/images/{name}/history`), image-spec (`history`)."""

from datetime import UTC, datetime

import attrs
import pytest

from tagwise.engine.models import HistoryStep, ImageDetails
from tagwise.oci.digest import Digest
from tagwise.oci.image_config import HistoryEntry, ImageConfig
from tagwise.oci.manifest import Descriptor, ImageManifest
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.resolution import PlatformImage, Resolution, Source
from tagwise.session.layer_list import instruction, local_layers, remote_layers

THEN = datetime(2025, 3, 4, tzinfo=UTC)


def image(number, *layers, tags=()):
    return ImageDetails(
        f"sha256:{number:064}", tags, (), THEN, 0, Platform("linux", "amd64"), layers
    )


def step(created_by, size):
    return HistoryStep("", THEN, created_by, size, "")


@pytest.mark.parametrize(
    ("created_by", "said"),
    [
        ('/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'),
        ("/bin/sh -c #(nop) ADD file:1 in / ", "ADD file:1 in /"),
        ("/bin/sh -c apt-get  update", "RUN apt-get update"),
        ("RUN /bin/sh -c make install # buildkit", "RUN make install"),
        ("RUN |1 V=3 /bin/sh -c make # buildkit", "RUN make"),
        ("|1 V=3 /bin/sh -c make", "RUN make"),
        ("COPY app /app # buildkit", "COPY app /app"),
        ("WORKDIR /srv", "WORKDIR /srv"),
        ("", ""),
    ],
)
def test_an_instruction_reads_as_it_is_written(created_by, said):
    assert instruction(created_by) == said


def test_steps_that_made_nothing_have_no_layer():
    steps = (step("CMD x", 0), step("COPY b /", 5), step("ENV a=b", 0), step("ADD a /", 7))
    found = local_layers(image(1, "one", "two"), steps, [])
    assert [each.digest for each in found.layers] == [None, "two", None, "one"]
    assert found.size == 12


def test_an_empty_layer_is_told_by_its_instruction():
    steps = (step("CMD x", 0), step("WORKDIR /", 0), step("ADD a /", 7))
    found = local_layers(image(1, "one", "two"), steps, [])
    assert [each.digest for each in found.layers] == [None, "two", "one"]


def test_where_nobody_can_tell_no_layer_is_named():
    found = local_layers(image(1, "one", "two"), (step("LABEL a=b", 0), step("ADD a /", 7)), [])
    assert [each.digest for each in found.layers] == ["two", "one"]
    found = local_layers(image(1, "one", "two", "three"), (step("ADD", 1), step("ADD", 1)), [])
    assert [each.digest for each in found.layers] == [None, None]


def test_a_layer_is_shared_only_upon_the_same_layers_below():
    steps = (step("COPY b /", 5), step("ADD a /", 7))
    others = [
        image(2, "one", tags=("base:1",)),
        image(3, "one", "other"),
        image(4, "two", tags=("not:this",)),
        image(5, "one", "two", tags=("twin:1",)),
    ]
    found = local_layers(image(1, "one", "two"), steps, [image(1, "one", "two"), *others])
    assert [each.shared_with for each in found.layers] == [
        ("twin:1",),
        ("base:1", "000000000000", "twin:1"),
    ]
    assert found.base == "base:1"


def test_the_base_is_the_largest_image_below_that_has_a_name():
    steps = (step("C", 1), step("B", 1), step("A", 1))
    others = [image(2, "a", tags=("small:1",)), image(3, "a", "b", tags=("big:1",)), image(4, "a")]
    assert local_layers(image(1, "a", "b", "c"), steps, others).base == "big:1"
    assert local_layers(image(1, "a", "b", "c"), steps, []).base == ""


def test_of_one_content_twice_each_layer_counts_by_what_is_below():
    steps = (step("COPY b /", 5), step("COPY b /", 5))
    other = image(2, "one", tags=("other:1",))
    found = local_layers(image(1, "one", "one"), steps, [other])
    assert [each.shared_with for each in found.layers] == [(), ("other:1",)]


def test_a_label_names_the_base_where_no_image_here_does():
    label = {"org.opencontainers.image.base.name": "docker.io/library/debian:12"}
    details = attrs.evolve(image(1, "one"), labels=label)
    assert local_layers(details, (step("ADD a /", 1),), []).base == "docker.io/library/debian:12"


def test_an_image_in_a_registry_is_held_against_those_here():
    """image-spec: `rootfs.diff_ids` are what an engine calls layers, annotations name the base."""
    base = {"org.opencontainers.image.base.name": "docker.io/library/debian:12"}
    config = ImageConfig(
        Platform("linux", "amd64"),
        diff_ids=(Digest("sha256", "1" * 64), Digest("sha256", "2" * 64)),
        history=(
            HistoryEntry(THEN, "ADD rootfs /", "", empty_layer=False),
            HistoryEntry(THEN, "ENV a=b", "", empty_layer=True),
            HistoryEntry(THEN, "COPY app /", "", empty_layer=False),
        ),
    )
    layers = tuple(
        Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", Digest("sha256", each * 64), 10)
        for each in "ab"
    )
    top = Descriptor(
        "application/vnd.oci.image.manifest.v1+json",
        Digest("sha256", "c" * 64),
        1,
        annotations=base,
    )
    about = Descriptor("application/vnd.oci.image.config.v1+json", Digest("sha256", "d" * 64), 1)
    chosen = PlatformImage(
        Platform("linux", "amd64"), top, ImageManifest(top.media_type, about, layers)
    )
    resolution = Resolution(
        ImageReference.parse("app"),
        top.digest,
        top.media_type,
        THEN,
        Source.REGISTRY,
        None,
        (chosen,),
        chosen,
        config,
        0,
    )
    here = image(1, f"sha256:{'1' * 64}", f"sha256:{'9' * 64}", tags=("here:1",))
    found = remote_layers(resolution, [here])
    assert [each.instruction for each in found.layers] == ["COPY app /", "ENV a=b", "ADD rootfs /"]
    assert [each.shared_with for each in found.layers] == [(), (), ("here:1",)]
    assert found.base == "docker.io/library/debian:12"

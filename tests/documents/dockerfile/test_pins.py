"""Where a digest would go (SEMANTICS, "Edits")."""

import pytest

from support.dockerfile_drawing import builder, pinned, read


@pytest.mark.parametrize(
    "expected",
    [
        "# syntax=docker/dockerfile:1@PIN\nFROM alpine@PIN AS x\nCOPY --from=busybox@PIN / /\n",
        'FROM "alpine@PIN"\n',
        "FROM al\\\npine@PIN\n",
        "RUN --mount=type=bind,from=alpine@PIN,target=/x true\n",
        # the value ends the reference
        "ARG IMG=python:3.12@PIN\nFROM $IMG\n",
        'ARG IMG="python:3.12@PIN"\nFROM "${IMG}"\n',
        "ARG V=3.12@PIN\nFROM python:$V\n",
        "ARG V=3.12@PIN\nARG IMG=python:$V\nFROM $IMG\n",
        "FROM ${IMG:-python:3.12@PIN}\n",
        "ARG IMG\nFROM ${IMG:-python:${V:-3.12@PIN}}\n",
        "ARG IMG=a@PIN\nFROM $IMG AS x\nFROM $IMG AS y\n",
        "ARG IMG=a@PIN\nFROM $IMG AS x\nFROM ${IMG} AS y\nFROM x\n",
        # it does not
        "ARG V=3.12\nFROM python:${V}-slim@PIN\n",
        "ARG V=3.12\nFROM python:${V}-slim@PIN\nFROM python:${V}@PIN\n",
        # it is part of several images
        "ARG V=1\nFROM a:$V@PIN\nFROM b:${V}@PIN\n",
        "ARG R=ghcr.io\nFROM $R/a:1@PIN\nFROM $R/b:1@PIN\n",
        # something else reads it
        "ARG IMG=a\nFROM $IMG@PIN\nARG IMG\nRUN echo $IMG\n",
        "ARG V=1\nARG IMG=a:$V\nFROM $IMG@PIN\nARG V\n",
        "ARG V=1\nARG IMG=a:$V\nFROM $IMG@PIN\nARG IMG\n",
        "ARG IMG=a\nFROM $IMG@PIN\nONBUILD ARG IMG\n",
        "ARG IMG=a@PIN\nFROM $IMG\nARG IMG=b\nRUN echo $IMG\n",
        "ARG P=linux\nFROM --platform=$P a:$P@PIN\n",
        "ARG IMG=a\nFROM $IMG@PIN\nFROM ${IMG%:*}-slim@PIN\n",
        "ARG IMG=a:1-x\nFROM ${IMG%-x}@PIN\n",
        "ARG IMG=a\nFROM ${IMG%:*}@PIN\n",
        "ARG X=1\nARG IMG=a:21\nFROM ${IMG%$X}@PIN\nFROM b:${X}@PIN\n",
        "FROM a:$TARGETARCH@PIN\n",
    ],
)
def test_places(expected):
    assert pinned(expected.replace("@PIN", "")) == expected


def test_what_is_given_from_outside():
    text = "ARG V=1\nFROM a:$V\n"
    assert pinned(text, build_args={"V": "2"}) == "ARG V=1\nFROM a:$V@PIN\n"


def test_what_a_builder_gives():
    text = "ARG V=1\nFROM a:$V\n"
    assert pinned(text, builders=(builder("web", V="22"),)) == text + "compose.yaml:102\n"
    read_elsewhere = text + "ARG V=3\n"
    assert (
        pinned(read_elsewhere, builders=(builder("web", V="22"),))
        == "ARG V=1\nFROM a:$V@PIN\nARG V=3\n"
    )


def test_builders_that_give_the_same_in_several_places():
    builders = (builder("web", V="2"), builder("api", A="", V="2"))
    assert pinned("ARG V=1\nFROM a:$V\n", builders=builders) == "ARG V=1\nFROM a:$V@PIN\n"


def test_builders_that_make_different_images():
    builders = (builder("web", V="2"), builder("api", A="", V="3"))
    assert (
        pinned("ARG V=1\nFROM a:$V\n", builders=builders)
        == "ARG V=1\nFROM a:$V\ncompose.yaml:101\ncompose.yaml:201\n"
    )
    assert (
        pinned("ARG V=1\nFROM a:$V-slim\n", builders=builders)
        == "ARG V=1\nFROM a:$V-slim\nno: its builders make different images of it\n"
    )


def test_builders_of_one_image_for_several_platforms():
    builders = (
        builder("web", platforms=["linux/amd64"]),
        builder("api", platforms=["linux/arm64"]),
    )
    assert pinned("FROM a\n", builders=builders) == "FROM a@PIN\n"


def test_a_default_that_only_some_builders_use():
    builders = (builder("web"), builder("api", V="2"))
    assert (
        pinned("ARG V=1\nFROM a:$V\n", builders=builders)
        == "ARG V=1@PIN\nFROM a:$V\ncompose.yaml:101\n"
    )


def test_an_image_that_a_context_names():
    builders = (builder("web", contexts={"alpine": "docker-image://busybox:1"}),)
    assert pinned("FROM alpine\n", builders=builders) == "FROM alpine\ncompose.yaml:124\n"


def test_pieces_and_their_uses():
    text = "ARG V=3.12\nFROM python:${V}-slim\n"
    (occurrence,) = read(text).occurrences
    pieces = [
        (piece.text, piece.place.span.of(text), [use.name for use in piece.via], piece.editable)
        for piece in occurrence.value.pieces
    ]
    assert pieces == [
        ("python:", "python:", [], True),
        ("3.12", "3.12", ["${V}"], False),
        ("-slim", "-slim", [], True),
    ]

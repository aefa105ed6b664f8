"""What several builders, and their named contexts, make of one Dockerfile."""

from support.dockerfile_drawing import builder, check


def test_several_builders_that_differ():
    check(
        """
        ARG V=1
        FROM a:$V
             ^^^^ base-image a:2 (web, job)
             ^^^^ base-image a:1 (api)
        FROM b
             ^ base-image b
        """,
        builders=(builder("web", V="2"), builder("api"), builder("job", V="2")),
    )


def test_several_builders_that_agree():
    check(
        """
        ARG V=1
        FROM a:$V
             ^^^^ base-image a:2
        """,
        builders=(builder("web", V="2"), builder("api", V="2")),
    )


def test_builders_that_differ_in_platform():
    check(
        """
        FROM a
             ^ base-image a [linux/amd64] (web)
             ^ base-image a [linux/arm64] (api)
        """,
        builders=(
            builder("web", platforms=["linux/amd64"]),
            builder("api", platforms=["linux/arm64"]),
        ),
    )


def test_a_context_named_like_a_base_image():
    check(
        """
        ARG V=3
        FROM alpine
             ^^^^^^ base-image busybox:1
        FROM docker.io/library/alpine:latest
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ base-image busybox:1
        FROM alpine:$V
             ^^^^^^^^^ named-context
        FROM alpine:4
             ^^^^^^^^ base-image alpine:4
        COPY --from=alpine / /
                    ^^^^^^ copy-source busybox:1
        RUN --mount=from=src,target=/x true
                         ^^^ named-context
        """,
        builders=(
            builder(
                "web",
                contexts={
                    "alpine": "docker-image://busybox:1",
                    "alpine:3": "../alpine",
                    "src": "https://example.com/src.git",
                },
            ),
        ),
    )


def test_a_context_named_like_a_stage_replaces_it():
    check(
        """
        FROM golang AS Build
             ^^^^^^ base-image golang:1.24
        FROM build
             ^^^^^ stage
        COPY --from=build / /
                    ^^^^^ stage
        FROM alpine AS local
             ^^^^^^ named-context
        """,
        builders=(
            builder("web", contexts={"build": "docker-image://golang:1.24", "local": "./dist"}),
        ),
    )


def test_what_no_context_replaces():
    check(
        """
        FROM scratch
             ^^^^^^^ scratch
        FROM context
             ^^^^^^^ base-image context
        """,
        builders=(builder("web", contexts={"scratch": "./x", "context": "./y"}),),
    )


def test_a_context_that_is_no_image():
    check(
        """
        FROM alpine
             ^^^^^^ invalid
        """,
        builders=(builder("web", contexts={"alpine": "docker-image://Bad"}),),
    )

"""Inputs that other tools were reported to read wrongly; the tracker stands beside each."""

from support.dockerfile_drawing import check


def test_a_keyword_over_two_lines():  # rcjsuen/dockerfile-language-server#4
    check("""
    FR\\
    OM node
       ^^^^ base-image node
    """)


def test_a_stage_named_like_an_image_used_before():  # rcjsuen/dockerfile-language-service#130
    check("""
    FROM alpine
         ^^^^^^ base-image alpine
    FROM scratch AS alpine
         ^^^^^^^ scratch
    FROM alpine
         ^^^^^^ stage
    """)


def test_flags_without_a_value():  # renovatebot/renovate#29654
    check("""
    FROM scratch
         ^^^^^^^ scratch
    COPY --link --from=gcr.io/k8s-skaffold/skaffold:v0.11.0 /usr/bin/skaffold /usr/bin/
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copy-source gcr.io/k8s-skaffold/skaffold:v0.11.0
    """)


def test_stages_whatever_their_case():  # microsoft/vscode-docker#762
    check("""
    FROM node as setup
         ^^^^ base-image node
    FROM alpine
         ^^^^^^ base-image alpine
    COPY --from=sETUp . .
                ^^^^^ stage
    """)


def test_a_heredoc_inside_a_chain_of_commands():  # hadolint/hadolint#923, #1019
    check("""
    FROM debian
         ^^^^^^ base-image debian
    RUN ls && \\
        cat <<EOF >> go.mod && \\
        cat go.mod
    FROM nothing
    EOF
    COPY --from=busybox /a /b
                ^^^^^^^ copy-source busybox
    """)


def test_an_escaped_heredoc_name():  # hadolint/hadolint#1051
    check("""
    FROM debian
         ^^^^^^ base-image debian
    COPY <<-\\EOT /data.txt
      FROM nothing
    EOT
    FROM alpine
         ^^^^^^ base-image alpine
    """)


def test_a_platform_with_a_default():  # hadolint/hadolint#861
    check("""
    FROM --platform="${BUILDPLATFORM:-linux/s390x}" docker.io/library/busybox
                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^ base-image docker.io/library/busybox [linux/amd64]
    FROM --platform=${NOTHING:-linux/s390x} busybox
                                            ^^^^^^^ base-image busybox [linux/s390x]
    """)


def test_an_argument_that_curly_braces_surround():  # dependabot/dependabot-core#4723
    check("""
    ARG VERSION
    ARG BASE="docker.io/library/ubuntu"
    FROM ${BASE}:${VERSION:-24.04}
         ^^^^^^^^^^^^^^^^^^^^^^^^^ base-image docker.io/library/ubuntu:24.04
    """)


def test_a_default_said_twice():  # docker/cli#2692
    check("""
    ARG vers=18.04
    FROM ubuntu:$vers
         ^^^^^^^^^^^^ base-image ubuntu:18.04
    ARG vers=20.04
    FROM ubuntu:$vers
         ^^^^^^^^^^^^ base-image ubuntu:18.04
    """)


def test_invalid_tags_and_digests():  # microsoft/vscode-docker#233
    check("""
    FROM alpine@
         ^^^^^^^ invalid
    FROM alpine@sha25:x
         ^^^^^^^^^^^^^^ invalid
    FROM alpine:
         ^^^^^^^ invalid
    FROM alpine:^
         ^^^^^^^^ invalid
    FROM alpine:a66^
         ^^^^^^^^^^^ invalid
    """)

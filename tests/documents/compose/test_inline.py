"""`build.dockerfile_inline`: a Dockerfile in the places of its compose file."""

from tagwise.documents.compose import parse
from tagwise.documents.model import Inputs, SkipReason


def test_references_are_where_the_scalar_holds_them(check):
    check(
        """
        services:
          a:
            build:
              dockerfile_inline: |
                FROM python:3.12 AS base

                RUN echo $${HOME}
                COPY --from=busybox:1.36 /bin /bin
                FROM base
          b:
            build: {dockerfile_inline: "FROM redis:7\\nCOPY --from=nginx:1 / /\\n"}
          c:
            build:
              dockerfile_inline: >
                FROM golang:1.22


                FROM Alpine:3
        """,
        """
        FROM python:3.12 AS base
             ^^^^^^^^^^^ docker.io/library/python:3.12, pin "FROM python:3.12| AS base"
        COPY --from=busybox:1.36 /bin /bin
                    ^^^^^^^^^^^^ docker.io/library/busybox:1.36, pin "COPY --from=busybox:1.36| /bin /bin"
        FROM base
             ^^^^ 'base', stage: base is a stage of this file
        build: {dockerfile_inline: "FROM redis:7\\nCOPY --from=nginx:1 / /\\n"}
                                         ^^^^^^^ docker.io/library/redis:7, pin "build: {dockerfile_inline: "FROM redis:7|\\nCOPY --from=nginx:1 / /\\n"}"
        build: {dockerfile_inline: "FROM redis:7\\nCOPY --from=nginx:1 / /\\n"}
                                                              ^^^^^^^ docker.io/library/nginx:1, pin "build: {dockerfile_inline: "FROM redis:7\\nCOPY --from=nginx:1| / /\\n"}"
        FROM golang:1.22
             ^^^^^^^^^^^ docker.io/library/golang:1.22, pin "FROM golang:1.22|"
        FROM Alpine:3
             ^ error invalid-reference: invalid reference: the repository name must be lowercase: 'Alpine'
        FROM Alpine:3
             ^^^^^^^^ 'Alpine:3', invalid: invalid reference: the repository name must be lowercase: 'Alpine'
        """,
    )


def test_compose_puts_its_variables_in_first(check):
    check(
        """
        services:
          a:
            build:
              dockerfile_inline: |
                ARG TAG=3.12
                FROM python:$${TAG}
                FROM redis:${TAG}
                FROM nginx:${OTHER:-1}
                FROM node:${NONE}
                FROM golang:${ENV}
        """,
        """
        FROM python:$${TAG}
             ^^^^^^^^^^^^^^ docker.io/library/python:3.12, pin "ARG TAG=3.12|"
        FROM redis:${TAG}
             ^^^^^^^^^^^^ docker.io/library/redis:7, pin .env "TAG=7|"
        FROM nginx:${OTHER:-1}
             ^^^^^^^^^^^^^^^^^ docker.io/library/nginx:1, pin "FROM nginx:${OTHER:-1|}"
        FROM node:${NONE}
             ^^^^^^^^^^^^ 'node:', unset-variable: NONE is not set: neither the environment nor .env says what to use
        FROM golang:${ENV}
             ^^^^^^^^^^^^^ docker.io/library/golang:1.22, pin "FROM golang:${ENV}|" (the digest wins: ${ENV} no longer changes the image)
        """,
        dotenv="TAG=7",
        environment={"ENV": "1.22"},
    )


def test_a_variable_a_command_reads_too_is_left_alone(check):
    check(
        """
        services:
          a:
            build:
              dockerfile_inline: |
                FROM python:${TAG}
                RUN echo ${TAG}
        """,
        """
        FROM python:${TAG}
             ^^^^^^^^^^^^^ docker.io/library/python:3, pin "FROM python:${TAG}|" (the digest wins: ${TAG} no longer changes the image)
        """,
        dotenv="TAG=3",
    )


def test_the_service_gives_args_and_named_contexts(check):
    check(
        """
        services:
          a:
            build:
              dockerfile_inline: |
                ARG TAG=3.12
                FROM python:$$TAG
                FROM tools
              args:
                - TAG=3.13
              additional_contexts:
                tools: docker-image://busybox:1.36
        """,
        """
        FROM python:$$TAG
             ^^^^^^^^^^^^ docker.io/library/python:3.13, pin "- TAG=3.13|"
        FROM tools
             ^^^^^ docker.io/library/busybox:1.36, pin "tools: docker-image://busybox:1.36|"
        tools: docker-image://busybox:1.36
                              ^^^^^^^^^^^^ docker.io/library/busybox:1.36, pin "tools: docker-image://busybox:1.36|"
        """,
    )


def test_a_reference_over_several_lines(check):
    check(
        """
        services:
          a:
            build:
              dockerfile_inline: |
                FROM python:\\
                3.12
        """,
        """
        FROM python:\\
             ^^^^^^^^… docker.io/library/python:3.12, pin "3.12|"
        """,
    )


def test_carriage_returns(check):
    check(
        "services:\r\n  a:\r\n    build:\r\n      dockerfile_inline: |\r\n        FROM a:1\r\n        FROM b:2",
        """
        FROM a:1
             ^^^ docker.io/library/a:1, pin "FROM a:1|"
        FROM b:2
             ^^^ docker.io/library/b:2, pin "FROM b:2|"
        """,
    )


def test_a_variable_that_says_more_than_the_image(check):
    check(
        "services: {a: {build: {dockerfile_inline: 'FROM ${IMAGE}'}}}",
        """
        services: {a: {build: {dockerfile_inline: 'FROM ${IMAGE}'}}}
                                                        ^^^^^^^^ docker.io/library/redis:7, no pin: it is written in a way that leaves no place for a digest
        """,
        dotenv="IMAGE='redis:7 AS x'",
    )


def test_many_variables_take_no_longer_than_their_text():
    lines = "".join(f"        FROM a{n}:$X\n" for n in range(2_400))
    text = f"services:\n  a:\n    build:\n      dockerfile_inline: |\n{lines}"
    found = parse(text).evaluate(Inputs(document="compose.yaml"))
    reasons = [each.skipped.reason for each in found.occurrences if each.skipped is not None]
    assert reasons == [SkipReason.UNSET_VARIABLE] * 2_400


def test_more_variables_than_anyone_has_are_refused():
    text = f"services: {{a: {{build: {{dockerfile_inline: 'FROM a{'$X' * 6_000}'}}}}}}"
    (problem,) = parse(text).evaluate(Inputs(document="compose.yaml")).problems
    assert "not read" in problem.message

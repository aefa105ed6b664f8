"""Where a Dockerfile names images, and what it names there (SEMANTICS, "Dockerfile")."""

from support.dockerfile_drawing import check, drawn, problems, read


def test_every_place():
    check("""
    # syntax=docker/dockerfile:1.7
             ^^^^^^^^^^^^^^^^^^^^^ syntax docker/dockerfile:1.7
    FROM python:3.12-slim AS base
         ^^^^^^^^^^^^^^^^ base-image python:3.12-slim
    COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/
                ^^^^^^^^^^^^^^^^^^^^^^^^ copy-source ghcr.io/astral-sh/uv:0.5
    RUN --mount=type=bind,from=alpine:3.20,source=/etc,target=/mnt true
                               ^^^^^^^^^^^ mount-source alpine:3.20
    ONBUILD COPY --from=busybox /bin/sh /bin/sh
                        ^^^^^^^ onbuild-source busybox
    ONBUILD RUN --mount=from=debian,target=/x true
                             ^^^^^^ onbuild-source debian
    """)


def test_nothing_else():
    check("""
    FROM scratch
         ^^^^^^^ scratch
    ADD --from=alpine /a /b
    COPY /a --from=alpine /b
    COPY --chown=alpine --from= /a /b
    RUN echo FROM alpine
    LABEL from=alpine
    ENV FROM alpine
    # FROM alpine
    RUN apt \\
    FROM alpine
    CMD ["FROM", "alpine"]
    """)


def test_case_indentation_and_blanks():
    check("""
      from  alpine   as   Base
            ^^^^^^ base-image alpine
       Copy  --link   --from=Base  /a /b
                             ^^^^ stage
    run   --mount=from=busybox   true
                       ^^^^^^^ mount-source busybox
    """)
    assert [each.value.text for each in read("\tFrOm\talpine\tAS\tx\n").occurrences] == ["alpine"]


def test_stages():
    check("""
    FROM golang AS build
         ^^^^^^ base-image golang
    FROM build AS test
         ^^^^^ stage
    FROM Build
         ^^^^^ invalid
    FROM later
         ^^^^^ base-image later
    COPY --from=BUILD /a /b
                ^^^^^ stage
    COPY --from=0 /a /b
                ^ stage
    COPY --from=01 /a /b
                ^^ stage
    RUN --mount=from=test,target=/x true
                     ^^^^ stage
    RUN --mount=from=0,target=/x true
                     ^ mount-source 0
    FROM alpine AS later
         ^^^^^^ base-image alpine
    """)


def test_a_stage_that_comes_later_is_no_image():
    text = "FROM a\nCOPY --from=b /x /\nCOPY --from=1 /x /\nCOPY --from=7 /x /\nFROM c AS b\n"
    assert problems(text) == [
        "stage-order: stage 'b' must be defined before the stage that copies from it [b]",
        "stage-order: stage '1' must be defined before the stage that copies from it [1]",
        "no-such-stage: invalid stage index 7 [7]",
    ]
    check("""
    FROM a
         ^ base-image a
    COPY --from=b /x /
                ^ stage
    COPY --from=7 /x /
                ^ invalid
    FROM c AS b
         ^ base-image c
    """)


def test_scratch():
    check("""
    FROM scratch AS empty
         ^^^^^^^ scratch
    FROM Scratch
         ^^^^^^^ invalid
    COPY --from=scratch / /
                ^^^^^^^ scratch
    RUN --mount=from=scratch,target=/x true
                     ^^^^^^^ scratch
    """)


def test_continuations():
    check("""
    FROM \\
      # a comment

      alp\\
      ^^^^
    ine\\
    ^^^^
    :3 AS x
    ^^ base-image alpine:3
    RUN --mount=type=bind,\\
    from=busybox,\\
         ^^^^^^^ mount-source busybox
    target=/x true
    """)


def test_an_escaped_escape_ends_the_line():
    check("""
    FROM alpine
         ^^^^^^ base-image alpine
    RUN dir C:\\\\
    COPY --from=busybox /a /b
                ^^^^^^^ copy-source busybox
    """)


def test_backtick_escape():
    check("""
    # escape=`
    FROM mcr.microsoft.com/windows/`
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^
    nanoserver:ltsc2025
    ^^^^^^^^^^^^^^^^^^^ base-image mcr.microsoft.com/windows/nanoserver:ltsc2025
    COPY --from=busybox /a C:\\
                ^^^^^^^ copy-source busybox
    COPY --from=alpine /a C:\\
                ^^^^^^ copy-source alpine
    """)


def test_mounts():
    check("""
    FROM a
         ^ base-image a
    RUN --mount=type=cache,target=/c --mount=target=/x,FROM=alpine --network=none true
                                                            ^^^^^^ mount-source alpine
    RUN --mount="type=bind,from=busybox" --mount='from=debian,target=/y' true
                                ^^^^^^^ mount-source busybox
                                                       ^^^^^^ mount-source debian
    RUN --mount=from=first,from=second true
                                ^^^^^^ mount-source second
    RUN --mount=type=bind,'"from=alpine"',target=/z true
                                 ^^^^^^ mount-source alpine
    RUN true --mount=from=alpine
    """)


def test_quotes_and_escapes():
    check("""
    FROM "alpine"
          ^^^^^^ base-image alpine
    FROM 'alpine:3'
          ^^^^^^^^ base-image alpine:3
    FROM al"pin"e
         ^^^^^^^^ base-image alpine
    FROM al\\pine
         ^^^^^^^ base-image alpine
    COPY --from="busy"box /a /b
                 ^^^^^^^^ copy-source busybox
    COPY "--from=busybox" /a /b
    """)


def test_heredocs():
    check("""
    FROM alpine
         ^^^^^^ base-image alpine
    RUN <<EOF
    FROM nothing
    COPY --from=nothing a b
    EOF
    COPY <<one <<-"two" /dest/
    FROM nothing
    one
    FROM nothing
    \ttwo
    RUN 3<<A cat <<B
    A
    FROM nothing
    B
    ONBUILD RUN <<C
    FROM nothing
    C
    RUN --mount=from=busybox,target=/x <<D cat
                     ^^^^^^^ mount-source busybox
    FROM nothing
    D
    RUN << E
    FROM nothing
    E
    RUN cat <<<word "<<quoted"
    CMD <<none
    RUN ["<<none"]
    FROM debian
         ^^^^^^ base-image debian
    """)


def test_a_heredoc_left_open_takes_the_rest():
    check("""
    FROM alpine
         ^^^^^^ base-image alpine
    COPY --from=busybox <<EOF /x
                ^^^^^^^ copy-source busybox
    FROM debian
    """)


def test_half_typed():
    check("""
    FROM
    FROM alp
         ^^^ base-image alp
    FROM 'alp
         ^^^^ invalid
    FROM ${
         ^^ invalid
    FROM alpine:
         ^^^^^^^ invalid
    FROM alpine AS
         ^^^^^^ base-image alpine
    ARG
    ARG =
    ARG "x
    COPY --from
    COPY --from=
    COPY --from='alp
                 ^^^ copy-source alp
    RUN --mount
    RUN --mount=from=
    RUN --mount="from=alp
                      ^^^ mount-source alp
    ONBUILD
    ONBUILD COPY --from=x
                        ^ onbuild-source x
    """)


def test_line_ends_and_byte_order_mark():
    text = "\ufeffFROM alpine\r\nRUN a \\\r\n # c\r\n\r\n b\r\nCOPY --from=busy\\\r\nbox a b"
    assert [each.span.of(text) for each in read(text).occurrences] == ["alpine", "busy\\\r\nbox"]


def test_a_lone_carriage_return_ends_no_line():
    assert drawn("FROM a\rFROM b", read("FROM a\rFROM b")).count("base-image") == 1


def test_form_feeds_and_unicode_separators_end_no_line():
    text = "RUN a\x0cFROM b\nRUN c\u2028FROM d\nRUN e\x85FROM f\nFROM g"
    assert [each.value.text for each in read(text).occurrences] == ["g"]


def test_onbuild_from_is_no_stage_and_no_build_accepts_it():
    text = "FROM a AS b\nONBUILD FROM c AS d\nFROM d\n"
    assert problems(text) == ["onbuild-from: FROM is not allowed as an ONBUILD trigger [c]"]
    check("""
    FROM a AS b
         ^ base-image a
    ONBUILD FROM c AS d
                 ^ onbuild-source c
    FROM d
         ^ base-image d
    """)


def test_an_onbuild_stage_belongs_to_the_file_that_builds():
    check("""
    FROM a AS b
         ^ base-image a
    ONBUILD COPY --from=b / /
                        ^ stage
    ONBUILD COPY --from=5 / /
                        ^ stage
    ONBUILD COPY --from=c / /
                        ^ onbuild-source c
    """)

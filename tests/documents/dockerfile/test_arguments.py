"""Which variables reach a FROM, from where, and who beats whom (SEMANTICS, "Dockerfile")."""

from support.dockerfile_drawing import builder, check, problems
from tagwise.oci.platform import Platform


def test_arguments_before_the_first_from():
    check("""
    ARG REGISTRY=ghcr.io OWNER="acme" NAME='app'
    ARG VERSION=1.2
    ARG IMAGE=$REGISTRY/${OWNER}/$NAME:$VERSION
    FROM $IMAGE
         ^^^^^^ base-image ghcr.io/acme/app:1.2
    FROM ${IMAGE%:*}:2
         ^^^^^^^^^^^^^ base-image ghcr.io/acme/app:2
    """)


def test_a_stage_s_own_arguments_reach_no_from():
    check("""
    ARG V=1
    FROM a:$V
         ^^^^ base-image a:1
    ARG V=2
    ARG W=3
    ENV V=4
    FROM b:$V
         ^^^^ base-image b:1
    FROM c:$W
         ^^^^ unset-variable
    """)


def test_later_declarations_win_and_earlier_values_stay():
    check("""
    ARG V=1
    ARG A=a:$V
    ARG V=2
    ARG V
    FROM $A
         ^^ base-image a:1
    FROM b:$V
         ^^^^ base-image b:2
    """)


def test_an_argument_without_a_value():
    check("""
    ARG V
    ARG W=$V
    ARG X=
    FROM a:$V
         ^^^^ unset-variable
    FROM a:$W
         ^^^^ unset-variable
    FROM a:${V:-1}
         ^^^^^^^^^ base-image a:1
    FROM a:${W:-2}
         ^^^^^^^^^ base-image a:2
    FROM a$X
         ^^^ base-image a
    FROM ${V:?must be set}
         ^^^^^^^^^ invalid
    FROM ${V:?must}
         ^^^^^^^^^^ unset-variable
    """)


def test_quotes_in_defaults():
    check("""
    ARG A="alpine:3" B='$A' C=\\"x C2="a b"
    FROM $A
         ^^ base-image alpine:3
    FROM $B
         ^^ invalid
    FROM $C
         ^^ invalid
    """)


def test_settings_give_arguments():
    check(
        """
        ARG V=1
        ARG W
        FROM a:$V-$W-$U
             ^^^^^^^^^^ unset-variable
        FROM a:$V-$W
             ^^^^^^^ base-image a:2-3
        """,
        build_args={"V": "2", "W": "3", "U": "undeclared"},
    )


def test_a_builder_beats_settings_and_defaults():
    check(
        """
        ARG V=1
        ARG A=a:$V
        FROM $A
             ^^ base-image a:3
        """,
        build_args={"V": "2"},
        builders=(builder("web", V="3"),),
    )


def test_a_given_value_is_not_expanded():
    check(
        """
        ARG V=1
        ARG W=2
        FROM a:$V
             ^^^^ invalid
        """,
        builders=(builder("web", V="$W"),),
    )


def test_predefined_variables():
    check(
        """
        FROM a:$BUILDPLATFORM
             ^^^^^^^^^^^^^^^^ invalid
        FROM a:$TARGETOS-$TARGETARCH$TARGETVARIANT
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ base-image a:linux-armv7 [linux/arm/v7]
        FROM a:$BUILDARCH-$TARGETSTAGE AS last
             ^^^^^^^^^^^^^^^^^^^^^^^^^ base-image a:amd64-last [linux/arm/v7]
        """,
        builders=(builder("web", platforms=["linux/arm/v7"]),),
    )
    check("""
    FROM a:$TARGETARCH
         ^^^^^^^^^^^^^ base-image a:amd64
    FROM a:x$TARGETOSVERSION
         ^^^^^^^^^^^^^^^^^^^ base-image a:x
    FROM a:$TARGETSTAGE
         ^^^^^^^^^^^^^^ base-image a:default
    """)


def test_platforms_asked_for():
    drawing = """
    ARG ARCH=arm64
    FROM --platform=linux/arm64 a
                                ^ base-image a [linux/arm64]
    FROM --platform=linux/$ARCH/v8 a
                                   ^ base-image a [linux/arm64]
    FROM --platform=$BUILDPLATFORM a
                                   ^ base-image a [linux/s390x]
    FROM --platform=$TARGETPLATFORM a
                                    ^ base-image a
    FROM --platform=linux/$TARGETARCH a
                                      ^ base-image a
    FROM --platform="windows/amd64" a
                                    ^ base-image a [windows/amd64]
    FROM --platform=$NOTHING a
                             ^ base-image a
    FROM --platform= a
                     ^ base-image a
    FROM a
         ^ base-image a
    COPY --from=b / /
                ^ copy-source b
    """
    several = builder("web", platforms=["linux/386", "linux/amd64"])
    check(drawing, build_platform=Platform("linux", "s390x"))
    check(drawing, build_platform=Platform("linux", "s390x"), builders=(several,))


def test_the_platform_a_builder_builds_for():
    check(
        """
        FROM --platform=linux/arm64 a
                                    ^ base-image a [linux/arm64]
        FROM --platform=$BUILDPLATFORM a
                                       ^ base-image a [linux/amd64]
        FROM --platform=$TARGETPLATFORM a
                                        ^ base-image a [linux/386]
        FROM --platform=linux/$TARGETARCH a
                                          ^ base-image a [linux/386]
        FROM --platform=$NOTHING a
                                 ^ base-image a
        FROM a
             ^ base-image a [linux/386]
        COPY --from=b / /
                    ^ copy-source b [linux/386]
        """,
        builders=(builder("web", platforms=["linux/386"]),),
    )


def test_a_declared_target_platform():
    check("""
    ARG TARGETPLATFORM=linux/arm64
    FROM --platform=$TARGETPLATFORM a
                                    ^ base-image a [linux/arm64]
    """)


def test_a_platform_that_only_follows_what_is_assumed():
    check("""
    ARG P=$TARGETPLATFORM
    ARG Q=$P
    FROM --platform=$Q a
                       ^ base-image a
    """)


def test_undefined_arguments():
    text = "ARG V\nFROM a:$V$W\nARG W=1\nFROM --platform=$P ${W:-x}\n"
    assert [each for each in problems(text) if each.startswith("UndefinedArgInFrom")] == [
        "UndefinedArgInFrom: FROM argument 'W' is not declared (did you mean V?) [$W]",
        "UndefinedArgInFrom: FROM argument 'P' is not declared (did you mean V?) [$P]",
        "UndefinedArgInFrom: FROM argument 'W' is not declared (did you mean V?) [${W:-x}]",
    ]

"""What is found wrong, with BuildKit's names, messages and our places."""

import pytest

from support.dockerfile_drawing import builder, problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a AS B\n", ["StageNameCasing: Stage name 'B' should be lowercase [B]"]),
        (
            "FROM a AS Context\n",
            [
                "StageNameCasing: Stage name 'Context' should be lowercase [Context]",
                (
                    "ReservedStageName: Stage name should not use the same name as reserved stage "
                    '"context" [Context]'
                ),
            ],
        ),
        (
            "FROM a AS b\nFROM c AS b\n",
            ['DuplicateStageName: Duplicate stage name "b", stage names should be unique [b]'],
        ),
        (
            "FROM --platform=$TARGETPLATFORM a\n",
            [
                (
                    "RedundantTargetPlatform: Setting platform to predefined $TARGETPLATFORM in FROM "
                    "is redundant as this is the default behavior [$TARGETPLATFORM]"
                )
            ],
        ),
        (
            "FROM --platform=linux/arm64 a\n",
            [
                (
                    "FromPlatformFlagConstDisallowed: FROM --platform flag should not use constant "
                    'value "linux/arm64" [linux/arm64]'
                )
            ],
        ),
        ("FROM --platform=linux/arm64 a AS build_arm64\n", []),
        ("FROM --platform=$BUILDPLATFORM a\n", []),
        ("ARG P=linux/arm64\nFROM --platform=$P a\n", []),
        (
            "FROM --platform=linux/arm64/v8/x a\n",
            [
                (
                    "invalid-platform: invalid platform: a platform is written os/architecture/variant"
                    " [linux/arm64/v8/x]"
                )
            ],
        ),
        (
            "ARG V\nFROM python:$V\n",
            [
                (
                    "InvalidDefaultArgInFrom: Default value for ARG python:$V results in empty or "
                    "invalid base image name [python:$V]"
                )
            ],
        ),
        ("ARG V\nFROM python$V\n", []),
        ("ARG V\nFROM python:${V:-3}\n", []),
        (
            "FROM $V\n",
            [
                "UndefinedArgInFrom: FROM argument 'V' is not declared [$V]",
                (
                    "InvalidDefaultArgInFrom: Default value for ARG $V results in empty or invalid "
                    "base image name [$V]"
                ),
            ],
        ),
        (
            "FROM a\nCOPY --from=$V a b\n",
            [
                (
                    "variable-not-allowed: a variable cannot stand here: name a stage with "
                    "`FROM $V AS name` and use its name instead [$V]"
                )
            ],
        ),
        (
            "FROM a\nRUN --mount=from=a${V},target=/x true\n",
            [
                (
                    "variable-not-allowed: a variable cannot stand here: name a stage with "
                    "`FROM a${V} AS name` and use its name instead [a${V}]"
                )
            ],
        ),
        (
            "FROM a\nCOPY --from=x --from=y a b\n",
            ["repeated-flag: --from can be given only once [y]"],
        ),
        (
            "FROM library/Python:3\n",
            [
                "invalid-reference: invalid reference: the repository name must be lowercase: 'Python' [P]"
            ],
        ),
        (
            "ARG V=3.1!\nFROM python:$V\n",
            [
                (
                    "InvalidDefaultArgInFrom: Default value for ARG python:$V results in empty or "
                    "invalid base image name [python:$V]"
                ),
                "invalid-reference: invalid reference: '!' cannot stand in a tag [!]",
            ],
        ),
    ],
)
def test_problems(text, expected):
    assert sorted(problems(text)) == sorted(expected)


def test_what_a_builder_gives_does_not_make_a_default_valid():
    found = problems("ARG V\nFROM a:$V\n", builders=(builder("web", V="1"),))
    assert [each.partition(":")[0] for each in found] == ["InvalidDefaultArgInFrom"]


def test_what_several_builders_find_is_said_once():
    found = problems("FROM Bad AS X\n", builders=(builder("web"), builder("api")))
    assert [each.partition(":")[0] for each in found] == ["invalid-reference", "StageNameCasing"]


CASING = "StageNameCasing: Stage name 'B' should be lowercase [B]"
REDUNDANT = (
    "RedundantTargetPlatform: Setting platform to predefined $TARGETPLATFORM in FROM is redundant as"
    " this is the default behavior [$TARGETPLATFORM]"
)


@pytest.mark.parametrize(
    ("above", "left"),
    [
        ("# check=skip=StageNameCasing", [REDUNDANT]),
        ("#check = skip=StageNameCasing,RedundantTargetPlatform", []),
        ("# CHECK=skip=all // only here", []),
        ("# check=skip=StageNameCasing\n# a word\n\n# another", [REDUNDANT]),
        ("# check=skip=StageNameCasing\n# check=skip=RedundantTargetPlatform", [REDUNDANT]),
        ("# check=error=true", [REDUNDANT, CASING]),
        ("# check=skip=StageNameCasing;what=else", [REDUNDANT, CASING]),
        # What ends a comment's hold: an empty one.  An indented one has none.
        ("# check=skip=all\n#\n# a word", [REDUNDANT, CASING]),
        ("  # check=skip=all", [REDUNDANT, CASING]),
        ("# check=skip=all\nARG A", [REDUNDANT, CASING]),
    ],
)
def test_a_comment_above_an_instruction_switches_rules_off_for_it(above, left):
    text = f"FROM a\n{above}\nFROM --platform=$TARGETPLATFORM a AS B\n"
    assert problems(text) == left
    assert problems(f"{text}FROM a AS C\n")[len(left) :] == [
        "StageNameCasing: Stage name 'C' should be lowercase [C]"
    ]


def test_a_comment_above_an_instruction_switches_no_rule_off_that_is_about_the_whole_file():
    # BuildKit asks for these before it looks at any instruction's comments.
    text = "FROM a AS b\n# check=skip=all\nFROM a AS b\n# check=skip=all\nFROM a AS scratch\n"
    assert [each.partition(":")[0] for each in problems(text)] == [
        "DuplicateStageName",
        "ReservedStageName",
    ]


@pytest.mark.parametrize(
    ("declared", "used", "meant"),
    [
        ("VERSION", "VERSIN", "VERSION"),
        ("VERSION", "VERSIONED", "VERSION"),
        ("VERSION", "WERTION", "VERSION"),
        ("VERSION", "XERSIONS", "VERSION"),
        ("VERSION", "EVRSION", "VERSION"),
        ("VERSION", "version", None),
        ("VERSION", "VERSI", "VERSION"),
        ("VERSION", "VERS", None),
        ("VERSION", "XEXSIOX", None),
        ("AB=1 AC=2 AXX", "AD", "AB"),
        ("VERSION", "TARGETARH", "TARGETARCH"),
    ],
)
def test_an_argument_that_is_spelt_like_another_may_mean_it(declared, used, meant):
    # BuildKit's util/suggest: fewer than three edits away, and the letters' case counts.
    said = f" (did you mean {meant}?)" if meant else ""
    assert problems(f"ARG {declared}\nFROM a${{{used}:-}}\n") == [
        f"UndefinedArgInFrom: FROM argument '{used}' is not declared{said} [${{{used}:-}}]"
    ]


@pytest.mark.parametrize(("uses", "is_told"), [(4, True), (4000, False)])
def test_what_may_be_meant_is_looked_for_in_files_that_somebody_writes(uses, is_told):
    # Each use is compared with each name: a quarter of a million of them take seconds.
    declared = "".join(f"ARG VERSION_{number}\n" for number in range(50))
    found = problems(declared + "FROM a${VERSIN_1:-}\n" * uses)
    assert len(found) == uses
    assert all(("did you mean VERSION_1?" in each) is is_told for each in found)

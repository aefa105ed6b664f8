"""What is newer than a tag, and what a person who writes one may mean.

The lines are those of docs.renovatebot.com, "Docker versioning": text behind the version is a
flavour and is kept, so is the precision; an unstable version is nobody's update unless they are on
one; a commit's hash is no version.
"""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.oci.tag_catalogue import NewerTags, TagCatalogue
from tagwise.oci.tags import parse_version

PAGE = Path(__file__).parents[2] / "docs" / "newer-tags.md"

PYTHON = """
latest slim 3 3-slim 3.12 3.12-slim 3.13 3.13-slim 3.12-slim-bookworm 3.13-slim-bookworm 3.14-rc-slim
3.12.4 3.12.4-slim 3.12.9-slim 3.13.0-slim 3.13.1-slim 4.0.0-slim 4.0.2-slim 5.1.0-slim 3.14.0rc2-slim
3.14.0rc3-slim 2.7-slim 3.12-alpine3.20 3.13-alpine3.20 3.13-alpine3.21 20250131 v3.12 v3.14 0a1b2c3
3.13-alpine
""".split()


@pytest.fixture(scope="module")
def python():
    return TagCatalogue.of(PYTHON)


@pytest.mark.parametrize(
    ("tag", "newer"),
    [
        # Users on 12.14 expect 12.15 and not 12.15.0; those on -alpine nothing but -alpine.
        ("3.12-slim", NewerTags(minor="3.13-slim", newest="3.13-slim")),
        (
            "3.12.4-slim",
            NewerTags("3.12.9-slim", "3.13.1-slim", "4.0.2-slim", "5.1.0-slim"),
        ),
        ("3.12-alpine3.20", NewerTags(minor="3.13-alpine3.20", newest="3.13-alpine3.20")),
        ("2.7-slim", NewerTags(major="3.13-slim", newest="3.13-slim")),
        ("v3.12", NewerTags(minor="v3.14", newest="v3.14")),
        ("3", NewerTags()),
        ("3.13-slim", NewerTags()),
        # A pre-release goes on to its own successors, and to releases.
        (
            "3.14.0rc2-slim",
            NewerTags("3.14.0rc3-slim", None, "4.0.2-slim", "5.1.0-slim"),
        ),
        ("latest", NewerTags()),
        ("0a1b2c3", NewerTags()),
        ("3.12.4-unheard-of", NewerTags()),
    ],
)
def test_what_is_newer_of_the_same_line(python, tag, newer):
    assert python.newer(tag) == newer


@pytest.mark.parametrize(
    ("tag", "tags", "newest"),
    [
        ("20240101", ["3", "20241231", "20250131"], "20250131"),
        ("3", ["4", "20250131", "2025"], "4"),
        ("2024.01", ["2024.02", "2025.01", "3000.1"], "2025.01"),
        ("jammy-20240111", ["jammy-20250127", "noble-20250127"], "jammy-20250127"),
        ("18.04", ["18.1", "18.10", "20.04"], "20.04"),
        ("3.8.2", ["3.8.3-SNAPSHOT", "3.8.3-1-SNAPSHOT"], None),
        ("24-jdk", ["25-ea-jdk", "25-jdk"], "25-jdk"),
    ],
)
def test_dates_snapshots_and_prefixes(tag, tags, newest):
    assert TagCatalogue.of([tag, *tags]).newer(tag).newest == newest


def rows_of_the_page():
    lines = [line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines()]
    rows = [cells for cells in lines if len(cells) == 3 and "`" in cells[1]]
    return [[re.findall(r"`([^`]+)`", cell) for cell in cells] for cells in rows]


@pytest.mark.parametrize(("written", "others", "said"), rows_of_the_page(), ids=str)
def test_a_row_of_the_page_about_newer_tags(written, others, said):
    newest = TagCatalogue.of([*written, *others]).newer(*written).newest
    assert newest == (said[0] if said and said[0] in others else None)


def test_the_page_has_rows_of_both_kinds():
    rows = rows_of_the_page()
    assert len(rows) > 35
    assert sum(not {*said} & {*others} for _, others, said in rows) == 8


@pytest.mark.parametrize(
    ("tag", "tags", "newer"),
    [
        # Semantic versions of what was built anew: a revision is less than a patch.
        ("1.2.3-r4", ["1.2.3-r5"], NewerTags(patch="1.2.3-r5", newest="1.2.3-r5")),
        (
            "9.4-1134",
            ["9.4-1181", "9.5-1732"],
            NewerTags(patch="9.4-1181", minor="9.5-1732", newest="9.5-1732"),
        ),
        (
            "21_35-jdk",
            ["21.0.5_11-jdk", "22_36-jdk"],
            NewerTags(patch="21.0.5_11-jdk", major="22_36-jdk", newest="22_36-jdk"),
        ),
        # Of days there is only a newest.
        ("20240101", ["20240108", "20240115"], NewerTags(newest="20240115")),
        ("2024-10-01", ["2024-10-08", "2025-01-01"], NewerTags(newest="2025-01-01")),
        # Of a calendar's versions there are months and years.
        (
            "2024.10.1",
            ["2024.10.4", "2024.11.2", "2025.1.0"],
            NewerTags("2024.10.4", "2024.11.2", "2025.1.0", "2025.1.0"),
        ),
    ],
)
def test_patches_minors_and_majors_of_other_schemes(tag, tags, newer):
    assert TagCatalogue.of([tag, *tags]).newer(tag) == newer


@pytest.mark.parametrize(
    ("repository", "tag", "tags", "major", "newest"),
    [
        # nodejs.org/en/about/previous-releases: odd ones end after half a year, 27 on are all LTS.
        ("library/node", "22-alpine", ["23-alpine", "24-alpine", "25-alpine"], *["24-alpine"] * 2),
        ("library/node", "23", ["24", "25"], "24", "25"),
        ("library/node", "26", ["27", "28"], "27", "28"),
        ("docker/library/node", "22", ["23"], None, None),
        ("acme/node", "22", ["23"], "23", "23"),
        # ubuntu.com/about/release-cycle
        ("library/ubuntu", "24.04", ["24.10", "25.04", "26.04"], "26.04", "26.04"),
        ("library/ubuntu", "24.10", ["25.04", "25.10"], "25.10", "25.10"),
        # adoptium.net/support
        ("library/eclipse-temurin", "17-jre", ["21-jre", "22-jre"], "21-jre", "21-jre"),
        (
            "library/eclipse-temurin",
            "17.0.1_12-jdk",
            ["22_36-jdk", "25_36-jdk"],
            *["25_36-jdk"] * 2,
        ),
        ("library/eclipse-temurin", "22_36-jdk", ["23_37-jdk"], *["23_37-jdk"] * 2),
    ],
)
def test_what_is_supported_for_long_leads_to_the_next(repository, tag, tags, major, newest):
    newer = TagCatalogue.of([tag, *tags]).newer(tag, repository=repository)
    assert (newer.major, newer.newest) == (major, newest)


@pytest.mark.parametrize(
    ("typed", "like", "first"),
    [
        ("", "", ["latest", "20250131", "5.1.0-slim"]),
        ("", "3.12-slim", ["3.13-slim", "3.12-slim", "2.7-slim", "3.14-rc-slim", "5.1.0-slim"]),
        ("3.12-slim", "3.12-slim", ["3.13-slim", "3.12-slim", "3.12-slim-bookworm"]),
        ("3.12.", "3.12.", ["3.12.9-slim", "3.12.4", "3.12.4-slim"]),
        ("3.12.", "3.12.4-slim", ["3.12.9-slim", "3.12.4-slim", "3.12.4"]),
        ("book", "book", ["3.13-slim-bookworm", "3.12-slim-bookworm"]),
        ("SLIM", "SLIM", ["5.1.0-slim"]),
    ],
)
def test_the_same_line_first_then_the_same_flavour(python, typed, like, first):
    found = python.matching(typed, like=like, limit=100)
    assert list(found.tags[: len(first)]) == first
    assert found.is_all


def test_a_list_that_is_cut_says_so(python):
    found = python.matching("", like="", limit=5)
    assert (len(found.tags), found.is_all) == (5, False)


def test_what_tools_put_beside_images_is_no_tag_anyone_wants():
    digest = "sha256-" + "a" * 64
    catalogue = TagCatalogue.of(["1.0", f"{digest}.sig", f"{digest}.att", digest])
    assert catalogue.tags == ("1.0",)


numbers = st.lists(st.integers(0, 30), min_size=1, max_size=3)
flavours = st.sampled_from(["", "-slim", "-alpine3.20"])
stages = st.sampled_from(["", "", "rc1", "-beta.2"])
tags = st.builds(
    lambda prefix, number, stage, flavour: prefix + ".".join(map(str, number)) + stage + flavour,
    st.sampled_from(["", "v"]),
    numbers,
    stages,
    flavours,
)


def may_follow(version, mine):
    if version.is_prerelease and not (mine.is_prerelease and version.numbers == mine.numbers):
        return False
    return version.order > mine.order


@given(tags, st.lists(tags, max_size=40))
def test_what_is_newer_is_newer_and_of_the_same_line(tag, others):
    newer = TagCatalogue.of([*others, tag]).newer(tag)
    mine = parse_version(tag)
    following = [version for each in others if may_follow(version := parse_version(each), mine)]
    own = [version for version in following if version.line == mine.line]
    either = own or [version for version in following if version.line == mine.line.respelled]
    for each in (newer.patch, newer.minor, newer.major, newer.newest):
        assert each is None or parse_version(each) in either
    if not either:
        assert not newer
        return
    assert parse_version(newer.newest).order == max(each.order for each in either)
    majors = [each.numbers[0] for each in either if each.numbers[0] > mine.numbers[0]]
    assert (newer.major and parse_version(newer.major).numbers[0]) == min(majors, default=None)
    if newer.minor:
        assert parse_version(newer.minor).numbers[0] == mine.numbers[0]


@given(st.lists(tags, max_size=30), tags, st.integers(0, 8))
def test_every_tag_can_be_found_by_what_it_starts_with(others, like, typed):
    catalogue = TagCatalogue.of([*others, like])
    found = catalogue.matching(like[:typed], like=like, limit=1000).tags
    assert {each for each in (*others, like) if each.startswith(like[:typed])} <= set(found)
    assert len(found) == len(set(found))

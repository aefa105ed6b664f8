"""How tags order, and what they say of themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.oci.tags import newest_first, parse_version


@pytest.mark.parametrize(
    ("tag", "numbers", "flavour", "prefix"),
    [
        ("3.12.4-slim-bookworm", (3, 12, 4), "slim-bookworm", ""),
        ("3", (3,), "", ""),
        ("v1.30.2", (1, 30, 2), "", "v"),
        ("17-alpine3.22", (17,), "alpine3.22", ""),
        ("24.04", (24, 4), "", ""),
        ("20240115", (20240115,), "", ""),
        ("2024.01.15-ubi", (2024, 1, 15), "ubi", ""),
        ("RELEASE-2025", (2025,), "", "release-"),
        ("x86_64-1.2.3", (1, 2, 3), "", "x86_64-"),
        ("1.2.3-x86_64", (1, 2, 3), "x86_64", ""),
        ("8.0-windowsservercore-ltsc2022", (8, 0), "windowsservercore-ltsc2022", ""),
    ],
)
def test_a_tag_with_a_version(tag, numbers, flavour, prefix):
    version = parse_version(tag)
    assert (version.numbers, version.flavour, version.prefix) == (numbers, flavour, prefix)
    assert not version.is_prerelease


@pytest.mark.parametrize(
    "tag",
    ["latest", "slim", "bookworm", "edge", "sha-abcdef", "stable-slim", "\u0669.1-slim", "\u0669"],
)
def test_a_tag_without_one(tag):
    assert parse_version(tag) is None


@pytest.mark.parametrize(
    ("tag", "flavour"),
    [
        ("3.14.0rc2-slim", "slim"),
        ("3.14-rc", ""),
        ("18beta1-alpine", "alpine"),
        ("2.0.0-alpha.1", ""),
    ],
)
def test_a_prerelease_keeps_its_flavour(tag, flavour):
    version = parse_version(tag)
    assert version.is_prerelease
    assert version.flavour == flavour


def test_alpine_is_a_flavour_and_no_alpha():
    assert not parse_version("3.12-alpine").is_prerelease
    assert not parse_version("3.12-bullseye").is_prerelease
    assert not parse_version("3.12-amd64").is_prerelease


def test_newest_first():
    tags = [
        "1.9",
        "1.10",
        "latest",
        "1.10-slim",
        "2.0.0-rc1",
        "edge",
        "2.0.0",
        "2.0.0-beta.2",
        "1.10.0",
    ]
    assert newest_first(tags) == (
        "latest",
        "2.0.0",
        "2.0.0-rc1",
        "2.0.0-beta.2",
        "1.10.0",
        "1.10",
        "1.10-slim",
        "1.9",
        "edge",
    )


@given(st.lists(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)))
def test_ordering_loses_nothing(tags):
    assert sorted(newest_first(tags)) == sorted(tags)


@pytest.mark.parametrize("tag", ["0a1b2c3", "0a1b2c3d", "1234567a", "12345a6"])
def test_a_commit_is_no_version(tag):
    assert parse_version(tag) is None


def test_digits_alone_are_one():
    assert parse_version("123098140293").numbers == (123098140293,)

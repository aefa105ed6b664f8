"""Rows, sizes, ages and columns as docker/cli's formatter, docker/go-units and text/tabwriter."""

from datetime import UTC, datetime, timedelta

import pytest

from tagwise.cli.columns import in_columns
from tagwise.cli.docker_units import human_duration, human_size
from tagwise.cli.image_rows import TITLES, image_rows
from tagwise.engine.models import ImageSummary

ID = "sha256:" + "4bcff63911fc" + "0" * 52
ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64
THEN = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)


def summary(*tags, digests=(), **fields):
    return ImageSummary(ID, tags, digests, THEN, 1_234_567, **fields)


def names(image, *, with_digests=False):
    rows = image_rows([image], with_digests=with_digests)
    return [(row.repository, row.tag, row.digest) for row in rows]


def test_a_row_for_each_name():
    image = summary("alpine:3", "docker.io/library/alpine:latest", "localhost:5000/a/b:1")
    assert names(image) == [
        ("alpine", "3", "<none>"),
        ("alpine", "latest", "<none>"),
        ("localhost:5000/a/b", "1", "<none>"),
    ]


def test_without_any_name_the_row_is_of_nothing():
    assert names(summary()) == [("<none>", "<none>", "<none>")]


def test_digests_stand_beside_the_tags_of_their_own_repository():
    image = summary("alpine:3", "acme/b:1", digests=(f"alpine@{ONE}", f"alpine@{TWO}"))
    assert names(image) == [("alpine", "3", "<none>"), ("acme/b", "1", "<none>")]
    assert names(image, with_digests=True) == [
        ("alpine", "3", ONE),
        ("alpine", "3", TWO),
        ("acme/b", "1", "<none>"),
    ]


def test_what_was_pulled_by_digest_alone_has_a_row_without_a_tag():
    image = summary(digests=(f"alpine@{ONE}", f"alpine@{TWO}"))
    assert names(image) == [("alpine", "<none>", "<none>")]
    assert names(image, with_digests=True) == [
        ("alpine", "<none>", ONE),
        ("alpine", "<none>", TWO),
    ]


def test_every_field():
    (row,) = image_rows([summary("alpine:3", shared_size=1_000_000)], with_digests=False)
    fields = row.fields(THEN + timedelta(days=20), truncates=True)
    assert fields.pop("CreatedAt") == THEN.astimezone().strftime("%Y-%m-%d %H:%M:%S %z %Z")
    assert fields == {
        "ID": "4bcff63911fc",
        "Repository": "alpine",
        "Tag": "3",
        "Digest": "<none>",
        "CreatedSince": "2 weeks ago",
        "Size": "1.23MB",
        "Containers": "N/A",
        "VirtualSize": "1.235MB",
        "SharedSize": "1MB",
        "UniqueSize": "234.6kB",
    }
    assert row.fields(THEN, truncates=False)["ID"] == ID
    assert row.fields(THEN, truncates=True).keys() == TITLES.keys()


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0B"), (999, "999B"), (1000, "1kB"), (1_234_567, "1.23MB"), (45_100_000_000, "45.1GB")],
)
def test_sizes(size, said):
    assert human_size(size) == said


# docker/go-units, duration_test.go
@pytest.mark.parametrize(
    ("duration", "said"),
    [
        (timedelta(milliseconds=450), "Less than a second"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=45), "45 seconds"),
        (timedelta(seconds=60), "About a minute"),
        (timedelta(minutes=3), "3 minutes"),
        (timedelta(minutes=60), "About an hour"),
        (timedelta(minutes=89), "About an hour"),
        (timedelta(minutes=90), "2 hours"),
        (timedelta(hours=35), "35 hours"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=13), "13 days"),
        (timedelta(days=14), "2 weeks"),
        (timedelta(days=59), "8 weeks"),
        (timedelta(days=60), "2 months"),
        (timedelta(days=365), "12 months"),
        (timedelta(days=2 * 365), "2 years"),
        (timedelta(days=2 * 365 + 364), "2 years"),
    ],
)
def test_ages(duration, said):
    assert human_duration(duration) == said


def test_columns_are_ten_wide_at_least_and_three_blanks_apart():
    assert in_columns(["A\tB\tC", "a-longer-cell\tb\tc"]) == [
        "A               B         C",
        "a-longer-cell   b         c",
    ]

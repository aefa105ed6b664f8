"""Sizes, ages and counts as people say them."""

from datetime import UTC, datetime, timedelta

import pytest

from tagwise.ide.phrases import age, counted, size

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (45_123_456, "45.1 MB"),
        (99_949_999, "99.9 MB"),
        (123_456_789, "123 MB"),
        (999_499_999, "999 MB"),
        (999_500_000, "1.0 GB"),
        (2_500_000_000_000, "2.5 TB"),
        (10**17, "100000 TB"),
    ],
)
def test_sizes(number, said):
    assert size(number) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ({"seconds": -3600}, "in the future"),
        ({"seconds": -30}, "just now"),
        ({"seconds": 59}, "just now"),
        ({"minutes": 1}, "1 minute ago"),
        ({"minutes": 59}, "59 minutes ago"),
        ({"hours": 1}, "1 hour ago"),
        ({"hours": 47}, "1 day ago"),
        ({"days": 3}, "3 days ago"),
        ({"days": 20}, "20 days ago"),
        ({"days": 21}, "3 weeks ago"),
        ({"days": 29}, "4 weeks ago"),
        ({"days": 30}, "1 month ago"),
        ({"days": 364}, "12 months ago"),
        ({"days": 730}, "2 years ago"),
    ],
)
def test_ages(span, said):
    assert age(NOW - timedelta(**span), NOW) == said


def test_counts():
    assert [counted(n, "layer") for n in (0, 1, 2)] == ["no layers", "1 layer", "2 layers"]

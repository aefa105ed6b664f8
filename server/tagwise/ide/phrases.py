"""Sizes, ages and counts as people say them.

Does not know what is measured.
"""

from datetime import datetime, timedelta
from typing import Final

_UNITS: Final = ("kB", "MB", "GB", "TB")
_AGES: Final = (
    ("year", 365 * 86400),
    ("month", 30 * 86400),
    ("week", 7 * 86400),
    ("day", 86400),
    ("hour", 3600),
    ("minute", 60),
)
_WEEKS_ABOVE_DAYS: Final = 21


def size(number: int) -> str:
    """Return a number of bytes in decimal units, as `docker images` does: `45.1 MB`."""
    if number < 1000:  # noqa: PLR2004 - kilo
        return f"{number} B"
    value = float(number)
    for unit in _UNITS:
        value /= 1000
        if value < 999.5 or unit == _UNITS[-1]:  # noqa: PLR2004 - rounds to 1000
            return f"{value:.1f} {unit}" if value < 100 else f"{value:.0f} {unit}"  # noqa: PLR2004
    raise AssertionError(number)


def age(then: datetime, now: datetime) -> str:
    """Return how long ago `then` was: `3 days ago`; what lies ahead is `in the future`."""
    seconds = (now - then).total_seconds()
    if seconds < -60:  # noqa: PLR2004 - clocks differ by a little
        return "in the future"
    for unit, length in _AGES:
        count = int(seconds // length)
        if count < 1 or (unit == "week" and seconds < _WEEKS_ABOVE_DAYS * 86400):
            continue
        return f"{counted(count, unit)} ago"
    return "just now"


def old(then: datetime, now: datetime) -> str:
    """Return how old what was made `then` is: `3 days old`; of what lies ahead nothing is said."""
    said = age(then, now)
    if said.endswith(" ago"):
        return f"{said.removesuffix(' ago')} old"
    return "made just now" if then <= now else ""


def hours(span: timedelta) -> str:
    """Return a span in hours, as quotas are stated: `6 hours`, `0.5 hours`."""
    number = span.total_seconds() / 3600
    return f"{number:g} hour{'' if number == 1 else 's'}"


def counted(number: int, noun: str) -> str:
    """Return `1 layer`, `2 layers`, `no layers`."""
    return f"{number or 'no'} {noun}" + ("" if number == 1 else "s")

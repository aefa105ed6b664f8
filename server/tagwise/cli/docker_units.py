"""Sizes and ages spelled as docker spells them, so that scripts read either program's output.

Follows docker/go-units: size.go (`HumanSizeWithPrecision`) and duration.go (`HumanDuration`).
"""

from datetime import timedelta
from typing import Final

_UNITS: Final = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")
_KILO: Final = 1000
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24
_WEEK: Final = 7 * _DAY
_MONTH: Final = 30 * _DAY
_YEAR: Final = 365 * _DAY


def human_size(size: int, *, precision: int = 3) -> str:
    """Spell bytes with so many significant digits: `1.23MB`."""
    value, unit = float(size), 0
    while value >= _KILO and unit < len(_UNITS) - 1:
        value /= _KILO
        unit += 1
    return f"{value:.{precision}g}{_UNITS[unit]}"


def human_duration(duration: timedelta) -> str:
    """Spell a time that has passed: `About an hour`, `13 days`, `3 weeks`."""
    seconds = int(duration.total_seconds())
    if seconds < 1:
        return "Less than a second"
    if seconds < _MINUTE:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    if seconds < _HOUR:
        minutes = seconds // _MINUTE
        return "About a minute" if minutes == 1 else f"{minutes} minutes"
    return _hours(int(duration.total_seconds() / _HOUR + 0.5), seconds // _HOUR)


def _hours(rounded: int, whole: int) -> str:
    if rounded == 1:
        return "About an hour"
    if rounded < 2 * _DAY:
        return f"{rounded} hours"
    if rounded < 2 * _WEEK:
        return f"{rounded // _DAY} days"
    if rounded < 2 * _MONTH:
        return f"{rounded // _WEEK} weeks"
    if rounded < 2 * _YEAR:
        return f"{rounded // _MONTH} months"
    return f"{whole // _YEAR} years"

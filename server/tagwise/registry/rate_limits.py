"""What a registry says about how often it may be asked: quotas, and when to come back.

Docker Hub's headers are `ratelimit-limit: 100;w=21600`, a number of pulls and the seconds they are
for (docs.docker.com, "Docker Hub usage and limits").  What is absent or malformed is unknown, not
zero.  Does not know what an answer is worth, nor whether to wait.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import attrs

_SECONDS: Final = re.compile(r"[0-9]{1,8}")
_LONGEST: Final = 1e8
_WINDOW: Final = timedelta(hours=1)
_COUNT: Final = re.compile(r"(?P<count>[0-9]{1,9})(?:[ \t]*;[ \t]*w=(?P<window>[0-9]{1,8}))?")
_PULL_LIMIT: Final = re.compile(rb"pull (?:rate )?limit", re.IGNORECASE)
# GHCR: `toomanyrequests: retry-after: 714.6\u00b5s, allowed: 44000/minute`; Go's `Duration.String`.
_IN_BODY: Final = re.compile(r"retry-after: ((?:[0-9.]{1,12}(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)")
_GO_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)")
_GO_UNITS: Final[Mapping[str, float]] = {
    "ns": 1e-9,
    "us": 1e-6,
    "\u00b5s": 1e-6,
    "\u03bcs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
}


@attrs.frozen
class Quota:
    """How many pulls a host grants in each `window`, and how many were left at `learned`."""

    limit: int
    remaining: int
    window: timedelta | None
    learned: datetime

    def holds(self, now: datetime) -> bool:
        """Whether what was said may still be so: a new window brings new pulls."""
        return now - self.learned <= (self.window or _WINDOW)


def read_quota(headers: Mapping[str, str], *, now: datetime) -> Quota | None:
    """Read `RateLimit-Limit` and `RateLimit-Remaining`; None unless both are well-formed."""
    limit = _COUNT.fullmatch(headers.get("ratelimit-limit", "").strip())
    remaining = _COUNT.fullmatch(headers.get("ratelimit-remaining", "").strip())
    if limit is None or remaining is None:
        return None
    window = timedelta(seconds=int(limit["window"])) if limit["window"] else None
    return Quota(int(limit["count"]), int(remaining["count"]), window, now)


def is_pull_limit(body: bytes) -> bool:
    """Tell a quota on pulls that is used up from too many requests at a time."""
    return _PULL_LIMIT.search(body) is not None


def retry_after(headers: Mapping[str, str], body: bytes, *, now: datetime) -> float | None:
    """Read in how many seconds to come back (RFC 9110, 10.2.3); GHCR says it in the body."""
    text = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return _in_body(body)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), _LONGEST)


def _in_body(body: bytes) -> float | None:
    stated = _IN_BODY.search(body.decode(errors="replace"))
    if stated is None:
        return None
    parts = _GO_PART.findall(stated[1])
    seconds = sum(float(number) * _GO_UNITS[unit] for number, unit in parts)
    return min(seconds, _LONGEST) if parts else None

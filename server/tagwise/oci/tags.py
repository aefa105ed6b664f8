"""How tags order, and which of them are of the same line.

A tag is free text, but publishers write versions into it: `3.12.4-slim-bookworm` is version 3.12.4 in
the flavour `slim-bookworm`.  Versions compare by their numbers, a pre-release before its release
(as in Semantic Versioning 2.0.0, paragraph 11), names without a version apart.  Lines are Renovate's
(docs.renovatebot.com, "Docker versioning"): one flavour, one precision; a commit's hash is no version.
Does not know which tags a repository has.
"""

import re
from collections.abc import Iterable
from typing import Final

import attrs

from tagwise.oci.reference import DEFAULT_TAG

_VERSION: Final = re.compile(
    r"""
    (?P<prefix>[A-Za-z][A-Za-z_-]*?[-_]|[vV])?
    (?P<numbers>\d+(?:[._]\d+)*)
    (?:[-_.+]?(?P<stage>alpha|beta|preview|pre|rc|dev|nightly|snapshot|canary|ea
       |a|b|m)[-_.]?(?P<count>\d+)?
       (?![A-Za-z]))?
    (?:[-_.+](?P<flavour>.+))?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_STAGES: Final = {
    name: rank
    for rank, names in enumerate(
        (
            ("dev", "nightly", "snapshot", "canary"),
            ("alpha", "a"),
            ("beta", "b", "m", "preview", "pre", "ea"),
            ("rc",),
        )
    )
    for name in names
}
_RELEASED: Final = (len(_STAGES), 0)
_SNAPSHOT: Final = re.compile(r"(?:.*[-_.])?snapshot", re.IGNORECASE)
_COMMIT: Final = re.compile(r"(?=.*[a-f])[a-f0-9]{7,40}")
_LONGEST_NUMBER: Final = 18
_DAY: Final = re.compile(r"(?:19[789]|20[0-9])[0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_YEARS: Final = range(1990, 2100)


@attrs.frozen
class TagVersion:
    """What a tag says of itself.

    `numbers` is the version; `stage` orders pre-releases before the release; `prefix` and `flavour`
    are what stands before and behind, in lowercase.  Two tags with the same prefix and flavour and
    as many numbers are of the same line, unless only one of them is a date.
    """

    prefix: str
    numbers: tuple[int, ...]
    stage: tuple[int, int]
    flavour: str

    @property
    def is_prerelease(self) -> bool:
        return self.stage != _RELEASED

    @property
    def is_date(self) -> bool:
        """Whether the version is a day (`20250131`), or starts with a year (`2025.01`)."""
        first = self.numbers[0]
        return first in _YEARS or _DAY.fullmatch(str(first)) is not None

    @property
    def order(self) -> tuple[tuple[int, ...], tuple[int, int]]:
        return self.numbers, self.stage

    @property
    def kind(self) -> "TagKind":
        return TagKind(self.prefix, self.flavour, self.is_date)

    @property
    def line(self) -> "TagLine":
        return TagLine(self.kind, len(self.numbers))


@attrs.frozen
class TagKind:
    """Tags that differ in their version only."""

    prefix: str
    flavour: str
    dated: bool


@attrs.frozen
class TagLine:
    """Tags of a kind whose versions are as precise: what one may replace the other by."""

    kind: TagKind
    precision: int


def parse_version(tag: str) -> TagVersion | None:
    """Return the version in `tag`; None where it has none, as `latest` or a commit's hash."""
    match = _VERSION.fullmatch(tag)
    if match is None or _COMMIT.fullmatch(tag):
        return None
    numbers = re.split(r"[._]", match["numbers"])
    if any(len(number) > _LONGEST_NUMBER for number in numbers):
        return None
    stage = _RELEASED
    if _SNAPSHOT.fullmatch(match["flavour"] or ""):
        stage = (_STAGES["snapshot"], 0)
    elif match["stage"]:
        stage = (_STAGES[match["stage"].lower()], int((match["count"] or "0")[:_LONGEST_NUMBER]))
    return TagVersion(
        (match["prefix"] or "").lower(),
        tuple(map(int, numbers)),
        stage,
        (match["flavour"] or "").lower(),
    )


def newest_first(tags: Iterable[str]) -> tuple[str, ...]:
    """Order tags for a person: `latest`, versions from the newest down, then other names.

    Of one version the plain tag comes before its flavours, the longer number before the shorter.
    """
    versions: list[tuple[TagVersion, str]] = []
    names: list[str] = []
    for tag in tags:
        version = parse_version(tag)
        if version is None:
            names.append(tag)
        else:
            versions.append((version, tag))
    versions.sort(key=lambda pair: (pair[0].prefix, pair[0].flavour, pair[1]))
    versions.sort(key=lambda pair: pair[0].order, reverse=True)
    names.sort(key=lambda tag: (tag != DEFAULT_TAG, tag))
    first = names[:1] if names[:1] == [DEFAULT_TAG] else []
    return (*first, *(tag for _, tag in versions), *names[len(first) :])

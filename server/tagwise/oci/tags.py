"""How tags order, and which of them are of the same line.

A tag is free text, but publishers write versions into it: `3.12.4-slim-bookworm` is version 3.12.4 in
the flavour `slim-bookworm`.  Versions compare by their numbers, a pre-release before its release
(as in Semantic Versioning 2.0.0, paragraph 11), names without a version apart.  Lines are Renovate's
(docs.renovatebot.com, "Docker versioning" and "Workarounds"): one flavour, one precision; a commit's hash
is no version, and what is built anew under the same version is a revision of it (`-debian-12-r4`, `_7`).
Does not know which tags a repository has.
"""

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final

import attrs

from tagwise.oci.reference import DEFAULT_TAG
from tagwise.oci.tag_flavours import flavour_and_revision

# A word and the version behind it: `jdk-21`, `ubi9-1.2`, `alpine3.19-v17`, `RELEASE.2024`, `v1`, `r12`.
_VERSION: Final = re.compile(
    r"""
    (?P<prefix>(?:[A-Za-z]+\.|(?![vrb]\d)[A-Za-z][A-Za-z0-9_.-]*?[-_])?[vrb]?)(?<!x86_)
    (?P<numbers>
        (?P<day>(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T\d\d-\d\d-\d\dZ)?)(?!\d)
      | \d+u\d+
      | \d+(?:_\d+){2,}
      | \d+(?:\.\d+)*
    )
    (?:_(?P<build>\d+)(?![A-Za-z]))?
    (?:
        [-_.+]?(?P<stage>alpha|beta|preview|pre|rc|cr|dev(?=[-_.]?\d)|nightly|snapshot|canary|ea
          |[am](?=\d)|(?<=\d)b(?=\d))[-_.]?(?P<count>\d+)?
      | (?P<letter>[a-z])
    )?
    (?![A-Za-z0-9])
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
            ("rc", "cr"),
        )
    )
    for name in names
}
_RELEASED: Final = (len(_STAGES), 0)
_SNAPSHOT: Final = re.compile(r"(?:.*[-_.])?snapshot", re.IGNORECASE)
_COMMIT: Final = re.compile(r"(?=.*[a-f])[a-f0-9]{7,40}")
# What numbers commits, changes and branches is not newer for being greater; a Windows is what a host has.
_OF_NO_VERSION: Final = re.compile(
    r"(?:sha\d*|git|commit|pr|mr|pull|issue|feat(?:ure)?|fix|bugfix|hotfix|branch)[-_.].*"
    r"|(?:.*[-_])?(?:windowsservercore|nanoserver)-",
    re.IGNORECASE,
)
_SHORT_COMMIT: Final = 7
_LONGEST_NUMBER: Final = 18
_DAY: Final = re.compile(r"(?:19[789]|20[0-9])[0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_YEARS: Final = range(1990, 2100)
# A count of builds, a time in seconds: no publisher gets there by versions.
_SERIAL: Final = 100_000
# Windows containers run on the build they are made for (learn.microsoft.com, "Windows container
# version compatibility").
_WINDOWS: Final = (10, 0)
_WINDOWS_BUILDS: Final = 10_240
_BUILD: Final = 3


class Scheme(Enum):
    """What the numbers count."""

    VERSION = "version"
    YEAR = "a version that starts with a year"
    DAY = "a day in digits"
    DASHED_DAY = "a day with dashes"
    SERIAL = "a count"


_OF_DAYS: Final = frozenset({Scheme.DAY, Scheme.DASHED_DAY})


@attrs.frozen
class TagVersion:
    """What a tag says of itself.

    `numbers` is the version; `stage` orders pre-releases before the release, `revision` what was
    built anew of one version; `prefix` and `flavour` are what stands before and behind, in lowercase,
    without the revision.  Two tags with the same prefix and flavour and as many numbers are of the
    same line, if their numbers count the same.
    """

    prefix: str
    numbers: tuple[int, ...]
    stage: tuple[int, int]
    flavour: str
    scheme: Scheme
    revision: tuple[int, ...] = ()
    precision: int = 0

    @property
    def is_prerelease(self) -> bool:
        return self.stage != _RELEASED

    @property
    def is_counted(self) -> bool:
        """Whether there is only a next one, and no next minor or major."""
        return self.scheme is Scheme.SERIAL or self.scheme in _OF_DAYS

    @property
    def order(self) -> "Order":
        return self.numbers, self.stage, self.revision

    @property
    def kind(self) -> "TagKind":
        prefix = self.prefix
        if self.numbers[:2] == _WINDOWS and self.numbers[2:_BUILD] >= (_WINDOWS_BUILDS,):
            prefix = f"{prefix}windows {self.numbers[2]} "
        return TagKind(prefix, self.flavour, self.scheme)

    @property
    def line(self) -> "TagLine":
        return TagLine(self.kind, self.precision)


Order = tuple[tuple[int, ...], tuple[int, int], tuple[int, ...]]


@attrs.frozen
class TagKind:
    """Tags that differ in their version only."""

    prefix: str
    flavour: str
    scheme: Scheme


@attrs.frozen
class TagLine:
    """Tags of a kind whose versions are as precise: what one may replace the other by."""

    kind: TagKind
    precision: int

    @property
    def respelled(self) -> "TagLine":
        """The same line of a publisher who begins, or ends, to write a `v` before versions."""
        prefix = self.kind.prefix
        other = prefix[:-1] if prefix.endswith("v") else f"{prefix}v"
        return attrs.evolve(self, kind=attrs.evolve(self.kind, prefix=other))


def parse_version(tag: str) -> TagVersion | None:
    """Return the version in `tag`; None where it has none, as `latest` or a commit's hash."""
    match = _VERSION.fullmatch(tag)
    if match is None or _COMMIT.fullmatch(tag) or _OF_NO_VERSION.fullmatch(match["prefix"]):
        return None
    if (
        len(match["prefix"]) > 1
        and len(match["numbers"]) == _SHORT_COMMIT
        and match["numbers"].isdigit()
    ):
        return None
    written = re.findall(r"\d+", match["numbers"])
    if any(len(number) > _LONGEST_NUMBER for number in written):
        return None
    numbers = tuple(map(int, written))
    scheme = _scheme(numbers, is_dashed=match["day"] is not None)
    flavour, revision = flavour_and_revision(
        (match["flavour"] or "").lower(), is_plain=len(numbers) > 1 or scheme in _OF_DAYS
    )
    precision = 0 if scheme in _OF_DAYS else len(numbers)
    if match["letter"]:
        flavour, revision = f"~{flavour}", (ord(match["letter"].lower()), *revision)
    if match["build"]:
        # Whoever writes the build writes the whole version: 21_35 is 21.0.0_35, before 21.0.4_7.
        precision = 0
        numbers += (0,) * (_BUILD - len(numbers))
        flavour, revision = f"_{flavour}", (int(match["build"][:_LONGEST_NUMBER]), *revision)
    if "u" in match["numbers"].lower():
        flavour = f"u{flavour}"
    return TagVersion(
        match["prefix"].lower(), numbers, _stage(match), flavour, scheme, revision, precision
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


def _stage(match: re.Match[str]) -> tuple[int, int]:
    if _SNAPSHOT.fullmatch(match["flavour"] or ""):
        return _STAGES["snapshot"], 0
    if not match["stage"]:
        return _RELEASED
    return _STAGES[match["stage"].lower()], int((match["count"] or "0")[:_LONGEST_NUMBER])


def _scheme(numbers: tuple[int, ...], *, is_dashed: bool) -> Scheme:
    first = numbers[0]
    if is_dashed:
        return Scheme.DASHED_DAY
    if _DAY.fullmatch(str(first)):
        return Scheme.DAY
    if first in _YEARS:
        return Scheme.YEAR
    return Scheme.SERIAL if first >= _SERIAL else Scheme.VERSION

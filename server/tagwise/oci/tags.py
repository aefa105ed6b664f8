"""How tags order, and which of them are of the same line.

A tag is free text, but publishers write versions into it: `3.12.4-slim-bookworm` is version 3.12.4 in
the flavour `slim-bookworm`.  Versions compare by their numbers, a pre-release before its release
(as in Semantic Versioning 2.0.0, paragraph 11), names without a version apart.
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
    (?:[-_.+]?(?P<stage>alpha|beta|preview|pre|rc|dev|nightly|a|b|m)[-_.]?(?P<count>\d+)?
       (?![A-Za-z]))?
    (?:[-_.+](?P<flavour>.+))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_STAGES: Final = {
    name: rank
    for rank, names in enumerate(
        (("dev", "nightly"), ("alpha", "a"), ("beta", "b", "m", "preview", "pre"), ("rc",))
    )
    for name in names
}
_RELEASED: Final = (len(_STAGES), 0)
_LONGEST_NUMBER: Final = 18


@attrs.frozen
class TagVersion:
    """What a tag says of itself.

    `numbers` is the version; `stage` orders pre-releases before the release; `prefix` and `flavour`
    are what stands before and behind, in lowercase.  Two tags with the same prefix and flavour and
    as many numbers are of the same line.
    """

    prefix: str
    numbers: tuple[int, ...]
    stage: tuple[int, int]
    flavour: str

    @property
    def is_prerelease(self) -> bool:
        return self.stage != _RELEASED

    @property
    def line(self) -> tuple[str, str, int]:
        return self.prefix, self.flavour, len(self.numbers)


def parse_version(tag: str) -> TagVersion | None:
    """Return the version in `tag`; None where it has none, as `latest` or a commit's hash."""
    match = _VERSION.fullmatch(tag)
    if match is None:
        return None
    numbers = re.split(r"[._]", match["numbers"])
    if any(len(number) > _LONGEST_NUMBER for number in numbers):
        return None
    stage = _RELEASED
    if match["stage"]:
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
    versions.sort(key=lambda pair: (pair[0].numbers, pair[0].stage), reverse=True)
    names.sort(key=lambda tag: (tag != DEFAULT_TAG, tag))
    first = names[:1] if names[:1] == [DEFAULT_TAG] else []
    return (*first, *(tag for _, tag in versions), *names[len(first) :])

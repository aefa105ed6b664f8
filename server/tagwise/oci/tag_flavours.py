"""What stands behind a tag's version: a flavour that is kept, and a revision that is not.

`debian-12-r4` is the flavour `debian-12` in its fourth revision.  Which words count revisions is each
publisher's habit: Bitnami's and Alpine's `r4`, LinuxServer's `ls255`, Rancher's `k3s1` and `rke2r1`, SQL
Server's `CU15`, Amazon's `eksbuild.1`, Google's `gke.100`, OpenJDK's `b05`, Red Hat's bare number
(docs.renovatebot.com, "Workarounds"; dependabot-core, docker/lib/dependabot/docker/tag.rb), and anybody's
day.  A number that belongs to a word is the flavour's: `debian-12`, `alpine3.20`, `jdk17`, `ltsc2022`.
Does not know versions.
"""

import re
from typing import Final

_REVISION: Final = re.compile(
    r"""
    (?<![^-_.])
    (?: (?P<word>r|ls|k3s|rke2r|cu|b|p|eksbuild\.|gke\.|build[.-]?)(?P<number>\d+)
      | (?P<day>20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])) )
    (?:\.(?P<more>\d+))?
    (?![^-_])
    """,
    re.VERBOSE | re.ASCII,
)
# Seven digits may be a commit.
_PLAIN: Final = re.compile(
    r"(?!\d{7}(?!\d))(?P<number>\d+)(?:\.(?P<more>\d{8,}))?(?![^-_])", re.ASCII
)
_MARK: Final = "#"
_LONGEST_NUMBER: Final = 18


def flavour_and_revision(text: str, *, is_plain: bool) -> tuple[str, tuple[int, ...]]:
    """Return the flavour in lowercase `text`, with a mark where the revision stood, and the revision.

    `is_plain` if a bare number may be one: behind `17` it says what else is in the image.
    """
    if not text:
        return "", ()
    revision: list[int] = []

    def taken(match: re.Match[str]) -> str:
        found = match.groupdict()
        counted = (found["number"] or found.get("day") or "", found["more"] or "")
        revision.extend(int(number[:_LONGEST_NUMBER]) for number in counted if number)
        return f"{found.get('word') or ''}{_MARK}"

    plain = _PLAIN.match(text) if is_plain else None
    if plain is not None:
        text = taken(plain) + text[plain.end() :]
    return _REVISION.sub(taken, text), tuple(revision)

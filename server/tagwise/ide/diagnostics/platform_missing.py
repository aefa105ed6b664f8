"""platform-missing: the image has nothing for the platform that the file asks for."""

from collections.abc import Iterator
from typing import Final

from tagwise.documents.model import Severity
from tagwise.ide.diagnostics.finding import Remark
from tagwise.ide.diagnostics.invalid_base_image_platform import is_taken_all_the_same
from tagwise.ide.diagnostics.rule import Asks, Rule, Subject
from tagwise.ide.facts import ImageFacts, Resolved

SHOWN: Final = 8


def _check(subject: Subject) -> Iterator[Remark]:
    asked = subject.occurrence.platform
    answer = subject.evidence.answer
    if asked is None or not isinstance(answer, Resolved):
        return
    facts = answer.facts
    there = _platforms(facts)
    if not facts.is_fetched or facts.chosen is not None or not there:
        return
    if is_taken_all_the_same(subject):
        return
    more = len(there) - SHOWN
    names = ", ".join(there[:SHOWN]) + (f" and {more} more" if more > 0 else "")
    yield Remark(f"{subject.reference.familiar} has no image for {asked}, but for {names}")


def _platforms(facts: ImageFacts) -> list[str]:
    """Name the platforms there are; one whose platform nobody knows could be any."""
    platforms = [each.platform for each in facts.platforms]
    if any(platform is None or platform.is_unknown for platform in platforms):
        return []
    return [str(platform) for platform in platforms]


PLATFORM_MISSING: Final = Rule(
    "platform-missing",
    Severity.ERROR,
    "the image has no variant for the platform asked for",
    "The platform is the one of a `--platform` flag, of a compose service or of a bake target. While"
    " typing, an index of Docker Hub is only read from disk, since fetching it counts as a pull; a"
    " hover and `tagwise check` fetch it.",
    _check,
    asks=Asks.IMAGE,
)

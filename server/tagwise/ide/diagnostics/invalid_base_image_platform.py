"""InvalidBaseImagePlatform: the base image is for another platform, and the build takes it.

BuildKit's own rule (frontend/dockerfile/linter/ruleset.go): an image that is no index is not asked
for what it is built for before it is taken, so the build goes on, for the wrong machine.
"""

from collections.abc import Iterator
from typing import Final

from tagwise.documents.model import Role, Severity
from tagwise.ide.diagnostics.finding import Remark
from tagwise.ide.diagnostics.rule import Asks, Rule, Subject
from tagwise.ide.facts import Resolved


def is_taken_all_the_same(subject: Subject) -> bool:
    """Whether it is the base of a build, and the only image of its name."""
    answer = subject.evidence.answer
    is_single = isinstance(answer, Resolved) and not answer.facts.is_index
    return is_single and subject.occurrence.role is Role.BASE_IMAGE


def _check(subject: Subject) -> Iterator[Remark]:
    asked = subject.occurrence.platform
    answer = subject.evidence.answer
    if asked is None or not isinstance(answer, Resolved) or not is_taken_all_the_same(subject):
        return
    facts = answer.facts
    own = next((each.platform for each in facts.platforms if each.platform), None)
    if facts.chosen is not None or own is None or own.is_unknown:
        return
    name = subject.reference.familiar
    yield Remark(
        f'Base image {name} was pulled with platform "{own}", expected "{asked}" for current build'
    )


INVALID_BASE_IMAGE_PLATFORM: Final = Rule(
    "InvalidBaseImagePlatform",
    Severity.WARNING,
    "the base image is for another platform, and the build takes it",
    "One of BuildKit's own checks, with its own name and message, found before the build:"
    " `# check=skip=…` in the Dockerfile switches it off for both. An image that is no index is taken"
    " whatever it is for, and what is built on it does not run where it should. Where there is an index"
    " without the platform, the build stops: that is `platform-missing`.",
    _check,
    asks=Asks.IMAGE,
)

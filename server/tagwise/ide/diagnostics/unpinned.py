"""unpinned: the reference has no digest.  For those who want pins."""

from collections.abc import Iterator
from typing import Final

from tagwise.ide.actions.pin import can_pin
from tagwise.ide.diagnostics.finding import Remark
from tagwise.ide.diagnostics.rule import Rule, Subject


def _check(subject: Subject) -> Iterator[Remark]:
    if can_pin(subject.occurrence):
        yield Remark(f"{subject.reference.familiar} is not pinned to a digest")


UNPINNED: Final = Rule(
    "unpinned",
    None,
    "the reference has no digest, and could have one",
    "What a tag names changes without notice; a digest does not. Switch it on where every image"
    " should be pinned, and leave out folders or registries with the setting `ignore`.",
    _check,
    "pin to the digest",
)

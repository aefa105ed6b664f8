"""untagged: a name without tag and digest, which means `latest`."""

from collections.abc import Iterator
from typing import Final

from tagwise.documents.model import Severity
from tagwise.ide.diagnostics.finding import Remark
from tagwise.ide.diagnostics.rule import Rule, Subject


def _check(subject: Subject) -> Iterator[Remark]:
    reference, occurrence = subject.reference, subject.occurrence
    if reference.tag is None and reference.digest is None and occurrence.assumption is None:
        yield Remark(f"{reference.familiar} has no tag: that means {reference.familiar}:latest")


UNTAGGED: Final = Rule(
    "untagged",
    Severity.HINT,
    "the name has neither a tag nor a digest",
    "It means `latest`: which version that is depends on the day.",
    _check,
    "pin to the digest",
)

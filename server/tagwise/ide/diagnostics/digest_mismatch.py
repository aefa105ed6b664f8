"""digest-mismatch: the digest is one platform's, where images for several are built."""

from collections.abc import Iterator
from typing import Final

from tagwise.documents.model import Severity
from tagwise.ide.diagnostics.finding import Remark
from tagwise.ide.diagnostics.rule import Rule, Subject
from tagwise.ide.facts import Resolved

_SEVERAL: Final = 2


def _check(subject: Subject) -> Iterator[Remark]:
    answer = subject.evidence.answer
    reference = subject.reference
    if reference.digest is None or not isinstance(answer, Resolved):
        return
    facts = answer.facts
    if facts.is_index or not facts.is_fetched or len(subject.platforms) < _SEVERAL:
        return
    own = next((each.platform for each in facts.platforms if each.platform), None)
    if own is None or own.is_unknown:
        return
    built = ", ".join(sorted(str(each) for each in subject.platforms))
    said = f"the digest is that of {own} alone, where images for {built} are built"
    yield Remark(said, reference.digest_span)


DIGEST_MISMATCH: Final = Rule(
    "digest-mismatch",
    Severity.WARNING,
    "the digest is one platform's, while several are built",
    "A build for another platform would take an image that does not run there. Pin to the digest of"
    " the index instead.",
    _check,
    "update the pin",
)

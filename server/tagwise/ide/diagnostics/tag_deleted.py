"""tag-deleted: a pinned image is still served, the tag beside its digest is not."""

from collections.abc import Iterator
from typing import Final

from tagwise.documents.model import Severity
from tagwise.ide.actions.update_pin import followed
from tagwise.ide.diagnostics.finding import Remark
from tagwise.ide.diagnostics.rule import Asks, Rule, Subject
from tagwise.ide.facts import Ignorance, Resolved, Unresolved


def _check(subject: Subject) -> Iterator[Remark]:
    evidence = subject.evidence
    target = followed(subject.occurrence)
    if target is None or not isinstance(evidence.answer, Resolved):
        return
    if isinstance(evidence.tag, Unresolved) and evidence.tag.reason is Ignorance.NOT_FOUND:
        said = (
            f"the tag {target.tag} is gone from {target.familiar_name}; its digest is still served"
        )
        yield Remark(said, subject.reference.tag_span)


TAG_DELETED: Final = Rule(
    "tag-deleted",
    Severity.INFORMATION,
    "the digest is served, its tag is gone",
    "The pin works for now. There will be no updates, and what no tag names may be removed.",
    _check,
    asks=Asks.DIGEST,
)

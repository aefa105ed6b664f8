"""latest: the tag written is `latest`, which says nothing about what is meant."""

from collections.abc import Iterator
from typing import Final

from tagwise.documents.model import Severity
from tagwise.ide.diagnostics.finding import Remark
from tagwise.ide.diagnostics.rule import Rule, Subject
from tagwise.oci.reference import DEFAULT_TAG


def _check(subject: Subject) -> Iterator[Remark]:
    reference = subject.reference
    if reference.tag == DEFAULT_TAG and reference.digest is None:
        said = f"{reference.familiar} names whatever was pushed last: a version says what is meant"
        yield Remark(said, reference.tag_span)


LATEST: Final = Rule(
    "latest",
    Severity.HINT,
    "the tag is `latest`",
    "Which version that is depends on the day. With a digest beside it, nothing is said.",
    _check,
    "pin to the digest",
)

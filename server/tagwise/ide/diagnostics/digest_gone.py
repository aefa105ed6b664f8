"""digest-gone: the registry no longer serves the digest that a reference is pinned to."""

from collections.abc import Iterator
from typing import Final

from tagwise.documents.model import Severity
from tagwise.ide.diagnostics.finding import Remark
from tagwise.ide.diagnostics.rule import Asks, Rule, Subject
from tagwise.ide.facts import Ignorance, Resolved, Unresolved


def _check(subject: Subject) -> Iterator[Remark]:
    reference = subject.reference
    answer = subject.evidence.answer
    if reference.digest is None or not isinstance(answer, Unresolved):
        return
    if answer.reason is not Ignorance.NOT_FOUND:
        return
    name = f"{reference.familiar_name}@{reference.digest.algorithm}:{reference.digest.short}"
    said = f"{name} is no longer served by {reference.registry}: a pull of it fails"
    match subject.evidence.tag:
        case Resolved(facts):
            said += f"; the tag now names {facts.digest.algorithm}:{facts.digest.short}"
        case Unresolved(Ignorance.NOT_FOUND):
            said += ", and its tag is gone, too"
        case _:
            pass
    yield Remark(said, reference.digest_span)


DIGEST_GONE: Final = Rule(
    "digest-gone",
    Severity.ERROR,
    "the pinned digest is no longer served",
    "Registries remove what no tag names any more, some within minutes. What is pinned to such a"
    " digest builds only where the image is still on disk.",
    _check,
    "update the pin to what the tag names today",
    asks=Asks.DIGEST,
)

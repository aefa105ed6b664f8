"""digest-mismatch: the digest is not what is written before it says.

It is another repository's, copied with the wrong line; or one platform's, where images for several
are built.
"""

from collections.abc import Iterator
from typing import Final

from tagwise.documents.model import Severity
from tagwise.documents.traced import Place
from tagwise.ide.diagnostics.finding import Related, Remark
from tagwise.ide.diagnostics.rule import Asks, Elsewhere, Rule, Subject
from tagwise.ide.facts import Ignorance, ImageFacts, Resolved, Unresolved
from tagwise.oci.digest import Digest

_SEVERAL: Final = 2


def _check(subject: Subject) -> Iterator[Remark]:
    digest = subject.reference.digest
    if digest is None:
        return
    match subject.evidence.answer:
        case Resolved(facts):
            yield from _of_one_platform(subject, facts)
        case Unresolved(Ignorance.NOT_FOUND):
            yield from _of_another_repository(subject, digest)
        case _:
            pass


def _of_one_platform(subject: Subject, facts: ImageFacts) -> Iterator[Remark]:
    if facts.is_index or not facts.is_fetched or len(subject.platforms) < _SEVERAL:
        return
    own = next((each.platform for each in facts.platforms if each.platform), None)
    if own is None or own.is_unknown:
        return
    built = ", ".join(sorted(str(each) for each in subject.platforms))
    said = f"the digest is that of {own} alone, where images for {built} are built"
    yield Remark(said, subject.reference.digest_span)


def _of_another_repository(subject: Subject, digest: Digest) -> Iterator[Remark]:
    """Say whose the digest is, if another place names an image that has it.

    That its own repository has it, too, would be no mistake: images are copied.
    """
    own = subject.reference
    for other in subject.elsewhere:
        if other.reference.name == own.name or not _has(subject, other, digest):
            continue
        name = other.reference.familiar.partition("@")[0]
        said = f"the digest is that of {name}: {own.familiar_name} does not have it"
        place = Place(other.document, other.occurrence.span)
        yield Remark(said, own.digest_span, (Related(place, name),))
        return


def _has(subject: Subject, other: Elsewhere, digest: Digest) -> bool:
    answer = subject.evidence_of(other.occurrence).answer
    if not isinstance(answer, Resolved):
        return False
    return digest in {answer.facts.digest, *(each.digest for each in answer.facts.platforms)}


DIGEST_MISMATCH: Final = Rule(
    "digest-mismatch",
    Severity.WARNING,
    "the digest is another repository's, or one platform's while several are built",
    "A digest decides which image is taken, whatever name and tag stand before it. One that was copied"
    " from another line is not found under this name: the other places that are read tell whose it is."
    " With one platform's digest a build for another platform takes an image that does not run there:"
    " pin to the digest of the index instead.",
    _check,
    "update the pin",
    asks=Asks.IMAGE,
)

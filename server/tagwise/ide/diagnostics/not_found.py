"""not-found: the registry says that there is no such tag, or no such repository."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from tagwise.documents.model import Severity
from tagwise.ide.diagnostics.finding import Remark, Replacement
from tagwise.ide.diagnostics.rule import Asks, Rule, Subject
from tagwise.ide.edits import Plan, retag
from tagwise.ide.facts import Ignorance, Unresolved

NEAREST: Final = 3


def _check(subject: Subject) -> Iterator[Remark]:
    reference = subject.reference
    if reference.digest is not None:
        return
    match subject.evidence.answer:
        case Unresolved(Ignorance.NOT_FOUND, message):
            nearest = get_close_matches(reference.followed_tag, subject.evidence.tags, NEAREST)
            said = f"{message}; there is {', '.join(nearest)}" if nearest else message
            yield Remark(said, reference.tag_span, replacements=tuple(_fixes(subject, nearest)))
        case _:
            return


def _fixes(subject: Subject, tags: list[str]) -> Iterator[Replacement]:
    for tag in tags:
        plan = retag(subject.occurrence, tag)
        if isinstance(plan, Plan):
            note = f" ({plan.note})" if plan.note else ""
            yield Replacement(f"Use {subject.reference.familiar_name}:{tag}{note}", plan)


NOT_FOUND: Final = Rule(
    "not-found",
    Severity.ERROR,
    "the registry says that this tag, or its repository, does not exist",
    "A build or a deployment stops here. The nearest tags are named where they are known. Nothing is"
    " said while the registry cannot be reached, or does not say who may see the image.",
    _check,
    "use one of the nearest tags",
    asks=Asks.DIGEST,
)

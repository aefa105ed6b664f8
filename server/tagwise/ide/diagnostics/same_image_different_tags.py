"""same-image-different-tags: one repository is used in several tags."""

from collections.abc import Iterator
from typing import Final

from tagwise.documents.traced import Place
from tagwise.ide.diagnostics.finding import Related, Remark
from tagwise.ide.diagnostics.rule import Rule, Subject

SHOWN: Final = 5


def _check(subject: Subject) -> Iterator[Remark]:
    reference = subject.reference
    others = [
        each
        for each in subject.elsewhere
        if each.reference.name == reference.name
        and each.reference.followed_tag != reference.followed_tag
    ]
    if not others:
        return
    tags = sorted({each.reference.followed_tag for each in others})
    related = tuple(
        Related(Place(each.document, each.occurrence.span), each.reference.familiar)
        for each in others[:SHOWN]
    )
    said = f"{reference.familiar_name} is used as {', '.join(tags[:SHOWN])} elsewhere"
    yield Remark(said, reference.tag_span, related)


SAME_IMAGE_DIFFERENT_TAGS: Final = Rule(
    "same-image-different-tags",
    None,
    "one repository is used in different tags",
    "Often one place was forgotten in an update. An editor compares all documents of the"
    " workspace, `tagwise check` all that it reads.",
    _check,
)

"""drift: the tag beside a digest names something newer, for the platform that is used.

Where both images are on disk and the platform's own has not changed, nothing is said: another
platform's rebuild is no news.
"""

from collections.abc import Iterator
from typing import Final

from tagwise.documents.model import Severity
from tagwise.ide.actions.update_pin import followed
from tagwise.ide.diagnostics.finding import Remark
from tagwise.ide.diagnostics.rule import Asks, Rule, Subject
from tagwise.ide.facts import ImageFacts, Resolved
from tagwise.ide.phrases import age

_REVISION: Final = "org.opencontainers.image.revision"
_SHOWN: Final = 12


def _check(subject: Subject) -> Iterator[Remark]:
    pinned, tag = subject.evidence.answer, subject.evidence.tag
    target = followed(subject.occurrence)
    if target is None or not isinstance(pinned, Resolved) or not isinstance(tag, Resolved):
        return
    old, new = pinned.facts, tag.facts
    if old.digest == new.digest or any(each.digest == old.digest for each in new.platforms):
        return
    changes: list[str] = []
    if old.chosen is not None and new.chosen is not None:
        if old.chosen.digest == new.chosen.digest:
            return
        changes = list(_changes(subject, old, new))
    said = f"{target.familiar} has moved to {new.digest.algorithm}:{new.digest.short}"
    if changes:
        said += f"; {new.chosen.platform if new.chosen else 'its image'}: {', '.join(changes)}"
    yield Remark(said, subject.reference.digest_span)


def _changes(subject: Subject, old: ImageFacts, new: ImageFacts) -> Iterator[str]:
    """Say what has changed in the platform's own image, as far as that is known."""
    if old.chosen is None or new.chosen is None:
        return
    if old.config is not None and new.config is not None:
        before, after = old.config.created, new.config.created
        if before is not None and after is not None and before != after:
            yield f"created {age(after, subject.now)}, the pinned one {age(before, subject.now)}"
    revisions = _revision(old), _revision(new)
    if all(revisions) and revisions[0] != revisions[1]:
        yield f"revision {revisions[0]} → {revisions[1]}"
    layers = old.chosen.layers, new.chosen.layers
    if None not in layers and layers[0] != layers[1]:
        yield f"layers {layers[0]} → {layers[1]}"


def _revision(facts: ImageFacts) -> str:
    said = facts.annotations.get(_REVISION)
    if said is None and facts.config is not None:
        said = facts.config.labels.get(_REVISION)
    return (said or "")[:_SHOWN]


DRIFT: Final = Rule(
    "drift",
    Severity.HINT,
    "the tag has moved on from the pinned digest",
    "Said only if the image of *your* platform has changed, as far as both are on disk: an index also"
    " moves when some other platform is rebuilt. Your platform is the one the file asks for, else the"
    " setting `platform`, else this machine's.",
    _check,
    "update the pin",
    asks=Asks.IMAGE,
)

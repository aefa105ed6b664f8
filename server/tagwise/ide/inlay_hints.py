"""Inlay hints: behind a reference the digest it has today, behind a pinned one how old it is.

Nothing where nothing is known.  Does not know how facts are found out, nor how an editor shows it.
"""

from datetime import datetime

from tagwise.documents.model import Occurrence
from tagwise.ide.code_lens import is_behind
from tagwise.ide.facts import Answer, Resolved
from tagwise.ide.image_card import created
from tagwise.ide.phrases import old


def hint_label(
    occurrence: Occurrence, answer: Answer | None, *, tag: Answer | None, now: datetime
) -> str | None:
    """Return what stands behind an occurrence; `tag` is known of what a pinned one follows."""
    reference = occurrence.reference
    if reference is None or occurrence.skipped is not None or not isinstance(answer, Resolved):
        return None
    facts = answer.facts
    if reference.digest is None:
        return f"{facts.digest.algorithm}:{facts.digest.short}"
    if is_behind(reference, tag):
        return "behind its tag"
    made = created(facts)
    return (old(made, now) or None) if made is not None else None

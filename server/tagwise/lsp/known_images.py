"""What is known of the images of a document without asking, for what an editor shows unasked.

What costs no pull is asked behind, and the editor is told to ask again when more is known.
Does not know what is shown.
"""

import asyncio
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

import attrs

from tagwise.documents.model import Occurrence
from tagwise.ide.occurrence_ids import occurrence_ids
from tagwise.lsp.diagnosing import hear
from tagwise.lsp.image_target import ImageTarget
from tagwise.lsp.server import TagwiseServer
from tagwise.session.workspace import ReadDocument

if TYPE_CHECKING:
    from tagwise.ide.facts import Answer
    from tagwise.ide.local_facts import LocalState


MOST: Final = 60
"""Images of one document that more is found out about than their digest."""


@attrs.frozen
class KnownImage:
    """`tag` is known of what a pinned reference follows; `local` of this machine's engine."""

    answer: "Answer | None"
    tag: "Answer | None"
    local: "LocalState | None"


def each_alone(uri: str, read: ReadDocument) -> Iterator[tuple[Occurrence, ImageTarget]]:
    """Yield what stands alone in its place, with the target that leads back to it."""
    from tagwise.ide.code_lens import one_of_each_place

    occurrences = read.parsed.occurrences
    named = zip(occurrences, occurrence_ids(occurrences), strict=True)
    names = {id(occurrence): name for occurrence, name in named}
    for occurrence in one_of_each_place(occurrences):
        name = names[id(occurrence)]
        yield occurrence, ImageTarget(uri=uri, version=read.version, occurrence=name)


def known_image(ls: TagwiseServer, occurrence: Occurrence) -> KnownImage:
    evidence = ls.session.witness.evidence(occurrence)
    reference, is_image = occurrence.reference, occurrence.skipped is None
    local = ls.session.local_state(reference) if reference is not None and is_image else None
    return KnownImage(evidence.answer, evidence.tag, local)


def find_out_behind(ls: TagwiseServer, read: ReadDocument) -> None:
    """Find out what costs no pull; of a very long document only what stands first."""
    ls.session.tasks.start(_find_out(ls, read), name=f"find out more of {read.document}")


async def _find_out(ls: TagwiseServer, read: ReadDocument) -> None:
    if await hear(ls, read):
        looked_at = dict.fromkeys(
            (each.reference, each.platform)
            for each in read.parsed.occurrences
            if each.reference is not None and each.skipped is None
        )
        lookup = ls.session.lookup
        asking = (lookup.enrich(*each) for each in islice(looked_at, MOST))
        await asyncio.gather(*asking)

"""Whether documents still say what they said when an edit of them was planned.

Registries take their time, and people go on typing: an edit's places are those of the texts it was
planned for, the document's own and those it has values from (`.env`).
Does not know the edits, nor what becomes of those that no longer fit.
"""

from collections.abc import Iterable

from tagwise.session.workspace import ReadDocument, Workspace


async def changed_since(reads: Iterable[ReadDocument], now: Workspace) -> tuple[ReadDocument, ...]:
    """Return the documents that say something else in `now`, each once.

    `now` is a workspace that has read nothing yet, so that every file is read anew.
    """
    once = {read.document: read for read in reads}
    return tuple([read for read in once.values() if await _is_changed(read, now)])


async def _is_changed(read: ReadDocument, now: Workspace) -> bool:
    there = now.opened_or_on_disk(read.document)
    again = None if there is None else await now.glance(read.document, there)
    return again is None or again.parsed != read.parsed

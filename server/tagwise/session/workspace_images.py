"""The images of all documents of the workspace, open or not, for whoever looks for places.

Folders are searched when somebody first asks, and again when something has changed on disk; documents
that are open count as they are in the editor.
Does not know what is looked for.
"""

import asyncio
from typing import Final

import attrs

from tagwise.documents.model import ParsedDocument
from tagwise.session.background import BackgroundTasks
from tagwise.session.whole_workspace import read_workspace
from tagwise.session.workspace import Workspace

# Documents, and characters in all of them: more than anyone's.
MOST: Final = 5000
MOST_TEXT: Final = 64 * 1024 * 1024


@attrs.frozen
class IndexedDocument:
    document: str
    parsed: ParsedDocument


class WorkspaceImages:
    """One search at a time, whoever asks; one that nobody waits for any more goes on."""

    def __init__(self, workspace: Workspace, tasks: BackgroundTasks) -> None:
        self._workspace = workspace
        self._tasks = tasks
        self._closed: dict[str, IndexedDocument] = {}
        self._epoch = -1
        self._search: asyncio.Task[None] | None = None

    async def documents(self) -> tuple[IndexedDocument, ...]:
        """Return every document that names images, by the order of their paths."""
        if self._search is None and self._epoch != self._workspace.disk_epoch:
            self._search = self._tasks.start(self._find(), name="search the workspace")
        if self._search is not None:
            await asyncio.wait({self._search})
        found = dict(self._closed)
        for document in self._workspace.open_documents():
            read = await self._workspace.read(document)
            found.pop(document, None)
            if read is not None:
                found[document] = IndexedDocument(document, read.parsed)
        return tuple(found[document] for document in sorted(found))

    def known(self) -> tuple[IndexedDocument, ...]:
        """Return what the last search has found in documents that are not open, if any."""
        return tuple(self._closed.values())

    async def _find(self) -> None:
        try:
            epoch, found, left = self._workspace.disk_epoch, dict[str, IndexedDocument](), MOST_TEXT
            async for read in read_workspace(self._workspace):
                left -= len(read.text)
                if len(found) >= MOST or left < 0:
                    break
                is_open = self._workspace.opened(read.document) is not None
                if read.parsed.occurrences and not is_open:
                    found[read.document] = IndexedDocument(read.document, read.parsed)
                await asyncio.sleep(0)
            self._closed, self._epoch = found, epoch
        finally:
            self._search = None

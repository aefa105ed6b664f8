"""The images of all documents of the workspace, open or not, for whoever looks for places.

Folders are searched when somebody first asks, and again when something has changed on disk; documents
that are open count as they are in the editor.
Does not know what is looked for.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import attrs

from tagwise.documents.model import ParsedDocument
from tagwise.session.background import BackgroundTasks
from tagwise.session.whole_workspace import closed_documents
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

    @property
    def is_searching(self) -> bool:
        return self._search is not None

    def refresh(self, changed: Callable[[], None]) -> None:
        """Search behind if anything has changed on disk; call `changed` if that finds anything new."""
        if self._begin() is not None:
            self._tasks.start(self._tell(changed), name="wait for the workspace's images")

    async def soon(self, patience: float) -> tuple[IndexedDocument, ...]:
        """Return what is known of documents that are not open, after a moment at most."""
        search = self._begin() or self._search
        if search is not None:
            await asyncio.wait({search}, timeout=patience)
        return self.known()

    async def documents(self) -> tuple[IndexedDocument, ...]:
        """Return every document that names images, by the order of their paths."""
        search = self._begin() or self._search
        if search is not None:
            await asyncio.wait({search})
        found = dict(self._closed)
        for document in self._workspace.open_documents():
            read = await self._workspace.read(document)
            found.pop(document, None)
            if read is not None:
                found[document] = IndexedDocument(document, read.parsed)
        return tuple(found[document] for document in sorted(found))

    def known(self) -> tuple[IndexedDocument, ...]:
        """Return what the last search has found in documents that are not open, if any."""
        is_open = self._workspace.opened
        return tuple(each for each in self._closed.values() if is_open(each.document) is None)

    def _begin(self) -> "asyncio.Task[None] | None":
        """Start a search if it would find anything new and none is under way."""
        if self._search is not None or self._epoch == self._workspace.disk_epoch:
            return None
        self._search = self._tasks.start(self._find(), name="search the workspace")
        return self._search

    async def _tell(self, changed: Callable[[], None]) -> None:
        before, search = self._closed, self._search
        if search is not None:
            await asyncio.wait({search})
        if self._closed != before:
            changed()

    async def _find(self) -> None:
        try:
            epoch, found, left = self._workspace.disk_epoch, dict[str, IndexedDocument](), MOST_TEXT
            async for read in closed_documents(self._workspace):
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

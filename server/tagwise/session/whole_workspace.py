"""Every document of a folder, or of a whole workspace: searched for, read, and not kept.

What settings exclude is passed over.  Does not know who wants them.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path

from tagwise.session.discovery import (
    Also,
    Candidate,
    Ignores,
    IsWanted,
    candidate_text,
    candidates_below,
)
from tagwise.session.ignores import IgnoreRules
from tagwise.session.settings import read_settings
from tagwise.session.settings_files import SETTINGS_FILES, repository_settings
from tagwise.session.uris import document_of, uri_of
from tagwise.session.workspace import OpenDocument, ReadDocument, Workspace


async def read_workspace(
    workspace: Workspace, folders: Sequence[Path] | None = None
) -> AsyncGenerator[ReadDocument, None]:
    """Yield the workspace's documents as they are now, open or not, each once.

    With `folders` only what is not open is passed over elsewhere.
    """
    at_first = workspace.apart()
    for document in at_first.open_documents():
        if (read := await workspace.read(document)) is not None:
            yield read
    async for read in closed_documents(at_first, folders):
        yield read


async def closed_documents(
    workspace: Workspace, folders: Sequence[Path] | None = None
) -> AsyncGenerator[ReadDocument, None]:
    """Yield the documents in `folders`, the workspace's if none are said, that are not open now."""
    apart, seen = workspace.apart(), set(workspace.open_documents())
    for root in workspace.files.roots if folders is None else folders:
        for candidate in await asyncio.to_thread(candidates_in, root, apart):
            document = document_of(uri_of(candidate.path))
            if document in seen:
                continue
            seen.add(document)
            text = await asyncio.to_thread(candidate_text, candidate.path)
            if text is None:
                continue
            read = await apart.glance(document, OpenDocument(uri_of(document), text))
            if read is not None:
                yield read


def candidates_in(folder: Path, workspace: Workspace) -> Sequence[Candidate]:
    """List the files below a folder that may be documents, by the settings that hold there."""

    def is_own(folder: str) -> IsWanted | None:
        places = workspace.places_in(folder)
        return (lambda path: any(each.matches(path) for each in places)) if places else None

    excluded = tuple(_excluded(folder, workspace))
    return candidates_below(folder, exclude=excluded, also=Also(is_own, SETTINGS_FILES))


def _excluded(folder: Path, workspace: Workspace) -> Iterator[Ignores]:
    """Give what the user's settings and the repository's exclude from a search of `folder`."""
    yield Ignores(folder, IgnoreRules.read("\n".join(workspace.settings.exclude)))
    own = repository_settings(folder.absolute(), workspace.files, workspace.text)
    if own is not None:
        settings, _ = read_settings(own.layer)
        yield Ignores(own.folder, IgnoreRules.read("\n".join(settings.exclude)))

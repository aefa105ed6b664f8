"""Reading the documents that a command line names: files, folders, or standard input.

Does not know what the command does with them.
"""

import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Final

from tagwise.cli.usage import WrongUsage
from tagwise.documents.languages import LANGUAGES, language_by_id, language_of
from tagwise.session.discovery import FoundDocument, documents_below
from tagwise.session.files import read_text
from tagwise.session.session import Session
from tagwise.session.workspace import OpenDocument, ReadDocument

STANDARD_INPUT: Final = "-"


async def read_documents(
    session: Session, paths: Sequence[str], *, language: str | None = None
) -> AsyncIterator[ReadDocument]:
    """Yield every document that `paths` name and that holds references, read.

    :raises WrongUsage: for a path that is not there or a document nobody can read.
    """
    editor_id = _editor_id(language)
    folders = {path if path.is_dir() else path.parent for path in map(Path, paths)}
    session.configure(session.workspace.settings, roots=(Path(), *sorted(folders)))
    for found in _found(paths, editor_id):
        document = str(found.path)
        opened = OpenDocument(document, found.text, editor_id=editor_id)
        session.workspace.put(document, opened)
        if (read := await session.workspace.read(document)) is not None:
            yield read


def _editor_id(language: str | None) -> str | None:
    if language is None:
        return None
    row = language_by_id(language)
    if row is None:
        known = ", ".join(each.id for each in LANGUAGES)
        raise WrongUsage(f"unknown language {language!r}: use one of {known}")
    return row.editor_ids[0]


def _found(paths: Sequence[str], editor_id: str | None) -> Iterator[FoundDocument]:
    for name in paths or (".",):
        path = Path(name)
        if name == STANDARD_INPUT:
            if editor_id is None:
                raise WrongUsage("standard input needs --language")
            yield FoundDocument(path, sys.stdin.buffer.read().decode("utf-8"))
        elif path.is_dir():
            yield from documents_below(path)
        else:
            yield _named(path, editor_id)


def _named(path: Path, editor_id: str | None) -> FoundDocument:
    """Read a file that was named itself: it must be there, and be something we read."""
    try:
        text = read_text(path)
    except FileNotFoundError:
        raise WrongUsage(f"{path}: no such file or folder") from None
    except UnicodeDecodeError as error:
        message = f"{path}: no UTF-8 text: byte {error.start} is {error.object[error.start]:#x}"
        raise WrongUsage(message) from error
    except (OSError, ValueError) as error:
        raise WrongUsage(str(error)) from error
    if language_of(path.name, text, editor_id=editor_id) is None:
        known = " or ".join(each.id for each in LANGUAGES)
        raise WrongUsage(f"{path}: not recognised; say what it is with --language {known}")
    return FoundDocument(path, text)

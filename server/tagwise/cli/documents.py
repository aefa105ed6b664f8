"""Reading the documents that a command line names: files, folders, or standard input.

Does not know what the command does with them.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tagwise.cli.usage import WrongUsage, told
from tagwise.documents.languages import LANGUAGES, language_by_id, language_of
from tagwise.session.discovery import FoundDocument, Ignores, documents_below
from tagwise.session.files import read_text
from tagwise.session.ignores import IgnoreRules
from tagwise.session.session import Session
from tagwise.session.settings import read_settings
from tagwise.session.settings_files import repository_settings
from tagwise.session.workspace import OpenDocument, ReadDocument, Workspace

STANDARD_INPUT: Final = "-"


async def read_documents(
    session: Session, paths: Sequence[str], *, language: str | None = None
) -> tuple[ReadDocument, ...]:
    """Read every document that `paths` name and that holds references, by the order of their paths.

    `language` is that of the files named themselves; those of a folder are told by their names.

    :raises WrongUsage: for a path that is not there or a document nobody can read.
    """
    folders = {path if path.is_dir() else path.parent for path in map(Path, paths)}
    session.look_in((Path(), *sorted(folders)))
    found = _opened(paths, _editor_id(language), session.workspace)
    opened = {document.uri: document for document in found}
    for uri, document in opened.items():
        session.workspace.put(uri, document)
    reads = [await session.workspace.read(uri) for uri in sorted(opened, key=Path)]
    return tuple(read for read in reads if read is not None)


def _editor_id(language: str | None) -> str | None:
    if language is None:
        return None
    row = language_by_id(language)
    if row is None:
        known = ", ".join(each.id for each in LANGUAGES)
        raise WrongUsage(f"unknown language {language!r}: use one of {known}")
    return row.editor_ids[0]


def _opened(
    paths: Sequence[str], editor_id: str | None, workspace: Workspace
) -> Iterator[OpenDocument]:
    for name in paths:
        path = Path(name)
        if name == STANDARD_INPUT:
            yield _standard_input(editor_id)
        elif path.is_dir():
            for found in _below(path, workspace):
                yield OpenDocument(str(found.path), found.text)
        else:
            yield _named(path, editor_id, workspace)


def _below(folder: Path, workspace: Workspace) -> Iterator[FoundDocument]:
    def is_own(path: str) -> bool:
        return bool(workspace.places_of(path))

    excluded = tuple(_excluded(folder, workspace))
    return documents_below(folder, exclude=excluded, also=is_own)


def _standard_input(editor_id: str | None) -> OpenDocument:
    if editor_id is None:
        known = " or ".join(each.id for each in LANGUAGES)
        raise WrongUsage(f"standard input needs --language {known}")
    try:
        text = sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongUsage(_no_text("standard input", error)) from error
    return OpenDocument(STANDARD_INPUT, text, editor_id=editor_id)


def _excluded(folder: Path, workspace: Workspace) -> Iterator[Ignores]:
    """Give what the user's settings and the repository's exclude from a search of `folder`."""
    yield Ignores(folder, IgnoreRules.read("\n".join(workspace.settings.exclude)))
    own = repository_settings(folder.absolute(), workspace.files, workspace.text)
    if own is not None:
        settings, _ = read_settings(own.layer)
        yield Ignores(own.folder, IgnoreRules.read("\n".join(settings.exclude)))


def _named(path: Path, editor_id: str | None, workspace: Workspace) -> OpenDocument:
    """Read a file that was named itself: it must be there, and be something we read."""
    try:
        text = read_text(path)
    except FileNotFoundError:
        raise WrongUsage(f"{path}: no such file or folder") from None
    except UnicodeDecodeError as error:
        raise WrongUsage(_no_text(str(path), error)) from error
    except OSError as error:
        raise WrongUsage(told(error)) from error
    except ValueError as error:
        raise WrongUsage(str(error)) from error
    language = language_of(path.absolute().as_posix(), text, editor_id=editor_id)
    if language is None and not workspace.places_of(str(path)):
        known = " or ".join(each.id for each in LANGUAGES)
        raise WrongUsage(f"{path}: not recognised; say what it is with --language {known}")
    return OpenDocument(str(path), text, editor_id=editor_id)


def _no_text(name: str, error: UnicodeDecodeError) -> str:
    return f"{name}: no UTF-8 text: byte {error.start} is {error.object[error.start]:#x}"

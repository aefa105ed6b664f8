"""Reading the documents that a command line names: files, folders, or standard input.

Does not know what the command does with them.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs

from tagwise.cli.usage import WrongUsage, told
from tagwise.documents.languages import LANGUAGES, language_by_id, language_of
from tagwise.session.discovery import candidate_text
from tagwise.session.files import read_text
from tagwise.session.session import Session
from tagwise.session.whole_workspace import candidates_in
from tagwise.session.workspace import OpenDocument, ReadDocument, Workspace

STANDARD_INPUT: Final = "-"


@attrs.frozen
class InFolder:
    """A file of a folder that may be a document; nobody has read it."""

    path: str


async def read_documents(
    session: Session,
    paths: Sequence[str],
    *,
    language: str | None = None,
    ignore_unknown: bool = False,
) -> tuple[ReadDocument, ...]:
    """Read every document that `paths` name and that holds references, by the order of their paths.

    `language` is that of the files named themselves; those of a folder are told by their names.
    With `ignore_unknown` files that are none of ours are passed over.

    :raises WrongUsage: for a path that is not there or a document nobody can read.
    """
    named = paths
    if ignore_unknown:
        look_around(session, paths)
        named = [each for each in paths if _is_known(each, language, session.workspace)]
    listed = documents_named(session, named, language=language) if named else ()
    opened = [document for each in listed if (document := opened_document(each)) is not None]
    for document in opened:
        session.workspace.put(document.uri, document)
    reads = [await session.workspace.read(document.uri) for document in opened]
    return tuple(read for read in reads if read is not None)


def documents_named(
    session: Session, paths: Sequence[str], *, language: str | None = None
) -> Sequence[OpenDocument | InFolder]:
    """List what `paths` name, each once, by the order of their paths; files are not read yet.

    :raises WrongUsage: for a path that is not there or a document nobody can read.
    """
    look_around(session, paths)
    named = _named_by(paths, _editor_id(language), session.workspace)
    found = {each.uri if isinstance(each, OpenDocument) else each.path: each for each in named}
    return [found[name] for name in (found if len(paths) == 1 else sorted(found, key=Path))]


def look_around(session: Session, paths: Sequence[str]) -> None:
    """Make the folders that `paths` name, or that hold what they name, the session's."""
    folders = {path if path.is_dir() else path.parent for path in map(Path, paths)}
    session.look_in((Path(), *sorted(folders)))


def opened_document(listed: OpenDocument | InFolder) -> OpenDocument | None:
    """Return what was listed with its text; None if it cannot be read, which is told."""
    if isinstance(listed, OpenDocument):
        return listed
    text = candidate_text(listed.path)
    return None if text is None else OpenDocument(listed.path, text)


def _editor_id(language: str | None) -> str | None:
    if language is None:
        return None
    row = language_by_id(language)
    if row is None:
        known = ", ".join(each.id for each in LANGUAGES)
        raise WrongUsage(f"unknown language {language!r}: use one of {known}")
    return row.editor_ids[0]


def _named_by(
    paths: Sequence[str], editor_id: str | None, workspace: Workspace
) -> Iterator[OpenDocument | InFolder]:
    for name in paths:
        path = Path(name)
        if name == STANDARD_INPUT:
            yield _standard_input(editor_id)
        elif path.is_dir():
            for candidate in candidates_in(path, workspace):
                yield InFolder(candidate.path)
        else:
            yield _named(path, editor_id, workspace)


def _standard_input(editor_id: str | None) -> OpenDocument:
    if editor_id is None:
        known = " or ".join(each.id for each in LANGUAGES)
        raise WrongUsage(f"standard input needs --language {known}")
    try:
        text = sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongUsage(_no_text("standard input", error)) from error
    return OpenDocument(STANDARD_INPUT, text, editor_id=editor_id)


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


def _is_known(name: str, language: str | None, workspace: Workspace) -> bool:
    """Whether something is a folder, or a file that we read; where it is none, say nothing."""
    path = Path(name)
    if name == STANDARD_INPUT or path.is_dir() or not path.exists():
        return True
    try:
        text = read_text(path)
    except (UnicodeDecodeError, ValueError):
        return False
    editor_id = _editor_id(language)
    own = bool(workspace.places_of(str(path)))
    return own or language_of(path.absolute().as_posix(), text, editor_id=editor_id) is not None


def _no_text(name: str, error: UnicodeDecodeError) -> str:
    return f"{name}: no UTF-8 text: byte {error.start} is {error.object[error.start]:#x}"

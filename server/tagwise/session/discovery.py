"""Finding the documents of a folder that hold image references.

Hidden folders are searched, `.git` is not, and what `.gitignore` files name is passed over
(gitignore(5): nearer files count over farther ones).  Does not know what stands in a document.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs

from tagwise.documents.languages import candidates, language_by_path, language_of
from tagwise.session.files import Files, read_text
from tagwise.session.ignores import IgnoreRules

IGNORE_FILE: Final = ".gitignore"
_GIT: Final = ".git"

log = logging.getLogger(__name__)


def _nothing(_: str) -> bool:
    return False


@attrs.frozen
class FoundDocument:
    """`path` starts with the folder that was searched, as it was given."""

    path: Path
    text: str


@attrs.frozen
class Ignores:
    """The rules of one `.gitignore`, or of a setting, for what lies below its folder."""

    folder: Path
    rules: IgnoreRules

    def verdict(self, path: Path, *, is_folder: bool) -> bool | None:
        """Whether the rules ignore `path`; None where they say nothing."""
        names = Path(os.path.relpath(path, self.folder)).parts
        return self.rules.verdict(names, is_folder=is_folder)


def documents_below(
    folder: Path, *, exclude: Sequence[Ignores] = (), also: Callable[[str], bool] = _nothing
) -> Iterator[FoundDocument]:
    """Yield the documents below `folder`, in the order of their paths.

    `also` says by its path whether a file is wanted that is of no language.
    What is ignored above does not hold in a folder that is itself ignored: it was named.
    """
    above = _ignores_above(folder)
    if _is_ignored(folder.absolute(), above, is_folder=True):
        above = ()
    for path in _without_aliases(sorted(_files(folder, (*exclude, *above), also))):
        if (document := _read(path, also)) is not None:
            yield document


def _without_aliases(paths: Sequence[Path]) -> Iterator[Path]:
    """Pass over the links to files that are there themselves."""
    own = {os.path.realpath(path) for path in paths if not path.is_symlink()}
    return (path for path in paths if not path.is_symlink() or os.path.realpath(path) not in own)


def _files(folder: Path, ignores: Sequence[Ignores], also: Callable[[str], bool]) -> Iterator[Path]:
    """Yield the files whose names may be those of documents."""
    pending: list[tuple[Path, tuple[Ignores, ...]]] = [(folder, tuple(ignores))]
    while pending:
        here, rules = pending.pop()
        rules = (*rules, *_ignores_in(here))
        absolute = here.absolute().as_posix()
        try:
            entries = list(os.scandir(here))
        except OSError as error:
            log.warning("not searched: %s", _told(here, error))
            continue
        for entry in entries:
            path = here / entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            full = f"{absolute}/{entry.name}"
            may_be_one = is_folder or _may_be_document(full) or also(full)
            if entry.name == _GIT or not may_be_one:
                continue
            if _is_ignored(path, rules, is_folder=is_folder):
                continue
            if is_folder:
                pending.append((path, rules))
            elif entry.is_file() and not _leads_out(entry, folder):
                yield path


def _leads_out(entry: os.DirEntry[str], folder: Path) -> bool:
    """Whether a link leads out of the folder: a repository names no files of its reader."""
    return entry.is_symlink() and not Files((folder,)).holds(Path(entry))


def _may_be_document(path: str) -> bool:
    return language_by_path(path) is not None or bool(candidates(path))


def _read(path: Path, also: Callable[[str], bool]) -> FoundDocument | None:
    try:
        text = read_text(path)
    except (OSError, ValueError) as error:
        log.warning("not read: %s", _told(path, error))
        return None
    language = language_of(path.absolute().as_posix(), text)
    is_wanted = language is not None or also(path.absolute().as_posix())
    return FoundDocument(path, text) if is_wanted else None


def _told(path: Path, error: OSError | ValueError) -> str:
    match error:
        case OSError(strerror=str() as reason):
            return f"{path}: {reason}"
        case UnicodeDecodeError():
            return f"{path}: no UTF-8 text"
        case _:
            return str(error)


def _is_ignored(path: Path, ignores: Sequence[Ignores], *, is_folder: bool) -> bool:
    for each in reversed(ignores):
        verdict = each.verdict(path, is_folder=is_folder)
        if verdict is not None:
            return verdict
    return False


def _ignores_above(folder: Path) -> tuple[Ignores, ...]:
    """Return the rules from the folders above, up to the one that holds the repository."""
    absolute = folder.absolute()
    found: list[Ignores] = []
    if (absolute / _GIT).exists():
        return ()
    for parent in absolute.parents:
        found = [*_ignores_in(parent), *found]
        if (parent / _GIT).exists():
            return tuple(found)
    return ()


def _ignores_in(folder: Path) -> tuple[Ignores, ...]:
    try:
        text = (folder / IGNORE_FILE).read_text("utf-8", "replace")
    except OSError:
        return ()
    return (Ignores(folder, IgnoreRules.read(text)),)

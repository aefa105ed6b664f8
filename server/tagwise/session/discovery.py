"""Finding the documents of a folder that hold image references.

Hidden folders are searched, `.git` is not, and what `.gitignore` files name is passed over
(gitignore(5): nearer files count over farther ones).  A tree has many files and few documents, so
what is done for each file is little: its name is looked at, and nothing else unless that says that
it may be one.  Does not know what stands in a document.
"""

import logging
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

import attrs

from tagwise.documents.languages import language_of, may_be_document
from tagwise.session.files import Files, read_text
from tagwise.session.ignores import IgnoreRules

IGNORE_FILE: Final = ".gitignore"
_GIT: Final = ".git"

IsWanted = Callable[[str], bool]
"""Whether a file that is of no language is wanted all the same, by its path with `/` in it."""

log = logging.getLogger(__name__)


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


@attrs.frozen
class Also:
    """What else is wanted: `in_folder` is asked where one of `files` stands, for all below it."""

    in_folder: Callable[[str], IsWanted | None]
    files: Collection[str]


@attrs.frozen
class Candidate:
    """A file whose name does not rule out that it is a document.

    `path` starts with the folder that was searched; `slashed` is absolute, with `/` in it.
    """

    path: str
    slashed: str
    is_wanted: IsWanted | None = None
    is_link: bool = False


def documents_below(
    folder: Path, *, exclude: Sequence[Ignores] = (), also: Also | None = None
) -> Iterator[FoundDocument]:
    """Yield the documents below `folder`, in the order of their paths."""
    for candidate in candidates_below(folder, exclude=exclude, also=also):
        if (document := read_candidate(candidate)) is not None:
            yield document


def candidates_below(
    folder: Path, *, exclude: Sequence[Ignores] = (), also: Also | None = None
) -> Sequence[Candidate]:
    """List the files below `folder` that may be documents, in the order of their paths.

    What is ignored above does not hold in a folder that is itself ignored: it was named.
    """
    root = _Folder.root(folder, exclude, also)
    return _without_aliases(list(_candidates(root, Files((folder,)))))


def holds_repository(folder: Path) -> bool:
    """Whether a git repository, or a worktree of one, begins there."""
    try:
        return (folder / _GIT).exists()
    except OSError:
        return False


def read_candidate(candidate: Candidate) -> FoundDocument | None:
    """Read a file, unless it turns out to be no document."""
    text = candidate_text(candidate.path)
    if text is None or not _is_document(candidate, text):
        return None
    return FoundDocument(Path(candidate.path), text)


def candidate_text(path: str) -> str | None:
    """Return what stands in a file that was found; what cannot be read is passed over, and told."""
    try:
        return read_text(path)
    except (OSError, ValueError) as error:
        log.warning("not read: %s", _told(path, error))
        return None


def _is_document(candidate: Candidate, text: str) -> bool:
    if language_of(candidate.slashed, text) is not None:
        return True
    return candidate.is_wanted is not None and candidate.is_wanted(candidate.slashed)


_Rules = tuple[int, IgnoreRules]
"""Rules, and of how many names the path of their folder consists."""


@attrs.frozen
class _Folder:
    """A folder that is searched; `path` and `slashed` are ready for a name to follow."""

    path: str
    slashed: str
    names: tuple[str, ...]
    ignores: tuple[_Rules, ...]
    also: Also | None
    is_wanted: IsWanted | None

    @classmethod
    def root(cls, folder: Path, exclude: Sequence[Ignores], also: Also | None) -> "_Folder":
        absolute = _absolute(folder)
        above = _ignores_above(absolute)
        names = absolute.parts
        if _is_ignored(names, above, is_folder=True):
            above = ()
        wanted = tuple((len(_absolute(each.folder).parts), each.rules) for each in exclude)
        return cls(
            os.path.join(_plain(folder), ""),  # noqa: PTH118 - text, ready for a name
            _slashed(absolute),
            names,
            (*wanted, *above),
            also,
            None if also is None else also.in_folder(_plain(folder)),
        )

    def below(self, name: str) -> "_Folder":
        return _Folder(
            f"{self.path}{name}{os.sep}",
            f"{self.slashed}{name}/",
            (*self.names, name),
            self.ignores,
            self.also,
            self.is_wanted,
        )

    def knowing(self, files: Collection[str]) -> "_Folder":
        """Return the folder with what the files that stand in it say."""
        here = self
        if IGNORE_FILE in files:
            read = _ignores_in(Path(self.path), len(self.names))
            here = attrs.evolve(here, ignores=(*self.ignores, *read))
        if self.also is not None and any(each in files for each in self.also.files):
            here = attrs.evolve(here, is_wanted=self.also.in_folder(self.path.rstrip(os.sep)))
        return here


def _candidates(root: _Folder, inside: Files) -> Iterator[Candidate]:
    waiting: list[tuple[str, _Folder | Candidate]] = [("", root)]
    while waiting:
        _, here = waiting.pop()
        if isinstance(here, Candidate):
            yield here
        else:
            waiting += sorted(_kept(here, inside), key=_name, reverse=True)


def _name(named: tuple[str, object]) -> str:
    return named[0]


def _kept(folder: _Folder, inside: Files) -> Iterator[tuple[str, _Folder | Candidate]]:
    """Yield what stands in a folder and is searched or may be a document."""
    try:
        with os.scandir(folder.path or os.curdir) as listed:
            entries = list(listed)
    except OSError as error:
        log.warning("not searched: %s", _told(folder.path.rstrip(os.sep) or os.curdir, error))
        return
    here = folder.knowing([entry.name for entry in entries])
    for entry in entries:
        name = entry.name
        if entry.is_dir(follow_symlinks=False):
            if name != _GIT and not _is_ignored((*here.names, name), here.ignores, is_folder=True):
                yield name, here.below(name)
        elif _may_be_one(here, name) and name != _GIT:
            if _is_ignored((*here.names, name), here.ignores, is_folder=False):
                continue
            if _is_file(entry) and not _leads_out(entry, inside):
                path, slashed = f"{here.path}{name}", f"{here.slashed}{name}"
                yield name, Candidate(path, slashed, here.is_wanted, entry.is_symlink())


def _may_be_one(folder: _Folder, name: str) -> bool:
    if may_be_document(folder.slashed, name):
        return True
    return folder.is_wanted is not None and folder.is_wanted(f"{folder.slashed}{name}")


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether a file can be found there: a link may lead to itself, or where nobody may look."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _leads_out(entry: os.DirEntry[str], inside: Files) -> bool:
    """Whether a link leads out of the folder: a repository names no files of its reader."""
    return entry.is_symlink() and not inside.holds(Path(entry))


def _without_aliases(found: Sequence[Candidate]) -> Sequence[Candidate]:
    """Pass over the links to files that are there themselves."""
    if not any(each.is_link for each in found):
        return found
    own = {os.path.realpath(each.path) for each in found if not each.is_link}
    return [each for each in found if not each.is_link or os.path.realpath(each.path) not in own]


def _told(path: str, error: OSError | ValueError) -> str:
    match error:
        case OSError(strerror=str() as reason):
            return f"{path}: {reason}"
        case UnicodeDecodeError():
            return f"{path}: no UTF-8 text"
        case _:
            return str(error)


def _is_ignored(names: tuple[str, ...], ignores: Sequence[_Rules], *, is_folder: bool) -> bool:
    for depth, rules in reversed(ignores):
        if not rules.may_name(names[-1]):
            continue
        verdict = rules.verdict(names[depth:], is_folder=is_folder)
        if verdict is not None:
            return verdict
    return False


def _ignores_above(absolute: Path) -> tuple[_Rules, ...]:
    """Return the rules from the folders above, up to the one that holds the repository."""
    found: list[_Rules] = []
    if holds_repository(absolute):
        return ()
    for parent in absolute.parents:
        found = [*_ignores_in(parent, len(parent.parts)), *found]
        if holds_repository(parent):
            return tuple(found)
    return ()


def _ignores_in(folder: Path, depth: int) -> tuple[_Rules, ...]:
    try:
        text = (folder / IGNORE_FILE).read_text("utf-8", "replace")
    except OSError:
        return ()
    return ((depth, IgnoreRules.read(text)),)


def _plain(folder: Path) -> str:
    return "" if folder == Path() else str(folder)


def _absolute(folder: Path) -> Path:
    return Path(os.path.abspath(folder))  # noqa: PTH100 - without `..`, and links as they are


def _slashed(absolute: Path) -> str:
    return absolute.as_posix().rstrip("/") + "/"

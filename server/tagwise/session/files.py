"""Reading files that a document names: the name is input from a stranger.

SEMANTICS.md, section 7: only regular files of at most 1 MiB whose real path lies inside a workspace
folder.  Does not know what stands in them.
"""

import errno
import logging
import os
import stat
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Final

import attrs

SIZE_LIMIT: Final = 1024 * 1024
# Read at once of what a file has grown by.
_MORE: Final = 64 * 1024
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

log = logging.getLogger(__name__)


@attrs.frozen(slots=False)
class Files:
    """The files below `roots`; without roots, none."""

    roots: tuple[Path, ...]

    def read(self, path: str | Path) -> str | None:
        """Return the text at `path`, or None where nothing may be read or nothing stands."""
        try:
            # Most of what is asked for is not there, which is quicker seen than where it would be.
            os.lstat(path)
            return read_text(path) if self.holds(path) else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.debug("not read: %s: %s", path, error)
            return None

    def holds(self, path: str | Path) -> bool:
        """Whether the real path of `path` lies inside a root."""
        try:
            real = os.path.realpath(path)
        except (OSError, ValueError):
            return False
        return any(f"{real}{os.sep}".startswith(root) for root in self._real_roots)

    @cached_property
    def _real_roots(self) -> tuple[str, ...]:
        """The roots' real paths, each with a separator at its end."""
        return tuple(os.path.realpath(root).rstrip(os.sep) + os.sep for root in self.roots)


def read_text(path: str | Path) -> str:
    """Read a regular file as UTF-8 with every character as it stands, line ends included.

    Opened without waiting, so that a pipe in a file's place holds nobody.

    :raises OSError: where there is none, or something else stands there.
    :raises ValueError: where it is larger than `SIZE_LIMIT`, or no UTF-8.
    """
    file = os.open(path, _READ)
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "no regular file", str(path))
        # One byte more than there is: all of it is read at once, and its end is seen.
        content = os.read(file, min(status.st_size, SIZE_LIMIT) + 1)
        while len(content) <= SIZE_LIMIT and (more := os.read(file, _MORE)):
            content += more
    finally:
        os.close(file)
    if len(content) > SIZE_LIMIT:
        raise ValueError(f"{path}: larger than {SIZE_LIMIT} bytes")
    return content.decode("utf-8")


def write_text(path: Path, text: str) -> None:
    """Replace the file at `path` by `text`, wholly or not at all, keeping its permissions.

    A link is followed: what it points at is replaced.

    :raises OSError: where the folder cannot be written to; the file is then as it was.
    """
    try:
        _replace(Path(os.path.realpath(path)), text.encode("utf-8"))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _replace(path: Path, content: bytes) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    descriptor, name = tempfile.mkstemp(prefix=".tagwise-", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(mode)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)

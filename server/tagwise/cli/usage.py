"""What is told to a person who used a command wrongly: one line, and exit status 2."""

from tagwise.errors import TagwiseError


class WrongUsage(TagwiseError):
    """The command line asks for something that cannot be."""


def told(error: OSError) -> str:
    """Return what a file's error says, the file first: `Dockerfile: Permission denied`."""
    if error.filename is None or error.strerror is None:
        return str(error)
    return f"{error.filename}: {error.strerror}"

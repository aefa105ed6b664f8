"""What is told to a person who used a command wrongly: one line, and exit status 2."""

from tagwise.errors import TagwiseError


class WrongUsage(TagwiseError):
    """The command line asks for something that cannot be."""

"""What is wrong with a template, and where in it."""

from tagwise.errors import TagwiseError


class InvalidTemplate(TagwiseError, ValueError):
    """`at` is the offset in the template of what cannot be read or done."""

    def __init__(self, message: str, *, at: int) -> None:
        super().__init__(message)
        self.at = at

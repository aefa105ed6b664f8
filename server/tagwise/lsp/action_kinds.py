"""The kinds of our code actions, and which of them an editor asks for.

Does not know what the actions do.
"""

from collections.abc import Sequence
from typing import Final

from lsprotocol import types

PIN_IMAGES: Final = "source.pinImages.tagwise"
ENGINE: Final = "tagwise.engine"
"""Below nothing that editors apply by themselves, such as on save."""

KINDS: Final = (
    types.CodeActionKind.QuickFix,
    types.CodeActionKind.RefactorRewrite,
    PIN_IMAGES,
    ENGINE,
)


def is_wanted(only: Sequence[types.CodeActionKind | str] | None, kind: str) -> bool:
    """Whether `kind` is one of `only`, or below one; the empty kind is above all.

    Some editors send an empty list where they mean none.
    """
    if not only:
        return True
    above = (each.value if isinstance(each, types.CodeActionKind) else each for each in only)
    return any(not each or f"{kind}.".startswith(f"{each}.") for each in above)

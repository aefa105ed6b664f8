"""Refusing a text before it is read: one so long, or so dense, that nobody wrote it.

What reading takes grows with the number of marks, and a text of nothing else takes many times as long
as any of its length that a person has.  Counting them takes no time.
Does not know what a mark means.
"""

from collections.abc import Iterable
from typing import Final

LONGEST: Final = 512 * 1024
# What people write has a mark every ten or fifteen characters.
SPARSE: Final = 8


def refusal_of(
    text: str, *, marks: Iterable[str], most: int, sparse: int = 0, longest: int = LONGEST
) -> str | None:
    """Return why a text is not to be read: it is too long, or has more of `marks` than `most`.

    Of a text that is not as dense as nobody writes it, up to `sparse` are read.
    """
    if len(text) > longest:
        return f"the text is longer than {longest // 1024} KB: it is not read"
    if len(text) <= most:
        return None
    return refusal_of_values(sum(map(text.count, marks)), text, most=most, sparse=sparse)


def refusal_of_values(count: int, text: str, *, most: int, sparse: int) -> str | None:
    """Return why a text with so many marks is not to be read, whatever counts as one."""
    most = max(most, sparse) if count * SPARSE <= len(text) else most
    return f"the text has more than {most:,} values: it is not read" if count > most else None

"""Where a text differs from its last version.  Does not know what stands in it."""

from collections.abc import Callable

from tagwise.documents.traced import Span


def edited(before: str, after: str) -> Span:
    """Return the part of `before` that has become something else."""
    shorter = min(len(before), len(after))
    start = _common(shorter, lambda length: before[:length] == after[:length])
    rest = shorter - start
    end = _common(rest, lambda length: before.endswith(after[len(after) - length :]))
    return Span(start, len(before) - end)


def _common(most: int, is_common: Callable[[int], bool]) -> int:
    """Return the greatest length up to `most` that is common, as are all below it."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if is_common(middle):
            least = middle
        else:
            most = middle - 1
    return least

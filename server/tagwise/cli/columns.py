"""Lines of cells, separated by tabs, laid out in columns as docker lays them out.

Follows Go's text/tabwriter with docker's settings: columns at least ten wide, three blanks between;
what follows a line's last tab is not padded.
"""

import shutil
import sys
from collections.abc import Sequence
from typing import Final

_LEAST: Final = 10
_BETWEEN: Final = 3
_LEAST_WORDS: Final = 20


def in_columns(lines: Sequence[str]) -> list[str]:
    cells = [line.split("\t") for line in lines]
    widths: list[int] = []
    for row in cells:
        for index, cell in enumerate(row[:-1]):
            width = max(len(cell) + _BETWEEN, _LEAST)
            if index == len(widths):
                widths.append(width)
            widths[index] = max(widths[index], width)
    return [
        "".join(cell.ljust(widths[index]) for index, cell in enumerate(row[:-1])) + row[-1]
        for row in cells
    ]


def terminal_width() -> int | None:
    """Return how wide the terminal is that is printed to; None for a pipe or a file."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def fitted(lines: Sequence[str], width: int) -> list[str]:
    """Cut the last column at a terminal's `width`, of which something is left in any case."""
    start = max((line.rfind("  ") for line in lines[:1]), default=0)
    room = max(width, start + _LEAST_WORDS)
    return [line if len(line) <= room else f"{line[: room - 1]}…" for line in lines]

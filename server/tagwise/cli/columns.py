"""Lines of cells, separated by tabs, laid out in columns as docker lays them out.

Follows Go's text/tabwriter with docker's settings: columns at least ten wide, three blanks between;
what follows a line's last tab is not padded.
"""

from collections.abc import Sequence
from typing import Final

_LEAST: Final = 10
_BETWEEN: Final = 3


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

"""Unified diffs that `patch -p1` and `git apply` take.

Does not know why a text changed, nor where a diff goes.
"""

import re
from collections.abc import Iterator
from difflib import unified_diff
from typing import Final

# A diff knows lines that end in a line feed, and no others.
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")


def diff_lines(name: str, before: str, after: str, *, context: int = 3) -> Iterator[str]:
    """Yield the lines of a diff of the file `name` (with `/` between folders), with their ends."""
    # A blank would end the name; what follows a tab is no part of it.
    tab = "\t" if " " in name else ""
    old, new = _LINE.findall(before), _LINE.findall(after)
    for line in unified_diff(old, new, f"a/{name}{tab}", f"b/{name}{tab}", n=context):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"

"""Globs over paths with `/` between their parts.  Does not know what a path leads to."""

import re
from collections.abc import Iterable
from typing import Final


def glob_pattern(globs: Iterable[str]) -> re.Pattern[str]:
    """Read globs: `*` and `?` within a name, `**/` any folders, `{a,b}` alternatives; case aside."""
    return re.compile(f"(?:.*/)?(?:{_alternatives(globs)})", re.IGNORECASE | re.DOTALL)


def end_pattern(globs: Iterable[str]) -> re.Pattern[str]:
    """Read globs as `glob_pattern` does, to be searched for in a path after a `/`.

    Of a path that ends in none of many this is told several times as quickly.
    """
    return re.compile(rf"/(?:{_alternatives(globs)})\Z", re.IGNORECASE | re.DOTALL)


def _alternatives(globs: Iterable[str]) -> str:
    read = (_GLOB.sub(lambda match: _IN_GLOBS.get(match[0], re.escape(match[0])), g) for g in globs)
    return "|".join(read) or "(?!)"


_GLOB: Final = re.compile(r"\*\*/|.", re.DOTALL)
_IN_GLOBS: Final = {
    "**/": "(?:[^/]+/)*",
    "*": "[^/]*",
    "?": "[^/]",
    "{": "(?:",
    ",": "|",
    "}": ")",
}

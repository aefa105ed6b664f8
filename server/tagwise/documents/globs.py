"""Globs over paths with `/` between their parts.  Does not know what a path leads to."""

import re
from collections.abc import Iterable
from typing import Final


def glob_pattern(globs: Iterable[str]) -> re.Pattern[str]:
    """Read globs: `*` and `?` within a name, `**/` any folders, `{a,b}` alternatives; case aside."""
    alternatives = "|".join(
        _GLOB.sub(lambda match: _IN_GLOBS.get(match[0], re.escape(match[0])), glob)
        for glob in globs
    )
    return re.compile(f"(?:.*/)?(?:{alternatives or '(?!)'})", re.IGNORECASE | re.DOTALL)


_GLOB: Final = re.compile(r"\*\*/|.", re.DOTALL)
_IN_GLOBS: Final = {
    "**/": "(?:[^/]+/)*",
    "*": "[^/]*",
    "?": "[^/]",
    "{": "(?:",
    ",": "|",
    "}": ")",
}

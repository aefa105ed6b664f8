"""Paths and contexts that have to be fetched.

BuildKit, `gitutil.IsGitTransport` and `urlutil`; compose, `remote`.  Does not fetch them.
"""

import re
from typing import Final

_REMOTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|git@|github\.com/|oci:")


def is_remote(path: str) -> bool:
    return bool(_REMOTE.match(path))

"""Finds a program to start, and never one that a workspace has planted.

Does not know what the program does.
"""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path


def find_program(
    name: str, *, environment: Mapping[str, str], outside: Iterable[Path] = ()
) -> Path | None:
    """Find `name` on the environment's PATH, as an absolute path that is `outside` of folders.

    Relative parts of PATH are passed over, and so is a link that leads inside.
    """
    forbidden = tuple(folder.resolve() for folder in outside)
    for part in environment.get("PATH", os.defpath).split(os.pathsep):
        if not Path(part).is_absolute():
            continue
        found = shutil.which(name, path=part)
        if found is None or Path(found).parent != Path(part):
            continue
        places = (Path(found), Path(found).resolve(), Path(part).resolve() / name)
        if not any(place.is_relative_to(folder) for place in places for folder in forbidden):
            return Path(found)
    return None

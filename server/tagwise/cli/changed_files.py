"""The files that have changed since a revision, as git sees them.

Does not know what is in them.
"""

import os
import subprocess
from pathlib import Path
from typing import Final

import attrs

from tagwise.cli.usage import WrongUsage
from tagwise.registry.programs import find_program

PATIENCE: Final = 60


@attrs.frozen
class ChangedFiles:
    paths: frozenset[Path]

    def holds(self, document: str) -> bool:
        return Path(document).resolve() in self.paths


def changed_since(revision: str) -> ChangedFiles:
    """List what differs from `revision` here, and what git does not know yet.

    :raises WrongUsage: where git says no.
    """
    if revision.startswith("-"):
        raise WrongUsage(f"{revision!r} is no git revision")
    top = Path(os.fsdecode(_git("rev-parse", "--show-toplevel").rstrip(b"\n")))
    changed = _git(
        "diff", "--name-only", "--no-ext-diff", "--no-renames", "-z", revision, "--", folder=top
    )
    fresh = _git("ls-files", "--others", "--exclude-standard", "-z", folder=top)
    names = {os.fsdecode(each) for each in (changed + fresh).split(b"\0") if each}
    return ChangedFiles(frozenset((top / name).resolve() for name in names))


def _git(*arguments: str, folder: Path | None = None) -> bytes:
    git = find_program("git", environment=os.environ, outside=(Path(),))
    if git is None:
        raise WrongUsage("--changed-since needs git, which is not on the path")
    # What a repository's own configuration would have git start is not started.
    command = [str(git), "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - no shell; the program stands outside the workspace
            command, cwd=folder, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise WrongUsage(f"git did not answer within {PATIENCE} s") from None
    if done.returncode:
        said = os.fsdecode(done.stderr).strip().splitlines()
        raise WrongUsage(f"--changed-since: git says: {said[0] if said else done.returncode}")
    return done.stdout

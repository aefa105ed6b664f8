"""Writes `requirements.lock`: what the packed server needs, each file with its hash.

Run by hand (`make vsix-lock`) when a dependency changes.  What only a terminal needs stays out.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

CLIENT = Path(__file__).resolve().parents[1]
TERMINAL = frozenset({"rich", "typer"})
"""Dependencies that `tagwise lsp` never imports; a test starts the packed server without them."""

# The oldest Python there is a promise for asks for the most; wheels are chosen as for it.
WHEELS = (
    "--only-binary=:all:",
    "--python-version=3.11",
    "--implementation=cp",
    "--abi=cp311",
    "--platform=manylinux_2_28_x86_64",
    "--platform=manylinux_2_17_x86_64",
    "--platform=manylinux2014_x86_64",
)
HEAD = """\
# What the packed server needs besides itself: written by tools/lock.py.
# PyYAML comes with a compiled extension, which is left out of the package; all others are pure.
"""


def main() -> None:
    report = resolved(server_dependencies())
    lines = [line_of(each) for each in report["install"]]
    (CLIENT / "requirements.lock").write_text(HEAD + "".join(sorted(lines, key=str.lower)))


def server_dependencies() -> list[str]:
    project = tomllib.loads((CLIENT.parent / "pyproject.toml").read_text("utf-8"))["project"]
    return [each for each in project["dependencies"] if name_of(each) not in TERMINAL]


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else requirement


def resolved(requirements: list[str]) -> dict[str, list[dict[str, dict[str, dict[str, str]]]]]:
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--dry-run", "--ignore-installed", "--target=unused", "--report=-"),
        *(*WHEELS, *requirements),
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    report: dict[str, list[dict[str, dict[str, dict[str, str]]]]] = json.loads(done.stdout)
    return report


def line_of(item: dict[str, dict[str, dict[str, str]]]) -> str:
    metadata: dict[str, object] = dict(item["metadata"])
    digest = item["download_info"]["archive_info"]["hashes"]["sha256"]
    return f"{metadata['name']}=={metadata['version']} --hash=sha256:{digest}\n"


if __name__ == "__main__":
    main()

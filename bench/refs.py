"""`tagwise refs` over a tree of 20,000 files, 2,000 of them with references, beside its peers.

    python bench/refs.py            # makes the tree in a folder of its own, and removes it

Finding the candidates stands beside `rg --files --hidden`: those are the files whose names do not
rule out that they hold references, here a quarter, of which two thirds turn out to be other YAML.
The whole stands beside Renovate's extraction (`RENOVATE` names the folder of an installed npm
package, else what is missing is said), which has to have read every file that holds references.
The tree is doubled to see that memory stays flat.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tagwise.session.discovery import candidates_below, read_candidate

FILES: Final = 20_000
WITH_REFERENCES: Final = 2_000
ROUNDS: Final = 3

KINDS: Final = {
    "Dockerfile": "ARG V={i}\nFROM python:3.{m}-slim AS build\nCOPY --from=nginx:1.{m} /a /b\n",
    "compose.yaml": "services:\n  web:\n    image: nginx:1.{m}\n  db:\n    image: postgres:${{V:-{m}}}\n",
    "deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n"
    "      containers:\n        - name: a\n          image: ghcr.io/acme/api:{i}\n",
    "values.yaml": "image:\n  repository: acme/api\n  tag: '{i}'\n",
    ".gitlab-ci.yml": "job:\n  image: node:{m}\n  script: [make]\n",
}
MANAGERS: Final = ("dockerfile", "docker-compose", "kubernetes", "helm-values", "gitlabci")
OTHERS: Final = ("main.py", "index.ts", "README.md", "data.json", "style.css", "config.yaml")


def tree(folder: Path, files: int, with_references: int) -> None:
    kinds = list(KINDS.items())
    for i in range(files):
        below = folder / f"group{i // 1000:02}" / f"part{i // 10:05}"
        below.mkdir(parents=True, exist_ok=True)
        name, text = (
            kinds[i // 10 % len(kinds)]
            if i % (files // with_references) == 0
            else (f"{i}-{OTHERS[i % len(OTHERS)]}", "key: value\n" * 20)
        )
        (below / name).write_text(text.format(i=i, m=i % 20) if "{" in text else text)


def best(measured: Callable[[], object]) -> float:
    times: list[float] = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        measured()
        times.append(time.perf_counter() - start)
    return min(times)


def run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def refs(folder: Path) -> float:
    """List a tree's references; return how much memory that took at most, in MB."""
    command = (sys.executable, "-m", "tagwise", "refs", "--format", "json", str(folder))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"tagwise refs ended with {process.returncode}")
    return used.ru_maxrss / 1024


def read_all(folder: Path) -> None:
    if sum(read_candidate(each) is not None for each in candidates_below(folder)) == 0:
        sys.exit("no document was found")


def finding(folder: Path) -> None:
    found, read = best(lambda: candidates_below(folder)), best(lambda: read_all(folder))
    print(f"  finding the candidates, by their names              {found:6.2f} s")
    print(f"  the same, and reading what they turn out to be      {read:6.2f} s")
    if (rg := shutil.which("rg")) is None:
        print("  missing: rg")
        return
    listed = best(lambda: run((rg, "--files", "--hidden", str(folder))))
    print(f"  rg --files --hidden, on every core                  {listed:6.2f} s")
    print(
        f"  ratios (the line is 3)                       {found / listed:6.1f} {read / listed:6.1f}"
    )


def renovate(folder: Path) -> Callable[[], None] | None:
    """Return how Renovate extracts, without looking anything up; None where it is not installed."""
    package = os.environ.get("RENOVATE")
    node = shutil.which("node")
    if package is None or node is None:
        print("  missing: Renovate (RENOVATE=…/node_modules/renovate) and node on PATH")
        return None
    git = ("git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@example.com")
    run((*git, "init", "-q"))
    run((*git, "add", "-A"))
    run((*git, "commit", "-q", "-m", "all"))
    command = (node, f"{package}/dist/renovate.js", "--platform=local", "--dry-run=extract")
    environment = {
        **os.environ,
        "LOG_LEVEL": "info",
        "LOG_FORMAT": "json",
        "RENOVATE_ONBOARDING": "false",
        "RENOVATE_REQUIRE_CONFIG": "optional",
        "RENOVATE_ENABLED_MANAGERS": json.dumps(MANAGERS),
        "RENOVATE_CONFIG": json.dumps({"kubernetes": {"fileMatch": [r"deployment\.yaml$"]}}),
    }

    def extract() -> None:
        done = subprocess.run(
            command, cwd=folder, check=True, stdout=subprocess.PIPE, env=environment
        )
        said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]
        counts = next(each["stats"]["total"] for each in said if "stats" in each)
        if counts["fileCount"] != WITH_REFERENCES:
            sys.exit(f"Renovate has read {counts}")

    return extract


def whole(folder: Path) -> None:
    took = best(lambda: refs(folder))
    print(f"  tagwise refs, all of it                             {took:6.2f} s")
    if (extract := renovate(folder)) is not None:
        peer = best(extract)
        print(f"  Renovate's extraction                               {peer:6.2f} s")
        print(f"  ratio (the line is 3)                               {peer / took:6.1f}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tagwise-bench-") as name:
        one, two = Path(name) / "one", Path(name) / "two"
        tree(one, FILES, WITH_REFERENCES)
        print(f"{FILES:,} files, {WITH_REFERENCES:,} with references, best of {ROUNDS}")
        finding(one)
        whole(one)
        tree(two, 2 * FILES, 2 * WITH_REFERENCES)
        print(f"  memory at most, and of twice the tree      {refs(one):6.0f} {refs(two):6.0f} MB")


if __name__ == "__main__":
    main()

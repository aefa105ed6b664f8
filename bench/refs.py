"""`tagwise refs` over a tree of 20,000 files, 2,000 of them with references, beside its peers.

    python bench/refs.py            # makes the tree in a folder of its own, and removes it

Finding the candidates stands beside `rg --files --hidden`, the whole beside Renovate's extraction
(`RENOVATE` names the folder of an installed npm package, else what is missing is said).  The tree is
doubled once more to see that memory stays flat.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tagwise.session.discovery import documents_below

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


def run(command: Sequence[str], **variables: str) -> None:
    environment = {**os.environ, **variables}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)


def refs(folder: Path) -> None:
    run((sys.executable, "-m", "tagwise", "refs", "--format", "json", str(folder)))


def peak_of_children() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def renovate(folder: Path) -> float | None:
    """Return how long Renovate takes to extract, without looking anything up."""
    package = os.environ.get("RENOVATE")
    node = shutil.which("node")
    if package is None or node is None:
        print("  missing: Renovate (RENOVATE=…/node_modules/renovate) and node on PATH")
        return None
    run(("git", "-C", str(folder), "init", "-q"))
    run(("git", "-C", str(folder), "add", "-A"))
    start = time.perf_counter()
    subprocess.run(
        (node, str(Path(package) / "dist/renovate.js"), "--platform=local", "--dry-run=extract"),
        cwd=folder, check=True, stdout=subprocess.DEVNULL,
        env={
            **os.environ,
            "LOG_LEVEL": "error",
            "RENOVATE_ONBOARDING": "false",
            "RENOVATE_REQUIRE_CONFIG": "optional",
            "RENOVATE_ENABLED_MANAGERS":
                '["dockerfile","docker-compose","kubernetes","helm-values","gitlabci"]',
            "RENOVATE_CONFIG": '{"kubernetes": {"fileMatch": ["deployment\\\\.yaml$"]}}',
        },
    )  # fmt: skip
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tagwise-bench-") as name:
        folder = Path(name)
        tree(folder / "one", FILES, WITH_REFERENCES)
        one = folder / "one"
        print(f"{FILES:,} files, {WITH_REFERENCES:,} with references, best of {ROUNDS}")
        found = best(lambda: list(documents_below(one)))
        print(f"  finding and reading the candidates, in one process  {found:6.2f} s")
        if (rg := shutil.which("rg")) is None:
            print("  missing: rg")
        else:
            listed = best(lambda: run((rg, "--files", "--hidden", str(one))))
            print(f"  rg --files --hidden                                 {listed:6.2f} s")
            print(f"  ratio (the line is 3)                               {found / listed:6.1f}")
        whole = best(lambda: refs(one))
        print(f"  tagwise refs, all of it                             {whole:6.2f} s")
        print(f"  its memory at most                                  {peak_of_children():6.0f} MB")
        if (peer := renovate(one)) is not None:
            print(f"  Renovate's extraction                               {peer:6.2f} s")
            print(f"  ratio (the line is 3)                               {peer / whole:6.1f}")


if __name__ == "__main__":
    main()

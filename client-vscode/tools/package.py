"""Makes the VSIX: one for every platform and every CPython from 3.11 on.

    python client-vscode/tools/package.py [OUT.vsix]

The server's dependencies come from `requirements.lock`, by their hashes, and lose what is compiled;
the client is bundled by esbuild and packed by vsce, both from `package-lock.json`.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from lock import CLIENT, WHEELS

ROOT = CLIENT.parent
BUNDLED = CLIENT / "bundled"
COMPILED = (".so", ".pyd", ".dylib", ".dll")
# The demonstration and its registry are for terminals.
LEFT_OUT = shutil.ignore_patterns("__pycache__", "demo")
NPM_LICENSED = ("vscode-languageclient", "vscode-languageserver-protocol", "minimatch", "semver")


def main() -> None:
    version = (CLIENT / "package.json").read_text("utf-8").split('"version": "')[1].split('"')[0]
    out = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "dist" / f"tagwise-{version}.vsix"
    out.parent.mkdir(parents=True, exist_ok=True)
    bundle_libraries(BUNDLED / "libs")
    bundle_server(BUNDLED / "server")
    for name in ("LICENSE", "CHANGELOG.md"):
        shutil.copyfile(ROOT / name, CLIENT / name)
    (CLIENT / "NOTICES.txt").write_text("\n".join(notices()), "utf-8")
    node("esbuild.mjs")
    vsce = "node_modules/@vscode/vsce/vsce"
    node(vsce, "package", "--no-dependencies", "--no-rewrite-relative-links",
         "--allow-missing-repository", "--out", str(out.resolve()))  # fmt: skip


def node(*arguments: str) -> None:
    """Run the Node.js that the lock file brings."""
    program = CLIENT / "node_modules" / "node" / "bin" / "node"
    subprocess.run([str(program), *arguments], cwd=CLIENT, check=True)


def bundle_libraries(target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "--no-deps", "--no-compile", "--target", str(target)),
        *(*WHEELS, "--requirement", str(CLIENT / "requirements.lock")),
    ]
    subprocess.run(command, check=True)
    for path in [*target.rglob("*")]:
        if path.suffix in COMPILED or path.name in {"RECORD", "INSTALLER", "REQUESTED"}:
            path.unlink()
    for path in (target / "bin", target / "_yaml"):
        shutil.rmtree(path, ignore_errors=True)


def bundle_server(target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(ROOT / "server" / "tagwise", target / "tagwise", ignore=LEFT_OUT)
    # A finding leads to the section about its rule, as in the wheel.
    (target / "tagwise" / "docs").mkdir()
    shutil.copyfile(ROOT / "docs" / "rules.md", target / "tagwise" / "docs" / "rules.md")


def notices() -> Iterator[str]:
    """Yield the licences of everything that is packed, as they ask for."""
    yield "Packed with Tagwise, each under its own licence.\n"
    for folder in sorted((BUNDLED / "libs").glob("*.dist-info")):
        yield f"==== {folder.name.removesuffix('.dist-info')} ====\n"
        yield from (each.read_text("utf-8") for each in sorted(licences(folder)))
    for name in NPM_LICENSED:
        folder = CLIENT / "node_modules" / name
        yield f"==== {name} ====\n"
        yield from (each.read_text("utf-8") for each in sorted(licences(folder)))


def licences(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        known = path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING"))
        if path.is_file() and known and "node_modules" not in path.relative_to(folder).parts:
            yield path


if __name__ == "__main__":
    main()

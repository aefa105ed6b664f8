"""Makes the VSIX: one for every platform and every CPython from 3.11 on.

    python client-vscode/tools/package.py [OUT.vsix]

The server's dependencies come from `requirements.lock`, by their hashes, and lose what is compiled;
the client is bundled by esbuild and packed by vsce, both from `package-lock.json`.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lock import CLIENT, WHEELS

ROOT = CLIENT.parent
COMPILED = (".so", ".pyd", ".dylib", ".dll")
# The demonstration and its registry are for terminals.
LEFT_OUT = shutil.ignore_patterns("__pycache__", "demo")


def main() -> None:
    version = json.loads((CLIENT / "package.json").read_text("utf-8"))["version"]
    out = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "dist" / f"tagwise-{version}.vsix"
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tagwise-vsix-") as folder:
        stage = Path(folder)
        lay_out(stage)
        node("esbuild.mjs", str(stage / "dist"), folder=CLIENT)
        vsce = str(CLIENT / "node_modules" / "@vscode" / "vsce" / "vsce")
        options = ("--no-dependencies", "--no-rewrite-relative-links", "--allow-missing-repository")
        node(vsce, "package", *options, "--out", str(out.resolve()), folder=stage)


def lay_out(stage: Path) -> None:
    """Put everything that is packed into a folder of its own, but for the client's script."""
    for name in ("package.json", "package.nls.json", "README.md", ".vscodeignore"):
        shutil.copyfile(CLIENT / name, stage / name)
    for name in ("LICENSE", "CHANGELOG.md"):
        shutil.copyfile(ROOT / name, stage / name)
    shutil.copytree(CLIENT / "media", stage / "media")
    bundled = stage / "bundled"
    bundled.mkdir()
    shutil.copyfile(CLIENT / "bundled" / "start_server.py", bundled / "start_server.py")
    bundle_libraries(bundled / "libs")
    bundle_server(bundled / "server")
    (stage / "NOTICES.txt").write_text("\n".join(notices(bundled / "libs")), "utf-8")


def node(*arguments: str, folder: Path) -> None:
    """Run the Node.js that the lock file brings."""
    program = CLIENT / "node_modules" / "node" / "bin" / "node"
    subprocess.run([str(program), *arguments], cwd=folder, check=True)


def bundle_libraries(target: Path) -> None:
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
    shutil.copytree(ROOT / "server" / "tagwise", target / "tagwise", ignore=LEFT_OUT)
    # A finding leads to the section about its rule, as in the wheel.
    (target / "tagwise" / "docs").mkdir()
    shutil.copyfile(ROOT / "docs" / "rules.md", target / "tagwise" / "docs" / "rules.md")


def notices(libraries: Path) -> Iterator[str]:
    """Yield the licences of everything that is packed, as they ask for."""
    yield "Packed with Tagwise, each under its own licence.\n"
    for folder in sorted(libraries.glob("*.dist-info")):
        yield f"==== {folder.name.removesuffix('.dist-info')} ====\n"
        yield from (each.read_text("utf-8") for each in sorted(licences(folder)))
    packages = json.loads((CLIENT / "package-lock.json").read_text("utf-8"))["packages"]
    for name in sorted(name for name, each in packages.items() if name and not each.get("dev")):
        yield f"==== {name.removeprefix('node_modules/')} ====\n"
        yield from (each.read_text("utf-8") for each in sorted(licences(CLIENT / name)))


def licences(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        known = path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING"))
        if path.is_file() and known and "node_modules" not in path.relative_to(folder).parts:
            yield path


if __name__ == "__main__":
    main()

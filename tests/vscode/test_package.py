"""The VSIX: small, pure, and enough for the server to run from."""

import os
import subprocess
import sys
import zipfile
from pathlib import PurePosixPath

import pytest

COMPILED = {".so", ".pyd", ".dylib", ".dll", ".exe", ".node", ".a", ".o"}
MACHINE_CODE = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\x00asm")
LARGEST = 6_000_000
TERMINAL = {"typer", "rich", "pygments", "click", "pydantic", "pydantic_core", "pip", "setuptools"}


@pytest.fixture(scope="module")
def packed(vsix):
    with zipfile.ZipFile(vsix) as archive:
        yield archive


def test_it_is_small(vsix):
    assert vsix.stat().st_size < LARGEST


def test_nothing_in_it_is_compiled(packed):
    paths = [PurePosixPath(name) for name in packed.namelist()]
    assert [str(path) for path in paths if path.suffix.lower() in COMPILED] == []
    assert [str(path) for path in paths if "__pycache__" in path.parts] == []
    starts = {name: packed.read(name)[:4] for name in packed.namelist()}
    assert [name for name, start in starts.items() if start.startswith(MACHINE_CODE)] == []


def test_what_only_terminals_need_stays_out(packed):
    libs = PurePosixPath("extension/bundled/libs")
    paths = [PurePosixPath(name) for name in packed.namelist()]
    below = {path.relative_to(libs).parts[0] for path in paths if path.is_relative_to(libs)}
    assert {"pygls", "httpx", "yaml"} <= below
    assert {name.lower() for name in below} & TERMINAL == set()


def test_it_has_the_page_that_findings_lead_to(packed):
    page = packed.read("extension/bundled/server/tagwise/docs/rules.md").decode()
    assert "\n## digest-gone\n" in page


def test_it_carries_the_licences_of_what_it_packs(packed):
    notices = packed.read("extension/NOTICES.txt").decode()
    for name in ("pygls", "httpx", "PyYAML", "certifi", "vscode-languageclient"):
        assert f"==== {name.lower()}" in notices.lower()


def test_nothing_in_the_folder_or_the_environment_is_imported(packed, tmp_path):
    """The launcher, as the client starts it, in a folder full of traps."""
    packed.extractall(tmp_path / "vsix")
    trap = "import sys; sys.stderr.write('TRAPPED'); sys.exit(9)"
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    for name in ("json", "tagwise", "pygls", "yaml", "sitecustomize", "usercustomize"):
        (workspace / f"{name}.py").write_text(trap)
    launcher = tmp_path / "vsix" / "extension" / "bundled" / "start_server.py"
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(launcher), "useBundled"],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(workspace), "PYTHONSTARTUP": "json.py"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert "TRAPPED" not in done.stderr
    assert "Tagwise of the extension" in done.stderr
    # Standard input has ended without a shutdown: the protocol wants 1.
    assert done.returncode == 1, done.stderr

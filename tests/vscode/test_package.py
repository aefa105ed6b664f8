"""The VSIX: small, pure, and enough for the server to run from."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import PurePosixPath

import pytest

from tagwise.lsp.client import EditorClient

COMPILED = {".so", ".pyd", ".dylib", ".dll", ".exe", ".node", ".a", ".o"}
MACHINE_CODE = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\x00asm")
LARGEST = 6_000_000
TERMINAL = {"typer", "rich", "pygments", "click", "pydantic", "pydantic_core", "pip", "setuptools"}


def interpreters():
    """List the CPythons of this machine that are new enough, one of each version."""
    found = {}
    for name in (sys.executable, *(f"python3.{minor}" for minor in range(11, 20))):
        path = shutil.which(name)
        ask = "import sys; print(*sys.version_info[:2], sep='.')"
        asked = path and subprocess.run(
            [path, "-I", "-S", "-c", ask], capture_output=True, text=True, check=False, timeout=30
        )
        if asked and asked.returncode == 0:
            found.setdefault(asked.stdout.strip(), path)
    return found


INTERPRETERS = interpreters()


@pytest.fixture(scope="module")
def packed(vsix):
    with zipfile.ZipFile(vsix) as archive:
        yield archive


@pytest.fixture(scope="module")
def launcher(packed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    packed.extractall(folder)
    return folder / "extension" / "bundled" / "start_server.py"


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


@pytest.mark.parametrize("version", INTERPRETERS)
async def test_the_server_runs_on_every_python_here(launcher, tmp_path, version):
    command = (INTERPRETERS[version], "-I", "-S", str(launcher), "useBundled")
    editor = EditorClient(command, patience=60)
    await editor.start(root_uri=tmp_path.as_uri(), options={"offline": True})
    uri = (tmp_path / "compose.yaml").as_uri()
    text = "services:\n  web:\n    image: nginx:1.29 # yaml\n"
    editor.open(uri, "dockercompose", text)
    card = await editor.hover(uri, text.index("nginx"))
    await editor.stop()
    assert card is not None
    assert "docker.io/library/nginx" in card


def test_nothing_in_the_folder_or_the_environment_is_imported(launcher, tmp_path):
    """The launcher, as the client starts it, in a folder full of traps."""
    trap = "import sys; sys.stderr.write('TRAPPED'); sys.exit(9)"
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    for name in ("json", "tagwise", "pygls", "yaml", "sitecustomize", "usercustomize"):
        (workspace / f"{name}.py").write_text(trap)
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

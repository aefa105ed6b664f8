"""The packed extension, made once for the tests that need it.

Node.js, the packer, code-server and playwright come from the lock files (`make vscode-tools`).
"""

import subprocess
import sys
from pathlib import Path

import pytest

from support.real_parts import require_file

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "client-vscode"
NODE = CLIENT / "node_modules" / "node" / "bin" / "node"
PACKING_SECONDS = 180


@pytest.fixture(scope="session")
def node() -> Path:
    return require_file(NODE, "the client's Node.js")


@pytest.fixture(scope="session")
def vsix(node, tmp_path_factory) -> Path:
    """Make the VSIX as `make vsix` does."""
    out = tmp_path_factory.mktemp("vsix") / "tagwise.vsix"
    command = [sys.executable, str(CLIENT / "tools" / "package.py"), str(out)]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=PACKING_SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out

"""Runs every benchmark, one after the other."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

for name in (
    "server.py",
    "dockerfile.py",
    "compose.py",
    "keystrokes.py",
    "completion.py",
    "refs.py",
    "registry.py",
):
    print(f"\n{name}", flush=True)
    subprocess.run([sys.executable, str(HERE / name)], check=True)

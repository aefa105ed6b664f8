"""The client in the real workbench: every scenario of `scenarios/table.ts`, run by Node.js.

All are in one run of `run.ts`, two at a time; each test here tells how one of them went.  The
pictures they take are kept in the folder that `TAGWISE_SHOTS` names.
"""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.engines import running_dockerd
from support.real_parts import require, require_file

HERE = Path(__file__).resolve().parent
NAMES = re.findall(
    r"^  '?([a-z-]+)'?: \w+,$", (HERE / "scenarios" / "table.ts").read_text("utf-8"), re.MULTILINE
)
SECONDS = 60
"""For each scenario, on a slow machine."""


@pytest.fixture(scope="module")
def results(request, node, vsix, tmp_path_factory):
    """Run the scenarios that are asked for; give what each said, by name."""
    require_file(HERE / "node_modules" / "code-server", "code-server")
    chromium = require("chromium")
    here = (item for item in request.session.items if item.path == Path(__file__))
    names = [item.callspec.params["name"] for item in here if hasattr(item, "callspec")]
    shots = Path(os.environ.get("TAGWISE_SHOTS") or tmp_path_factory.mktemp("shots"))
    with running_dockerd() as engine:
        command = [
            *(node, HERE / "run.ts", "--vsix", vsix, "--python", sys.executable),
            *("--engine", engine, "--out", shots, *names),
        ]
        said = _run([str(word) for word in command], chromium, 120 + SECONDS * len(names))
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    return {line["scenario"]: line for line in lines}


@pytest.mark.parametrize("name", NAMES)
def test_scenario(results, name):
    assert name in results, "the run ended before this scenario"
    error = results[name].get("error")
    assert error is None, error


def test_the_scenarios_are_found():
    assert "hover" in NAMES


def _run(command: list[str], chromium: str, seconds: float) -> str:
    """Run to the end, or end everything that was started."""
    environment = {**os.environ, "TAGWISE_CHROMIUM": chromium}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
    return said

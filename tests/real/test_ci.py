"""The recipes for pipelines, run as far as they can be outside of one: pre-commit itself, and the
scripts of the GitHub action and of the GitLab job by bash, installing Tagwise as they do.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
import yaml

from support.real_parts import require, require_index
from support.schemas import faults, published

ROOT = Path(__file__).parent.parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text("utf-8"))
SECONDS = 240
BAD = {"Dockerfile": "FROM Bad\n"}


@attrs.frozen
class Checkout:
    """A repository that is checked; `run` gives its command nothing of this user's."""

    folder: Path
    environment: dict[str, str]

    def write(self, files):
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)

    def run(self, *command, **variables):
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def script(self, text, **variables):
        """Run a step as GitHub's and GitLab's runners do, which stop at the first failure."""
        bash = (require("bash"), "--noprofile", "--norc", "-eo", "pipefail", "-c", text)
        return self.run(*bash, **variables)


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
    kept |= {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    environment = {
        **kept,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "TAGWISE_CACHE_DIR": str(tmp_path / "cache"),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
    }
    return Checkout(folder, environment)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Those who install Tagwise need where its dependencies come from."""
    require_index(tmp_path_factory.mktemp("downloaded"))


@pytest.fixture(scope="module")
def action_installed(tmp_path_factory, index):
    """Run the action's first step; give the folder that it adds to the path."""
    folder = tmp_path_factory.mktemp("runner")
    added = folder / "path"
    environment = {
        **os.environ,
        "RUNNER_TEMP": str(folder),
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_PATH": str(added),
    }
    step = ACTION["runs"]["steps"][0]["run"]
    bash = (require("bash"), "-eo", "pipefail", "-c", step)
    subprocess.run(bash, env=environment, timeout=SECONDS, check=True)
    return added.read_text().strip()


@pytest.fixture
def act(checkout, action_installed, tmp_path):
    """Run the action's check with some inputs; give how it ended and what it says to the runner."""

    def run(**given):
        step = ACTION["runs"]["steps"][1]
        inputs = {name: each["default"] for name, each in ACTION["inputs"].items()}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        variables = {}
        for name, written in step["env"].items():
            assert written.startswith("${{ inputs.")
            variables[name] = inputs[written.removeprefix("${{ inputs.").removesuffix(" }}")]
        output = tmp_path / "output"
        output.write_text("")
        variables |= {"GITHUB_OUTPUT": str(output)}
        path = f"{action_installed}:{checkout.environment['PATH']}"
        return checkout.script(step["run"], **variables, PATH=path), output.read_text()

    return run


def test_the_action_annotates_and_fails(checkout, act):
    checkout.write(BAD)
    done, output = act(offline="true", sarif="tagwise.sarif")
    assert (done.returncode, output) == (1, "status=1\n"), done.stderr
    assert done.stdout.startswith("::error file=Dockerfile,line=1,col=6,")
    log = json.loads((checkout.folder / "tagwise.sarif").read_text())
    assert faults(log, published(log["$schema"])) == []
    assert len(log["runs"][0]["results"]) == 1
    done, output = act(offline="true", ignore="invalid-reference")
    assert (done.returncode, output) == (0, "status=0\n"), done.stdout


def test_the_action_says_that_something_could_not_be_asked(checkout, act):
    checkout.write({"Dockerfile": "FROM 127.0.0.1:9/a:1\n"})
    done, output = act()
    assert (done.returncode, output) == (3, "status=3\n")
    assert "127.0.0.1:9" in done.stderr
    done, output = act(allow_unasked="true")
    assert (done.returncode, output) == (0, "status=3\n")
    assert "::warning" in done.stdout


def test_the_action_takes_inputs_for_words_and_for_nothing_else(checkout, act):
    checkout.write({"a b/Dockerfile": "FROM Bad\n", "c/Dockerfile": "FROM Worse\n"})
    done, _ = act(offline="true", paths="a b\n\nc")
    assert done.stdout.count("::error") == 2
    done, output = act(offline="true", paths="$(touch evil)\n; touch evil")
    assert (done.returncode, output) == (2, "status=2\n")
    assert not (checkout.folder / "evil").exists()


def test_every_input_of_the_action_is_used():
    used = "".join(ACTION["runs"]["steps"][1]["env"].values())
    assert all(f"inputs.{name} " in used for name in ACTION["inputs"])


@pytest.mark.parametrize(
    ("schema", "file"), [("github-actions", "action.yml"), ("gitlab-ci", "ci/gitlab.yml")]
)
def test_the_recipes_are_what_their_programs_read(schema, file):
    tool = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [tool, "--builtin-schema", f"vendor.{schema}", ROOT / file],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_gitlab_job(checkout, index):
    checkout.write(BAD)
    job = GITLAB["tagwise"]
    variables = {**job["variables"], "TAGWISE_PACKAGE": str(ROOT)}
    done = checkout.script("\n".join(job["script"]), **variables)
    assert done.returncode == 1, done.stderr
    assert "Dockerfile:1:6: error" in done.stdout
    report = checkout.folder / job["artifacts"]["reports"]["codequality"]
    (item,) = json.loads(report.read_text())
    assert item["location"] == {"path": "Dockerfile", "lines": {"begin": 1}}


def test_pre_commit(checkout, index):
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git repository")
    git = require("git")
    checkout.write({**BAD, "README.md": "FROM Worse\n", "compose.yaml": "services: {}\n"})
    checkout.run(git, "init", "-q")
    checkout.run(git, "add", ".")
    hook = ("try-repo", str(ROOT), "tagwise-check-offline", "--all-files", "--color", "never")
    done = checkout.run(sys.executable, "-m", "pre_commit", *hook)
    assert done.returncode == 1, done.stderr
    assert "tagwise check (asks nobody)" in done.stdout
    assert "exit code: 1" in done.stdout
    assert "Dockerfile:1:6: error: invalid reference" in done.stdout
    assert "README" not in done.stdout

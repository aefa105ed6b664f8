"""Each list exists once, in the code: what the README says of it must be all of it."""

import tomllib
from pathlib import Path

import pytest

from tagwise.cli.app import COMMANDS
from tagwise.documents.languages import LANGUAGES
from tagwise.documents.model import Role, SkipReason
from tagwise.session.settings import USER_KEYS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    "name",
    [
        *(role.value for role in Role),
        *(reason.value for reason in SkipReason),
        *(language.id for language in LANGUAGES),
        *USER_KEYS,
    ],
)
def test_the_readme_names_it(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_names_every_command(command):
    assert f"`tagwise {command}" in README


def test_what_is_installed_has_the_samples_and_the_page_of_rules():
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"
    ]
    assert wheel["wheel"]["force-include"] == {
        "samples": "tagwise/samples",
        "docs/rules.md": "tagwise/docs/rules.md",
    }

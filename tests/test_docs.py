"""What is generated from the code is as the code says, and covers all of it."""

import re
from pathlib import Path

import yaml

from tagwise.documents import model
from tagwise.ide.diagnostics.pages import rules_page
from tagwise.ide.diagnostics.rules import RULE_BY_ID, RULES

ROOT = Path(__file__).parent.parent
DOCUMENTS = Path(model.__file__).parent


def test_the_page_of_rules_is_not_stale():
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == rules_page(), "run `make docs`"


def test_a_rule_has_one_name_and_is_in_the_table_once():
    assert len(RULE_BY_ID) == len(RULES)


def test_what_reading_finds_is_in_the_table():
    """Every name that a problem is built with, wherever it is written."""
    names = set()
    for path in DOCUMENTS.rglob("*.py"):
        text = path.read_text("utf-8")
        names |= set(re.findall(r'\bProblem\(\s*"([\w-]+)"', text))
    names |= {"invalid-reference", "invalid-interpolation", "required-variable"}
    assert {"StageNameCasing", "not-read"} <= names
    assert names <= {*RULE_BY_ID}


def test_the_page_of_pipelines_names_every_input_and_hook():
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    for name, each in action["inputs"].items():
        row = re.search(rf"^\| `{name}` \| (.*?) ?\| ", page, re.MULTILINE)
        assert row, name
        assert row[1].strip("`") == each["default"], name
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")):
        assert f"`{hook['id']}`" in page or f"id: {hook['id']}\n" in page

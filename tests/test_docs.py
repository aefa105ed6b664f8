"""What is generated from the code is as the code says, and covers all of it."""

import re
import sys
import tomllib
from pathlib import Path
from runpy import run_path

import pytest
import yaml

from support.schemas import faults
from tagwise.cli.app import run
from tagwise.documents import model
from tagwise.ide.diagnostics.rules import RULE_BY_ID, RULES
from tagwise.session.rule_pages import rule_address
from tagwise.session.setting_pages import hyphened, repository_schema, user_schema
from tagwise.session.setting_table import SETTING_BY_KEY, SETTINGS
from tagwise.session.settings import REPOSITORY_KEYS, USER_KEYS, Settings, read_settings
from tagwise.session.settings_files import user_settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = Path(model.__file__).parent


PAGES = run_path(str(ROOT / "docs" / "generate.py"))["PAGES"]
SCHEMAS = {"tagwise.toml": repository_schema(), "config.toml": user_schema()}


@pytest.mark.parametrize("name", PAGES)
def test_what_is_generated_is_not_stale(name):
    assert (ROOT / "docs" / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


def test_every_rule_has_an_address():
    assert all(rule_address(rule.id) for rule in RULES)


def test_the_table_of_settings_has_every_key_that_is_read():
    assert [each.key for each in SETTINGS] == [*SETTING_BY_KEY]
    assert {*SETTING_BY_KEY} == USER_KEYS
    for keys, schema in ((REPOSITORY_KEYS, repository_schema()), (USER_KEYS, user_schema())):
        assert {*schema["properties"]} == {hyphened(key) for key in keys}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda each: each.key)
def test_an_example_is_read_and_fits_its_schema(setting, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(setting.example)
    layer, complaints = user_settings(path).layer, user_settings(path).complaints
    assert [*layer] == [setting.key]
    read, wrong = read_settings(layer)
    assert (complaints, wrong) == ((), ())
    assert read != Settings()
    assert faults(tomllib.loads(setting.example), user_schema()) == []


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda each: each.key)
@pytest.mark.parametrize("wrong", [7, [7], {"x": 7}, {"x": {"y": 7}}], ids=str)
def test_what_settings_complain_of_does_not_fit_the_schema(setting, wrong):
    """A schema that lets everything through would be none."""
    _, complaints = read_settings({setting.key: wrong})
    if complaints:
        assert faults({hyphened(setting.key): wrong}, user_schema())


def each_toml():
    """Every block of TOML in the pages, and every file in the samples, by the file it is for."""
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        blocks = re.findall(
            r"^```toml\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE
        )
        for block in blocks:
            if not block.startswith(("[[language]]", "[language-server")):
                is_repository = "tagwise.toml" in block.partition("\n")[0]
                yield "tagwise.toml" if is_repository else "config.toml", block
    for path in sorted((ROOT / "samples").rglob("tagwise.toml")):
        yield "tagwise.toml", path.read_text("utf-8")


@pytest.mark.parametrize(("file", "text"), [*each_toml()])
def test_every_settings_file_that_is_shown_fits_its_schema(file, text):
    assert faults(tomllib.loads(text), SCHEMAS[file]) == []


PAGES_OF_DOCS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))


@pytest.mark.parametrize("page", PAGES_OF_DOCS, ids=lambda each: each.name)
def test_links_lead_to_something(page):
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), link
        headings = (
            re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE) if anchor else []
        )
        assert not anchor or anchor in [slug(each) for each in headings], link


def slug(heading):
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_every_command_line_that_is_shown_has_its_command_and_options(capsys, monkeypatch):
    shown = set()
    for page in PAGES_OF_DOCS:
        text = page.read_text("utf-8")
        shown |= {*re.findall(r"^\$? ?(tagwise [^#\n|]*)", text, re.MULTILINE)}
        shown |= {*re.findall(r"`(tagwise [^`\n]*)`", text)}
    assert len(shown) > 20
    monkeypatch.setenv("COLUMNS", "200")
    for line in sorted(shown):
        _, command, *words = line.replace("\\|", " ").replace("|", " ").split()
        if command.startswith("--"):
            words, command = [command, *words], None
        monkeypatch.setattr(sys, "argv", ["tagwise", *([command] if command else []), "--help"])
        with pytest.raises(SystemExit) as ended:
            run()
        help_page = capsys.readouterr().out
        assert ended.value.code == 0, line
        assert not command or f"Usage: tagwise {command}" in help_page, line
        for word in words:
            if word.startswith("--"):
                option = word.partition("=")[0].strip("[],;:)")
                assert re.search(rf"(?<!\S){option}\b", help_page), line


def test_a_repository_has_no_say_in_what_is_the_users():
    for text in ("offline = true", '[[places]]\nfiles = "a"\npattern = "(?P<image>x)"'):
        assert faults(tomllib.loads(text), user_schema()) == []
        assert faults(tomllib.loads(text), repository_schema())


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

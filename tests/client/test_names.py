"""The client's lists of names against the server's: commands, settings, languages, rules."""

import json
import re
from pathlib import Path

import pytest

from tagwise import __version__
from tagwise.documents.languages import LANGUAGES
from tagwise.ide.diagnostics.rules import RULE_BY_ID
from tagwise.lsp.client_commands import ClientCommand
from tagwise.lsp.commands import ARGUMENTS
from tagwise.lsp.engine_news import DID_CHANGE_IMAGES
from tagwise.lsp.methods import DID_CHANGE_TRUST
from tagwise.lsp.status import STATUS
from tagwise.session.settings import OFF, REPOSITORY_KEYS, SEVERITIES, USER_KEYS

CLIENT = Path(__file__).resolve().parents[2] / "client-vscode"
MANIFEST = json.loads((CLIENT / "package.json").read_text("utf-8"))
NLS = json.loads((CLIENT / "package.nls.json").read_text("utf-8"))
CONTRIBUTES = MANIFEST["contributes"]
COMMANDS = [each["command"] for each in CONTRIBUTES["commands"]]
SETTINGS = {
    name.removeprefix("tagwise."): setting
    for section in CONTRIBUTES["configuration"]
    for name, setting in section["properties"].items()
}
PROTOCOL = (CLIENT / "src" / "protocol.ts").read_text("utf-8")
OWN_SETTINGS = set(
    re.findall(
        r"'([\w.]+)'",
        re.search(
            r"OWN: readonly string\[\] = \[(.*?)\]", (CLIENT / "src/settings.ts").read_text()
        )[1],
    )
)


def block(name):
    return re.search(rf"{name} = [\[{{](.*?)[\]}}] as const", PROTOCOL, re.DOTALL)[1]


def test_the_version_is_the_servers():
    assert MANIFEST["version"] == __version__


def test_the_servers_commands_are_those_the_client_knows():
    known = re.findall(r"'(tagwise\.server\.\w+)'", block("SERVER_COMMANDS"))
    assert sorted(known) == sorted(ARGUMENTS)


def test_the_clients_commands_are_not_the_servers():
    assert len(COMMANDS) == len(set(COMMANDS))
    assert [each for each in COMMANDS if each.startswith("tagwise.server.")] == []
    assert [each for each in COMMANDS if not each.startswith("tagwise.")] == []


def test_every_command_the_manifest_names_is_registered_and_the_other_way_round():
    sources = "\n".join(path.read_text("utf-8") for path in (CLIENT / "src").rglob("*.ts"))
    table = re.search(r"COMMANDS: .*? = \{(.*?)^\};", sources, re.DOTALL | re.MULTILINE)[1]
    registered = re.findall(r"^  '(tagwise\.[\w.]+)':", table, re.MULTILINE)
    assert sorted(registered) == sorted(COMMANDS)


def test_links_in_cards_run_the_commands_the_server_writes_into_them_and_no_others():
    trusted = re.findall(r"'(tagwise\.\w+)'", block("CARD_COMMANDS"))
    assert sorted(trusted) == sorted(each.value for each in ClientCommand)
    assert set(trusted) <= set(COMMANDS)


def test_notifications_are_named_alike():
    told = set(re.findall(r"'(tagwise/\w+)'", block("NOTIFICATIONS")))
    assert told == {DID_CHANGE_TRUST, DID_CHANGE_IMAGES, STATUS}


def test_settings_are_the_servers_and_the_clients_own():
    # Of a section, such as `codeLens`, each key is a setting.
    assert {key.partition(".")[0] for key in set(SETTINGS) - OWN_SETTINGS} == USER_KEYS
    assert set(SETTINGS) >= OWN_SETTINGS


def test_what_has_power_is_read_from_the_users_settings_alone():
    """REGISTRIES: a repository configures no power; patterns run from user settings only."""
    powerful = USER_KEYS - REPOSITORY_KEYS | {"places", "interpreter", "importStrategy"}
    scopes = {key: SETTINGS[key]["scope"] for key in powerful}
    assert set(scopes.values()) <= {"application", "machine"}
    restricted = MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert {f"tagwise.{key}" for key in powerful} == set(restricted)


def test_rules_and_their_severities_are_the_servers():
    rules = SETTINGS["rules"]["properties"]
    assert set(rules) == set(RULE_BY_ID)
    assert {tuple(sorted(rule["enum"])) for rule in rules.values()} == {
        tuple(sorted((*SEVERITIES, OFF)))
    }


def test_the_documents_are_those_the_server_reads():
    documents = json.loads((CLIENT / "src" / "documents.json").read_text("utf-8"))
    ids = {editor_id for language in LANGUAGES for editor_id in language.editor_ids}
    assert set(documents["languages"]) == ids | {"yaml"}
    # A Dockerfile is known by its editor's language id; VS Code's patterns mind the case.
    globs = {
        f"**/{glob}"
        for language in LANGUAGES
        if language.id != "dockerfile"
        for glob in language.globs
    }
    suffixes = {
        f"**/*{suffix}"
        for language in LANGUAGES
        for suffix in language.suffixes
        if suffix not in {".yaml", ".yml"}
    }
    assert set(documents["globs"]) == globs | suffixes


def test_it_wakes_for_every_language():
    documents = json.loads((CLIENT / "src" / "documents.json").read_text("utf-8"))
    events = {f"onLanguage:{language}" for language in documents["languages"]}
    assert events <= set(MANIFEST["activationEvents"])


def test_every_text_can_be_translated():
    placeholders = set(re.findall(r'"%([\w.]+)%"', json.dumps(MANIFEST)))
    assert placeholders == set(NLS)


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_a_setting_is_described_in_markdown_scoped_and_has_a_default(name):
    setting = SETTINGS[name]
    assert setting["markdownDescription"].startswith("%")
    assert setting["scope"] in {"application", "machine", "window", "resource"}
    assert "default" in setting


def test_its_page_names_every_command_of_the_palette():
    page = (CLIENT / "README.md").read_text("utf-8")
    hidden = {each["command"] for each in CONTRIBUTES["menus"]["commandPalette"]
              if each["when"] == "false"}  # fmt: skip
    titles = {
        NLS[each["title"].strip("%")]
        for each in CONTRIBUTES["commands"]
        if each["command"] not in hidden and ".images." not in each["command"]
    }
    assert {title for title in titles if title not in page} == set()

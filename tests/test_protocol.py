"""What authors of clients are told is what the server does: names are compared both ways."""

import inspect
import re
from pathlib import Path

import attrs
import pytest
from lsprotocol.types import ClientCapabilities

from tagwise.lsp import client_commands, engine_values, reference_values, status
from tagwise.lsp.capabilities import abilities_of
from tagwise.lsp.client_commands import ClientCommand
from tagwise.lsp.commands import ARGUMENTS
from tagwise.lsp.image_target import ImageTarget
from tagwise.lsp.options import shows_of
from tagwise.lsp.wire import wire

PAGE = (Path(__file__).parent.parent / "docs" / "protocol.md").read_text("utf-8")
NAMED = set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)))
WORDS = set(re.findall(r"\w+", " ".join(NAMED)))


def own_classes(*modules):
    return [
        each
        for module in modules
        for _, each in inspect.getmembers(module, attrs.has)
        if each.__module__ == module.__name__
    ]


def on_the_wire(kind):
    """Give the names that the fields of a value have as JSON."""
    blank = object.__new__(kind)
    for field in attrs.fields(kind):
        object.__setattr__(blank, field.name, None)
    return set(wire(blank))


def test_the_servers_commands_are_all_told_of_and_no_others():
    assert {each for each in NAMED if each.startswith("tagwise.server.")} == set(ARGUMENTS)


@pytest.mark.parametrize("kind", {*ARGUMENTS.values(), ImageTarget}, ids=lambda kind: kind.__name__)
def test_what_a_command_is_given_is_told(kind):
    assert {field.name for field in attrs.fields(kind)} <= WORDS


@pytest.mark.parametrize(
    "kind", own_classes(reference_values, engine_values, status), ids=lambda kind: kind.__name__
)
def test_what_a_command_answers_is_told(kind):
    assert on_the_wire(kind) <= WORDS


def test_our_own_methods_are_all_told_of_and_no_others():
    source = Path(status.__file__).parent.rglob("*.py")
    ours = {name for each in source for name in re.findall(r'"(tagwise/\w+)"', each.read_text())}
    assert {each for each in NAMED if each.startswith("tagwise/")} == ours
    assert {each.value for each in status.State} <= NAMED


def test_a_clients_commands_are_all_told_of_and_no_others():
    own = {each for each in NAMED if re.fullmatch(r"tagwise\.[a-z]\w+", each)}
    assert own == {each.value for each in ClientCommand}
    assert set(client_commands.TITLES) == set(ClientCommand)


def test_what_a_client_says_of_itself_is_understood():
    said = {"client": {"commandLinks": True, "svg": True}}
    assert {"client", *said["client"]} <= NAMED
    abilities = abilities_of(ClientCapabilities(), shows_of(said))
    assert (abilities.command_links, abilities.pictures) == (True, True)
    silent = abilities_of(ClientCapabilities(), shows_of(None))
    assert (silent.command_links, silent.pictures) == (False, False)

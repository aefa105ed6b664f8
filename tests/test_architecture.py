"""The shape of the house, as ARCHITECTURE.md draws it."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tagwise
from tagwise.lsp import commands

PACKAGE = Path(tagwise.__file__).parent
ROOT = Path(__file__).parent.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
PURE = ("oci", "documents", "ide")
_MUTABLE_CALLS = set(
    "Counter Lock Semaphore OrderedDict bytearray defaultdict deque list set".split()
)
_MUTABLE = (ast.List, ast.Set, ast.ListComp, ast.SetComp)
_CHANGING = set("append clear extend insert pop popitem remove setdefault update".split())
_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*|__all__")


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def each_module(*paths):
    return pytest.mark.parametrize("path", paths or MODULES, ids=name_of)


def tree_of(path):
    return ast.parse(path.read_text("utf-8"), str(path))


@each_module(*(path for path in MODULES if path.relative_to(PACKAGE).parts[0] in PURE))
def test_the_core_waits_for_nothing(path):
    waiting = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    found = [node for node in ast.walk(tree_of(path)) if isinstance(node, waiting)]
    assert not found, f"{name_of(path)}:{found[0].lineno}"


@each_module()
def test_a_module_says_what_it_is_for(path):
    tree = tree_of(path)
    assert ast.get_docstring(tree) or (path.name == "__init__.py" and len(tree.body) <= 1)


@each_module()
def test_a_module_holds_no_state(path):
    """All state is built and passed down; a table with a constant's name is only ever read."""
    tree = tree_of(path)
    tables = set()
    for node in tree.body:
        if isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {each.id for each in targets if isinstance(each, ast.Name)}
            assert not is_mutable(node.value, names), f"{name_of(path)}:{node.lineno}"
            tables |= names
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Global), f"{name_of(path)}:{node.lineno}"
        assert changed(node) not in tables, f"{name_of(path)}:{node.lineno}"


def is_mutable(value, names):
    called = getattr(value, "func", None)
    called = getattr(called, "attr", getattr(called, "id", None))
    if isinstance(value, ast.Dict | ast.DictComp) or called == "dict":
        return not all(_CONSTANT.fullmatch(name) for name in names)
    if called in _MUTABLE_CALLS:
        return True
    return isinstance(value, _MUTABLE) and names != {"__all__"}


def changed(node):
    """Give the name whose value a statement or a call changes in place."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
            return name if method in _CHANGING else None
        case _:
            return None


def test_the_import_contracts_hold():
    lint = Path(sys.executable).with_name("lint-imports")
    if not lint.exists():
        pytest.skip("import-linter is not installed")
    done = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_the_servers_commands_are_told_apart_from_a_clients():
    constants = {name: value for name, value in vars(commands).items() if name.isupper()}
    names = {value for value in constants.values() if isinstance(value, str)}
    assert names
    assert names == {*commands.ARGUMENTS}
    assert all(name.startswith("tagwise.server.") for name in names)


def test_every_command_is_in_the_one_list():
    """A command's name is written in `commands.py` and nowhere else."""
    for path in MODULES:
        if path.name == "commands.py":
            continue
        strings = (
            node.value
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        named = [each for each in strings if re.fullmatch(r"tagwise\.server\.\w+", each)]
        assert not named, f"{name_of(path)}: {named}"


@each_module(*sorted((PACKAGE / "lsp" / "handlers").glob("*.py")))
def test_a_handler_is_thin(path):
    assert len(path.read_text("utf-8").splitlines()) <= 100


def test_the_server_starts_without_what_it_may_never_need():
    program = """
import sys
import tagwise.cli.parts, tagwise.cli.serve, tagwise.lsp.methods
print(*sorted(sys.modules))
"""
    command = [sys.executable, "-P", "-c", program]
    loaded = set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    late = {
        *("httpx", "httpcore", "yaml", "typer", "rich", "truststore", "platformdirs", "tomllib"),
        *("tagwise.documents.yaml_tree", "tagwise.documents.dockerfile", "tagwise.ide.markup"),
        *("tagwise.registry.client", "tagwise.engine.client", "tagwise.demo"),
    }
    assert not late & loaded

"""Finding documents: gitignore(5) decides what is passed over."""

import os
import subprocess
from pathlib import Path

import pytest

from support.real_parts import require
from tagwise.session.discovery import documents_below

IMAGE = "FROM alpine\n"


def write(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(IMAGE)


def ignore(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text(text)


def found(folder):
    return [each.path.relative_to(folder).as_posix() for each in documents_below(folder)]


NAMES = [
    "Dockerfile",
    "a/Dockerfile",
    "a/b/Dockerfile",
    "a/b/c/Dockerfile",
    "b/Dockerfile",
    "b/x.Dockerfile",
    "b/y.Dockerfile",
    ".hidden/Dockerfile",
    "with blank/Dockerfile",
    "#hash/Dockerfile",
]
RULES = [
    {"": "b/\n"},
    {"": "/b/\n"},
    {"": "b\n!a/b\n"},
    {"": "a/*\n!a/b/\n"},
    {"": "a/**\n!a/b/c/Dockerfile\n"},
    {"": "**/b/*.Dockerfile\n"},
    {"": "*.Dockerfile\n!y.Dockerfile\n"},
    {"": "*.Dockerfile\n", "b": "!x.Dockerfile\n"},
    {"": "Dockerfile\n!/Dockerfile\n", "a": "!Dockerfile\n"},
    {"": "*\n!*/\n!Dockerfile\n"},
    {"": "with\\ blank/\n\\#hash/\n# a comment\n\n"},
    {"": "with blank\n   \n!"},
    {"a/b": "*\n", "a/b/c": "!Dockerfile\n"},
    {"": "[ab]/Dockerfile\n"},
    {"": "b/Dockerfile   \n\\!x\n"},
    {"": ".hidden\n"},
    {"": "\ufeffb/\r\n/a/b/c\r\n"},
    {"": "?\n!a\n"},
    {"": "[^ab#]ockerfile\n[!.]/b\n"},
    {"": "**/c\n**/Dockerfile/\n"},
    {"": "a/**/Dockerfile\n!a/b/Dockerfile\n"},
    {"": "/**\n"},
    {"": "***\n!Dockerfile\n"},
    {"": "\\Dockerfile\n!b/Docker\\file\n"},
    {"": "Dockerfile/\na//b\n/\n"},
]


@pytest.mark.parametrize("rules", RULES)
def test_what_git_ignores_is_passed_over(tmp_path, rules):
    git = require("git")
    write(tmp_path, *NAMES)
    for folder, text in rules.items():
        ignore(tmp_path / folder, text)
    subprocess.run([git, "init", "--quiet", tmp_path], check=True)
    listed = subprocess.run(
        [git, "-C", tmp_path, "ls-files", "-z", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True,
        env={"HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", "XDG_CONFIG_HOME": str(tmp_path)},
    ).stdout.split("\0")  # fmt: skip
    assert sorted(found(tmp_path)) == sorted(set(NAMES) & set(listed))


def test_the_rules_of_the_repository_above_hold_and_those_above_it_do_not(tmp_path):
    repository = tmp_path / "repository"
    write(repository, "sub/Dockerfile", "sub/gone/Dockerfile", "sub/kept/Dockerfile")
    ignore(tmp_path, "kept/\n")
    ignore(repository, "gone/\n")
    assert found(repository / "sub") == ["Dockerfile", "gone/Dockerfile", "kept/Dockerfile"]
    (repository / ".git").mkdir()
    assert found(repository / "sub") == ["Dockerfile", "kept/Dockerfile"]
    assert found(repository / "sub" / "gone") == ["Dockerfile"], "it was named"


def test_a_file_can_stand_where_git_is_for_a_worktree(tmp_path):
    write(tmp_path, "sub/Dockerfile", "sub/gone/Dockerfile")
    (tmp_path / ".git").write_text("gitdir: /elsewhere\n")
    ignore(tmp_path, "gone\n")
    assert found(tmp_path / "sub") == ["Dockerfile"]


def test_paths_start_as_the_folder_was_given_and_come_in_order(tmp_path, monkeypatch):
    write(tmp_path, "b/Dockerfile", "a/c/Dockerfile", "a/Dockerfile", "a-b/Dockerfile")
    monkeypatch.chdir(tmp_path)
    relative = [str(each.path) for each in documents_below(tmp_path.relative_to(tmp_path))]
    assert relative == ["a/Dockerfile", "a/c/Dockerfile", "a-b/Dockerfile", "b/Dockerfile"]


def test_yaml_is_read_to_see_what_it_is(tmp_path):
    write(tmp_path, "Dockerfile.j2", "Dockerfile.dockerignore", "README.Dockerfile.md", "x.yaml")
    (tmp_path / "stack.yaml").write_text("services:\n  a:\n    image: redis\n")
    (tmp_path / "CONTAINERFILE").write_text(IMAGE)
    assert found(tmp_path) == ["CONTAINERFILE", "stack.yaml"]


def test_a_broken_gitignore_and_a_missing_folder_stop_nothing(tmp_path):
    write(tmp_path, "Dockerfile")
    (tmp_path / ".gitignore").write_bytes(b"\xff\xfe\n[\n!\n/\n\\\n")
    assert found(tmp_path) == ["Dockerfile"]
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".gitignore").mkdir()
    assert found(tmp_path) == ["Dockerfile"]
    assert found(tmp_path / "nowhere") == []


@pytest.mark.parametrize("target", ["Dockerfile", "../b", "x" * 300, "nowhere", "a\n/b"])
def test_a_link_that_leads_to_no_file_stops_nothing(tmp_path, target):
    write(tmp_path, "a/Dockerfile", "c/Dockerfile")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "Dockerfile").symlink_to(target)
    assert found(tmp_path) == ["a/Dockerfile", "c/Dockerfile"]


@pytest.fixture
def closed(tmp_path, monkeypatch):
    """The current folder is anyone's; in it, `closed` can neither be listed nor entered."""
    write(tmp_path, "Dockerfile", "closed/Dockerfile", "open/Dockerfile")
    (tmp_path / "open" / "x.Dockerfile").symlink_to("../closed/Dockerfile")
    (tmp_path / "closed").chmod(0)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # Nothing is closed to an administrator.
    yield tmp_path / "closed"
    os.seteuid(user)
    (tmp_path / "closed").chmod(0o755)


def test_a_folder_that_cannot_be_entered_stops_nothing(closed, caplog):
    assert [str(each.path) for each in documents_below(Path())] == [
        "Dockerfile",
        "open/Dockerfile",
    ]
    assert list(documents_below(Path("closed"))) == []
    assert caplog.messages == ["not searched: closed: Permission denied"] * 2

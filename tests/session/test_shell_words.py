"""Words of a command as shells read them: each real shell is asked, where it is installed."""

import shutil
import subprocess

import pytest

from tagwise.session.shell_words import Shell, line_of, user_shell

WORDS = (
    "plain",
    "",
    "two words",
    "it's",
    'say "hi"',
    "$HOME",
    "`id`",
    "$(id)",
    "a\\b",
    "a\\\\b\\",
    "a\\'b",
    "!history",
    "~/x",
    "*",
    "a;b|c&d>e",
    "A=1 2",
    "%self",
    "#no",
    "-",
    "--file=x y",
    "täg",
    "new\nline",
    "a,b",
    "@x",
    "{a,b}",
)
PRINTS = "import sys; sys.stdout.write(chr(0).join(sys.argv[1:]))"


@pytest.mark.parametrize(
    ("program", "shell"),
    [
        ("sh", Shell.POSIX),
        ("bash", Shell.POSIX),
        ("zsh", Shell.POSIX),
        ("dash", Shell.POSIX),
        ("fish", Shell.FISH),
        ("pwsh", Shell.POWERSHELL),
    ],
)
def test_a_real_shell_reads_the_words(program, shell):
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    python = shutil.which("python3")
    line = line_of([python, "-c", PRINTS, *WORDS], shell)
    done = subprocess.run([path, "-c", line], capture_output=True, check=True, timeout=30)
    assert done.stdout.decode().split("\0") == list(WORDS)


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        (Shell.POSIX, "a 'b c' 'it'\"'\"'s'"),
        (Shell.FISH, "a 'b c' 'it\\'s'"),
        (Shell.POWERSHELL, "a 'b c' 'it''s'"),
        (Shell.CMD, 'a ^"b c^" ^"it\'s^"'),
    ],
)
def test_quotes(shell, line):
    assert line_of(["a", "b c", "it's"], shell) == line


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ('say "hi"', '^"say \\^"hi\\^"^"'),
        ("100%", '^"100^%^"'),
        ("a\\b c\\", '^"a\\b c\\\\^"'),
        ("linux/amd64,linux/arm64", '^"linux/amd64,linux/arm64^"'),
    ],
)
def test_what_cmd_reads_itself_is_escaped(word, written):
    assert line_of([word], Shell.CMD) == written


@pytest.mark.parametrize(
    ("environment", "shell"),
    [
        ({"SHELL": "/bin/zsh"}, Shell.POSIX),
        ({"SHELL": "/usr/bin/fish"}, Shell.FISH),
        ({"SHELL": "/usr/bin/pwsh"}, Shell.POWERSHELL),
        ({}, Shell.POSIX),
    ],
)
def test_the_shell_is_the_persons_own(environment, shell):
    assert user_shell(environment, windows=False) is shell
    assert user_shell(environment, windows=True) is Shell.POWERSHELL

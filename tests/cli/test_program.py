"""The program as a whole: help, wrong usage, terminals, pipes, signals, the demonstration."""

import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest

from tagwise import __version__
from tagwise.__main__ import main
from tagwise.cli.app import COMMANDS, run

SECONDS = 20


@pytest.fixture
def here(monkeypatch, capsys):
    """The program in this process, for what needs no other."""

    def start(*arguments):
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setattr(sys, "argv", ["tagwise", *arguments])
        with pytest.raises(SystemExit) as ended:
            run()
        return ended.value.code, *capsys.readouterr()

    return start


def test_a_user_the_system_does_not_know_has_a_home(offline):
    """Whoever runs in a container under a number of their own."""
    unknown = (
        "import pwd, sys; from tagwise.__main__ import main\n"
        "def nobody(number): raise KeyError(number)\n"
        "pwd.getpwuid = nobody; sys.argv = ['tagwise', 'digest', 'app:1']; main()"
    )
    environment = {**offline.environment}
    del environment["HOME"], environment["TAGWISE_CACHE_DIR"]
    done = subprocess.run(
        [sys.executable, "-c", unknown],
        cwd=offline.folder,
        env={**environment, "XDG_CACHE_HOME": str(offline.folder / "cache")},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "127.0.0.1:9 cannot be reached for app:1: nothing listens there" in done.stderr


def test_version_and_help(offline, here):
    assert offline("--version").out == f"tagwise {__version__}\n"
    shown = offline("--help").out
    assert here() == (0, shown, "")
    assert all(re.search(rf"^  {command}  ", shown, re.MULTILINE) for command in COMMANDS)
    assert "..." not in shown.partition("Commands:")[2]
    assert max(map(len, shown.splitlines())) <= 100


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(here, command):
    code, shown, err = here(command, "--help")
    assert (code, err) == (0, "")
    assert shown.startswith(f"Usage: tagwise {command} [OPTIONS]")
    assert "\x1b" not in shown
    for option in re.findall(r"^  (--\S+)(.*(?:\n {10,}.*)*)", shown, re.MULTILINE):
        assert len(option[1].split()) > 1, f"{option[0]} is explained"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("frob", "no such command 'frob' (see --help)"),
        ("refs --bogus", "no such option: --bogus (see --help)"),
        ("digest", "missing argument 'REF' (see --help)"),
        ("demo --port x", "invalid value for '--port'"),
        ("inspect a --format xml", "invalid value for '--format': 'xml' is not one of"),
    ],
)
def test_wrong_usage_is_one_line(here, arguments, said):
    code, out, err = here(*arguments.split())
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"tagwise: {said}")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--tcp", "here"], 2, "--tcp takes HOST:PORT, not 'here'"),
        (["--tcp", "localhost:65536"], 2, "--tcp takes HOST:PORT, not 'localhost:65536'"),
        (["--tcp"], 2, "argument --tcp: expected one argument (see --help)"),
        (["--log-level", "shout"], 2, "--log-level takes one of debug, info, warning, error"),
    ],
)
def test_the_server_refuses_wrong_usage_in_one_line(monkeypatch, capsys, arguments, code, said):
    monkeypatch.setattr(sys, "argv", ["tagwise", "lsp", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"tagwise: {said}")


def test_the_server_says_where_it_cannot_listen(offline):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert f"cannot listen at {address}: " in offline("lsp", "--tcp", address, code=1).error


def test_shells_get_their_completion(offline):
    for shell in ("bash", "fish"):
        script = offline(env={"_TAGWISE_COMPLETE": f"source_{shell}"}).out
        assert "_TAGWISE_COMPLETE" in script
    asked = {"_TAGWISE_COMPLETE": "complete_bash", "COMP_WORDS": "tagwise in", "COMP_CWORD": "1"}
    assert offline(env=asked).out.split() == ["inspect"]


def on_a_terminal(program, *arguments, env=None):
    """Run on a pseudo-terminal; give what it draws."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*program.command, *arguments], stdin=theirs, stdout=theirs, stderr=theirs,
        cwd=program.folder, env={**program.environment, "TERM": "xterm-256color", **(env or {})},
    )  # fmt: skip
    os.close(theirs)
    drawn, deadline = b"", time.monotonic() + SECONDS
    try:
        while select.select([ours], [], [], max(deadline - time.monotonic(), 0))[0]:
            try:
                read = os.read(ours, 65536)
            except OSError:  # EIO: the other end is closed
                break
            drawn += read
            if not read:
                break
        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return drawn.decode()


def test_a_terminal_gets_colours_unless_it_wants_none(program):
    program.write({"Dockerfile": "FROM alpine:3.22\n"})
    card = on_a_terminal(program, "inspect", "alpine:3.22")
    assert "\x1b[1malpine:3.22" in card
    assert "asking docker.io" in card, "long work shows that it goes on"
    diff = on_a_terminal(program, "pin")
    assert "\x1b[32m+FROM alpine:3.22@sha256:" in diff
    plain = on_a_terminal(program, "pin", env={"NO_COLOR": "1"})
    assert "+FROM alpine:3.22@sha256:" in plain
    assert not re.search(r"\x1b\[[0-9;]*[34][0-9]", plain)


def test_a_closed_pipe_is_no_drama(offline):
    offline.write({f"d{n}/Dockerfile": "FROM alpine\n" * 2000 for n in range(4)})
    process = subprocess.Popen(
        [*offline.command, "refs"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=offline.folder, env=offline.environment,
    )  # fmt: skip
    with process:
        assert process.stdout.readline() == b"d0/Dockerfile:1:6: alpine (base-image)\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(SECONDS) in {0, 1}


def test_ctrl_c_ends_at_once(offline):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(SECONDS)
        process = subprocess.Popen(
            [*offline.command, "digest", f"localhost:{silent.getsockname()[1]}/a"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=offline.folder, env=offline.environment,
        )  # fmt: skip
        with process, silent.accept()[0], ExitStack() as at_the_end:
            at_the_end.callback(process.kill)
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=SECONDS) == (b"", b"")
    assert process.returncode == 130


def test_the_demonstration_ends(offline):
    ended = offline("demo")
    assert "python:3.13-slim — docker.io/library/python" in ended.out
    assert "+FROM python:${PYTHON}-slim@sha256:" in ended.out
    assert "The pin is behind" in ended.out
    assert ended.err == ""
    assert "\x1b" not in ended.out


def test_the_demonstration_serves_until_ctrl_c(offline):
    process = subprocess.Popen(
        [*offline.command, "demo", "--serve"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=offline.folder, env={**offline.environment, "PYTHONUNBUFFERED": "1", "PATH": "/bin"},
        text=True,
    )  # fmt: skip
    with process, ExitStack() as at_the_end:
        at_the_end.callback(process.kill)
        said = ""
        while "tagwise inspect" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode in {0, 130}
    assert (out, err) == ("stopped\n", "")
    assert re.search(r'"mirrors": \["http://127\.0\.0\.1:\d+"\]', said)
    assert re.search("export TAGWISE_MIRROR='docker.io=(http://.*:[0-9]+) ghcr.io=\\1'", said)
    # The program is not on the path here: what is to be typed names it in full.
    assert re.search(r"^  /\S+/tagwise inspect", said, re.MULTILINE)
    assert re.search(r'cmd = \{"/\S+/tagwise", "lsp"\}', said)


def test_a_port_that_the_demonstration_cannot_have(offline):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        error = offline("demo", "--serve", "--port", port, code=2).error
        assert error == (
            f"cannot listen at port {port}: Address already in use; name another --port"
        )
    assert "65535" in offline("demo", "--serve", "--port", "65536", code=2).error
    assert "--serve" in offline("demo", "--port", "5000", code=2).error


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        (["digest", "--help"], {"digest"}),
        (["-v", "digest", "--help"], {"digest"}),
        (["--help"], {"digest", "check", "images"}),
        (["frob"], {"digest", "check", "images"}),
    ],
    ids=" ".join,
)
def test_a_command_imports_itself_alone(arguments, loaded):
    """Help, and a wrong word that may be meant for one of them, need all."""
    script = """
import sys
from tagwise.cli.app import COMMANDS, run
try:
    run()
except SystemExit:
    pass
print("LOADED", *(name for name, module in COMMANDS.items() if module in sys.modules))
"""
    command = [sys.executable, "-P", "-c", script, *arguments]
    out = subprocess.run(
        command, capture_output=True, text=True, timeout=SECONDS, check=True
    ).stdout
    seen = {*out.rpartition("LOADED ")[2].split()}
    assert seen >= loaded
    assert (seen == loaded) == (len(loaded) == 1)

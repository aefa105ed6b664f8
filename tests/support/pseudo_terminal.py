"""A program at a terminal: what it shows there, and what a person types in answer."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

SECONDS = 60
CTRL_C, CTRL_D = b"\x03", b"\x04"
_DRAWN_ANEW = re.compile(rb"\x1b\[(?:2K|1A)|\r(?!\n)")
_CONTROL = re.compile(rb"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07)|\r")


@attrs.frozen
class Shown:
    """What was seen, with every control sequence (`raw`) and without (`text`)."""

    code: int
    raw: bytes

    @property
    def text(self) -> str:
        return _CONTROL.sub(b"", self.raw).decode()

    @property
    def lines(self) -> list[str]:
        """Every line as it was drawn, also those that were drawn over; empty ones left out."""
        drawn = _DRAWN_ANEW.sub(b"\n", self.raw)
        lines = _CONTROL.sub(b"", drawn).decode().split("\n")
        return [line for line in lines if line]


def at_terminal(
    command: Sequence[str],
    *answers: tuple[str, bytes],
    folder: Path,
    environment: Mapping[str, str],
    columns: int = 80,
) -> Shown:
    """Run a program at a terminal; once each text of `answers` is seen, in turn, its keys are typed."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {"TERM": "xterm-256color", **environment}
    environment.pop("COLUMNS", None)
    process = subprocess.Popen(
        command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=folder,
        env=environment,
        start_new_session=True,
        # The terminal is the program's own: a key that interrupts reaches it as a signal.
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
    )
    os.close(slave)
    try:
        raw = _conversation(master, list(answers), process)
        return Shown(process.wait(SECONDS), raw)
    finally:
        os.close(master)
        if process.poll() is None:
            process.kill()
            process.wait(SECONDS)


def _conversation(
    master: int, waiting: list[tuple[str, bytes]], process: "subprocess.Popen[bytes]"
) -> bytes:
    seen, at = b"", 0
    deadline = time.monotonic() + SECONDS
    while True:
        left = deadline - time.monotonic()
        assert left > 0, f"still waiting for {waiting}; seen: {seen!r}"
        ready, _, _ = select.select([master], [], [], min(left, 0.2))
        if ready:
            try:
                chunk = os.read(master, 65536)
            except OSError:  # The other side is closed: the program has ended.
                return seen
            if not chunk:
                return seen
            seen += chunk
        elif process.poll() is not None:
            return seen
        if waiting and waiting[0][0].encode() in _CONTROL.sub(b"", seen[at:]):
            _, keys = waiting.pop(0)
            at = len(seen)
            os.write(master, keys)

"""An engine's socket that another user may not use: who may is said.

Root may do everything, so the question is asked by a process that has become nobody.
"""

import asyncio
import grp
import os
import socket

import pytest

from support.engines import new_client, socket_path
from tagwise.errors import EngineError

NOBODY = 65534


def said_to_nobody(path):
    """Ask as a user without any group; what is told comes back through a pipe."""
    client = new_client(f"unix://{path}")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        try:
            asyncio.run(client.info())
        except EngineError as error:
            os.write(writing, str(error).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        text = told.read()
    os.waitpid(child, 0)
    return text


@pytest.fixture
def engine():
    if os.getuid() != 0:
        pytest.skip("becoming another user needs root")
    with socket_path() as path:
        path.parent.chmod(0o755)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
            listening.listen()
            path.chmod(0o660)
            yield path


def test_a_group_may_and_which_is_said(engine):
    group = next(each for each in grp.getgrall() if each.gr_gid not in {0, NOBODY})
    os.chown(engine, 0, group.gr_gid)
    said = said_to_nobody(engine)
    assert f"the socket belongs to the group {group.gr_name!r}, and you are not in it" in said
    assert f"usermod -aG {group.gr_name} $USER" in said


def test_only_root_may(engine):
    assert "only root may use this socket" in said_to_nobody(engine)


def test_a_folder_that_keeps_others_out(engine):
    engine.parent.chmod(0o700)
    assert "permission denied" in said_to_nobody(engine)

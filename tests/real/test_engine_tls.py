"""A real dockerd that is asked over TLS, as the docker command asks it: variables and contexts."""

import shutil
import socket

import pytest

from support.certificates import authority, signed
from support.engine_terminal import Terminal
from support.engines import running_dockerd
from support.real_parts import require


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def port(folder):
    """Run a dockerd that lets in whoever has a certificate of its authority; give its port."""
    require("docker")
    require("openssl")
    ours = authority(folder)
    server = signed(folder, ours, "server", "IP:127.0.0.1")
    client = signed(folder, ours, "client")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "certs").mkdir()
    for name, path in (("ca", ours.certificate), ("cert", client.certificate), ("key", client.key)):
        shutil.copy(path, folder / "certs" / f"{name}.pem")
    options = ("--host", f"tcp://127.0.0.1:{port}", "--tlsverify", "--tlscacert", ours.certificate)
    options += ("--tlscert", server.certificate, "--tlskey", server.key)
    with running_dockerd(*options):
        yield port


@pytest.fixture
def terminal(port, tmp_path):
    terminal = Terminal(f"tcp://127.0.0.1:{port}", tmp_path)
    terminal.environment |= {"DOCKER_TLS_VERIFY": "1"}
    return terminal


def copy(folder, to, *names):
    to.mkdir()
    for name in names:
        shutil.copy(folder / "certs" / f"{name}.pem", to)
    return {"DOCKER_CERT_PATH": str(to)}


def test_variables(terminal, folder):
    terminal.environment["DOCKER_CERT_PATH"] = str(folder / "certs")
    assert terminal.tagwise("images") == terminal.docker("images")
    assert "Docker" in terminal.tagwise("doctor", "127.0.0.1:9/x", code=None).stdout


def test_without_verifying_whom_one_talks_to(terminal, folder):
    del terminal.environment["DOCKER_TLS_VERIFY"]
    address = terminal.environment["DOCKER_HOST"].replace("127.0.0.1", "localhost")
    terminal.environment |= {"DOCKER_TLS": "1", "DOCKER_HOST": address}
    terminal.environment["DOCKER_CERT_PATH"] = str(folder / "certs")
    assert terminal.tagwise("images") == terminal.docker("images")


def test_a_context_with_its_files(terminal, folder):
    address = terminal.environment.pop("DOCKER_HOST")
    del terminal.environment["DOCKER_TLS_VERIFY"]
    certs = folder / "certs"
    said = f"host={address},ca={certs}/ca.pem,cert={certs}/cert.pem,key={certs}/key.pem"
    terminal.docker("context", "create", "secure", "--docker", said)
    terminal.docker("context", "use", "secure")
    assert terminal.tagwise("images") == terminal.docker("images")


def test_an_engine_that_wants_a_certificate(terminal, folder, tmp_path):
    terminal.environment |= copy(folder, tmp_path / "c", "ca")
    assert "does not accept this side's certificate" in terminal.tagwise("images", code=1)


def test_an_engine_of_another_authority(terminal, folder, tmp_path):
    terminal.environment |= copy(folder, tmp_path / "c", "cert", "key")
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(authority(other, "Another").certificate, tmp_path / "c/ca.pem")
    said = terminal.tagwise("images", code=1)
    assert "its certificate is not accepted" in said
    assert "ca.pem" in said


def test_an_engine_under_another_name(terminal, folder):
    address = terminal.environment["DOCKER_HOST"].replace("127.0.0.1", "localhost")
    terminal.environment |= {"DOCKER_HOST": address, "DOCKER_CERT_PATH": str(folder / "certs")}
    assert "does it name this host?" in terminal.tagwise("images", code=1)


def test_whoever_forgets_tls_is_told_what_to_set(terminal):
    del terminal.environment["DOCKER_TLS_VERIFY"]
    assert "Set DOCKER_TLS_VERIFY=1" in terminal.tagwise("images", code=1)


def test_what_is_no_certificate(terminal, tmp_path):
    (tmp_path / "c").mkdir()
    (tmp_path / "c/ca.pem").write_text("nothing")
    terminal.environment["DOCKER_CERT_PATH"] = str(tmp_path / "c")
    assert "cannot be used" in terminal.tagwise("images", code=1)

"""The engine is found as the docker command finds it (docker/cli, `resolveContextName`)."""

import hashlib
import json
import os
import socket
from pathlib import Path

import pytest

from tagwise.engine.docker_contexts import TlsFiles
from tagwise.engine.endpoint import EngineEndpoint, find_endpoint
from tagwise.errors import EngineUnreachable


@pytest.fixture
def home(tmp_path):
    (tmp_path / ".docker").mkdir()
    return tmp_path


def found(home, environment=None, **options):
    return find_endpoint(environment or {}, home, root=home / "root", user=1000, **options)


def context(home, name, host, *, files=(), skips=False):
    identity = hashlib.sha256(name.encode()).hexdigest()
    meta = home / ".docker/contexts/meta" / identity
    meta.mkdir(parents=True)
    endpoint = {"Host": host, "SkipTLSVerify": skips}
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": endpoint}}))
    tls = home / ".docker/contexts/tls" / identity / "docker"
    tls.mkdir(parents=True)
    for file in files:
        (tls / file).write_text("pem")
    return tls


def listen(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    server = socket.socket(socket.AF_UNIX)
    folder = Path.cwd()
    os.chdir(path.parent)  # A socket's path has 107 characters at most.
    try:
        server.bind(path.name)
    finally:
        os.chdir(folder)
        server.close()


def test_a_setting_goes_before_all(home):
    chosen = found(home, {"DOCKER_HOST": "tcp://10.0.0.1:2375"}, setting="unix:///mine.sock")
    assert (chosen.address, chosen.origin) == ("unix:///mine.sock", "the settings")


def test_docker_host_goes_before_a_context(home):
    context(home, "far", "tcp://10.0.0.2:2375")
    environment = {"DOCKER_HOST": "tcp://10.0.0.1:2375", "DOCKER_CONTEXT": "far"}
    assert found(home, environment).address == "tcp://10.0.0.1:2375"


def test_the_variable_goes_before_the_current_context(home):
    context(home, "far", "ssh://me@far")
    context(home, "near", "unix:///near.sock")
    (home / ".docker/config.json").write_text('{"currentContext": "far"}')
    assert found(home).address == "ssh://me@far"
    assert found(home, {"DOCKER_CONTEXT": "near"}).address == "unix:///near.sock"


def test_podmans_variable_counts_where_docker_is_told_nothing(home):
    podman = {"CONTAINER_HOST": "unix:///run/podman/podman.sock"}
    endpoint = found(home, podman)
    assert endpoint.address == "unix:///run/podman/podman.sock"
    assert endpoint.origin == "the environment's CONTAINER_HOST"
    assert found(home, {**podman, "DOCKER_HOST": "tcp://a:1"}).address == "tcp://a:1"


def test_a_context_brings_its_certificates(home):
    tls = context(home, "far", "tcp://far:2376", files=("ca.pem", "cert.pem", "key.pem"))
    assert found(home, {"DOCKER_CONTEXT": "far"}).tls == TlsFiles(
        tls / "ca.pem", tls / "cert.pem", tls / "key.pem", verifies=True
    )


def test_a_context_that_is_not_there_is_named(home):
    with pytest.raises(EngineUnreachable, match=r"'gone' is not there.*docker context ls"):
        found(home, {"DOCKER_CONTEXT": "gone"})


def test_tls_of_the_environment(home):
    (home / "certs").mkdir()
    (home / "certs/ca.pem").write_text("pem")
    environment = {
        "DOCKER_HOST": "tcp://far:2376",
        "DOCKER_TLS_VERIFY": "1",
        "DOCKER_CERT_PATH": str(home / "certs"),
    }
    assert found(home, environment).tls == TlsFiles(home / "certs/ca.pem", None, None)


@pytest.mark.parametrize(
    ("path", "whose"),
    [
        ("root/var/run/docker.sock", "Docker's socket"),
        (".docker/desktop/docker.sock", "Docker Desktop's socket"),
        ("root/run/user/1000/podman/podman.sock", "rootless Podman's socket"),
        ("root/run/podman/podman.sock", "Podman's socket"),
        (".colima/default/docker.sock", "Colima's socket"),
        (".rd/docker.sock", "Rancher Desktop's socket"),
        (".orbstack/run/docker.sock", "OrbStack's socket"),
    ],
)
def test_a_socket_is_found(home, path, whose):
    listen(home / path)
    assert found(home) == EngineEndpoint(f"unix://{home / path}", whose)


def test_docker_goes_before_podman(home):
    listen(home / "root/run/podman/podman.sock")
    listen(home / "root/var/run/docker.sock")
    assert found(home).origin == "Docker's socket"


def test_a_file_is_no_socket(home):
    (home / ".rd").mkdir()
    (home / ".rd/docker.sock").write_text("")
    assert found(home).origin == "Docker's usual place"


def test_a_socket_in_the_workspace_is_passed_over(home):
    listen(home / "work/root/var/run/docker.sock")
    listen(home / ".colima/default/docker.sock")
    (home / "root/var").mkdir(parents=True)
    (home / "root/var/run").symlink_to(home / "work/root/var/run")
    assert found(home).origin == "Docker's socket"
    assert found(home, outside=[home / "work"]).origin == "Colima's socket"


@pytest.mark.parametrize("given", [{"setting": "/work/e.sock"}, {"DOCKER_HOST": "/work/e.sock"}])
def test_a_socket_in_the_workspace_is_refused_whoever_names_it(home, given):
    setting = given.pop("setting", None)
    with pytest.raises(EngineUnreachable, match="is a socket inside the workspace"):
        found(home, given, setting=setting, outside=[Path("/work")])


def test_an_address_is_told_without_its_user():
    assert str(EngineEndpoint("ssh://me:secret@far:22/x", "")) == "ssh://far:22/x"


@pytest.mark.parametrize(
    ("written", "address"), [("far:2375", "tcp://far:2375"), ("/a.sock", "unix:///a.sock")]
)
def test_an_address_is_completed(home, written, address):
    assert found(home, {"DOCKER_HOST": written}).address == address

"""The certificates of `certs.d`."""

import subprocess
import sys

from support.pseudo_terminal import at_terminal
from support.real_parts import require
from tagwise.registry.certificates import CertificateFolders, HostCertificates, certificate_folders
from tagwise.registry.hosts import Hosts


def touch(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()


def test_what_is_there_for_a_host(tmp_path):
    folder = tmp_path / "r.example:5000"
    touch(folder, "ca.crt", "other.crt", "client.cert", "client.key", "lost.cert", "lone.key", "x")
    found = CertificateFolders((tmp_path, tmp_path / "absent")).of("r.example:5000")
    assert found.authorities == (folder / "ca.crt", folder / "other.crt")
    assert found.clients == ((folder / "client.cert", folder / "client.key"),)
    assert not CertificateFolders((tmp_path,)).of("r.example")
    nobody = CertificateFolders((tmp_path,), shows_clients=False).of("r.example:5000")
    assert (len(nobody.authorities), nobody.clients) == (2, ())


def test_the_port_of_https_may_be_left_out_or_written(tmp_path):
    touch(tmp_path / "r.example:443", "ca.crt")
    assert CertificateFolders((tmp_path,)).of("r.example")
    assert CertificateFolders().of("r.example") == HostCertificates()


def test_the_folders_of_a_machine(tmp_path):
    root, home = tmp_path / "root", tmp_path / "home"
    touch(root / "etc/docker/certs.d/r.example", "a.crt")
    touch(home / ".config/containers/certs.d/r.example", "b.crt")
    found = certificate_folders(home, root=root).of("r.example")
    assert [path.name for path in found.authorities] == ["a.crt", "b.crt"]


def test_a_key_with_a_password_is_told_and_nobody_asked(tmp_path, unused_tcp_port):
    """OpenSSL would ask for it where the program was started, or take it from an editor's pipe."""
    host = f"127.0.0.1:{unused_tcp_port}"
    folder = tmp_path / ".docker" / "certs.d" / host
    folder.mkdir(parents=True)
    new = "req -x509 -newkey rsa:2048 -passout pass:x -days 1 -subj /CN=ann".split()
    pair = ("-keyout", folder / "client.key", "-out", folder / "client.cert")
    subprocess.run([require("openssl"), *new, *pair], check=True, capture_output=True)
    shown = at_terminal(
        [sys.executable, "-m", "tagwise", "digest", f"{host}/app:1"],
        folder=tmp_path,
        environment={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        columns=1000,
    )
    assert "client.cert is not used (its key is none, or asks for a password" in shown.text
    assert "connection refused" in shown.text
    assert "pass phrase" not in shown.text


def test_this_machine_is_asked_over_https_where_there_are_certificates_for_it(tmp_path):
    touch(tmp_path / "localhost:5000", "ca.crt")
    hosts = Hosts({}, certificates=CertificateFolders((tmp_path,)))
    assert [hosts.endpoints(f"localhost:{port}", "a")[0].scheme for port in (5000, 5001)] == [
        "https",
        "http",
    ]

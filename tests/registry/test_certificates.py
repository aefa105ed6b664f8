"""The certificates of `certs.d`."""

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


def test_this_machine_is_asked_over_https_where_there_are_certificates_for_it(tmp_path):
    touch(tmp_path / "localhost:5000", "ca.crt")
    hosts = Hosts({}, certificates=CertificateFolders((tmp_path,)))
    assert [hosts.endpoints(f"localhost:{port}", "a")[0].scheme for port in (5000, 5001)] == [
        "https",
        "http",
    ]

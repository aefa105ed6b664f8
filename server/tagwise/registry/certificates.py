"""The certificates a user keeps for a registry: `certs.d/HOST[:PORT]/`.

    *.crt           authorities to trust there, besides the system's
    *.cert, *.key   client certificates with their keys, by the same name

Follows docs.docker.com, "Verify repository client with certificates", and
containers-certs.d(5).  Does not know TLS.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import attrs

_LOG: Final = logging.getLogger(__name__)


@attrs.frozen
class HostCertificates:
    """Paths; `clients` are certificates, each with its key."""

    authorities: tuple[Path, ...] = ()
    clients: tuple[tuple[Path, Path], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.authorities or self.clients)


@attrs.frozen
class CertificateFolders:
    """The `certs.d` folders there may be; `shows_clients` unless we are to be nobody."""

    folders: tuple[Path, ...] = ()
    shows_clients: bool = True

    def of(self, host: str) -> HostCertificates:
        """List what there is for `host`, with its port as in a reference; https's may be named."""
        names = (host,) if ":" in host else (host, f"{host}:443")
        found = [
            file for folder in self.folders for name in names for file in _listed(folder / name)
        ]
        return HostCertificates(
            authorities=tuple(file for file in found if file.suffix == ".crt"),
            clients=tuple(
                (file, file.with_suffix(".key"))
                for file in found
                if self.shows_clients
                and file.suffix == ".cert"
                and file.with_suffix(".key") in found
            ),
        )


def certificate_folders(
    home: Path, *, root: Path = Path("/"), shows_clients: bool = True
) -> CertificateFolders:
    """Name the folders of Docker and Podman, the machine's and the user's."""
    machine = root / "etc"
    return CertificateFolders(
        (
            machine / "docker" / "certs.d",
            machine / "containers" / "certs.d",
            home / ".docker" / "certs.d",
            home / ".config" / "docker" / "certs.d",
            home / ".config" / "containers" / "certs.d",
        ),
        shows_clients=shows_clients,
    )


def _listed(folder: Path) -> Iterable[Path]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        _LOG.info("%s cannot be read: %s", folder, error)
        return ()

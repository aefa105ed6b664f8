"""Where the engine is: found as the docker command finds it, Podman's and the others' sockets after.

    a setting; DOCKER_HOST; DOCKER_CONTEXT; currentContext of ~/.docker/config.json;
    CONTAINER_HOST, which is what Podman's own client asks;
    the first socket there is that may be written to, of those in `sockets`

Follows docker/cli, cli/command/cli.go (`resolveContextName`, `resolveDockerEndpoint`).
Opens no connection.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from tagwise.engine.docker_contexts import TlsFiles, current_context, read_context
from tagwise.errors import EngineUnreachable

WINDOWS_PIPE: Final = "npipe:////./pipe/docker_engine"
_PEM: Final = ("ca.pem", "cert.pem", "key.pem")


@attrs.frozen
class EngineEndpoint:
    """`address` is written as in DOCKER_HOST; `origin` tells a person where it comes from."""

    address: str
    origin: str
    tls: TlsFiles | None = None

    @property
    def scheme(self) -> str:
        return self.address.partition("://")[0]

    @property
    def socket(self) -> Path | None:
        """The unix socket, where it is one."""
        scheme, _, path = self.address.partition("://")
        return Path(path) if scheme == "unix" else None

    def __str__(self) -> str:
        """Spell the address without a user's name or password."""
        scheme, separator, rest = self.address.partition("://")
        host, slash, path = rest.partition("/")
        return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"


def find_endpoint(
    environment: Mapping[str, str],
    home: Path,
    *,
    setting: str | None = None,
    outside: Iterable[Path] = (),
    root: Path = Path("/"),
    user: int | None = None,
) -> EngineEndpoint:
    """Find the engine; `setting` is an address the user has set, which goes before all.

    Its socket is `outside` of folders: whoever wrote what stands there may have planted it.

    :raises EngineUnreachable: if a context is asked for that is not there, or a socket inside.
    """
    endpoint = _found(environment, home, setting=setting, root=root, user=user, outside=outside)
    if endpoint.socket and _is_inside(endpoint.socket, outside):
        raise EngineUnreachable(
            f"{endpoint}, from {endpoint.origin}, is a socket inside the workspace, and nothing in "
            "there is trusted as an engine",
            endpoint=str(endpoint),
        )
    return endpoint


def _found(
    environment: Mapping[str, str],
    home: Path,
    *,
    setting: str | None,
    root: Path,
    user: int | None,
    outside: Iterable[Path],
) -> EngineEndpoint:
    folder = Path(environment.get("DOCKER_CONFIG") or home / ".docker")
    if setting:
        return EngineEndpoint(_address(setting), "the settings", _named_tls(environment, folder))
    if host := environment.get("DOCKER_HOST"):
        tls = _named_tls(environment, folder)
        return EngineEndpoint(_address(host), "the environment's DOCKER_HOST", tls)
    name = environment.get("DOCKER_CONTEXT") or current_context(folder)
    if name and name != "default":
        context = read_context(folder, name)
        if context is None:
            raise EngineUnreachable(
                f"the docker context {name!r} is not there: see `docker context ls`, or choose "
                "another with `docker context use`",
                endpoint=name,
            )
        return EngineEndpoint(_address(context.host), f"the docker context {name!r}", context.tls)
    if host := environment.get("CONTAINER_HOST"):
        return EngineEndpoint(_address(host), "the environment's CONTAINER_HOST")
    user = _user() if user is None else user
    places = sockets(environment, home, root=root, user=user)
    return _by_socket([each for each in places if not _is_inside(each[1], outside)], root)


def sockets(
    environment: Mapping[str, str], home: Path, *, root: Path, user: int
) -> Iterator[tuple[str, Path]]:
    """List where engines listen, with whose socket it is, the one to prefer first."""
    runtime = Path(environment.get("XDG_RUNTIME_DIR") or root / "run" / "user" / str(user))
    colima = Path(environment.get("COLIMA_HOME") or home / ".colima")
    yield "Docker", root / "var/run/docker.sock"
    yield "Docker Desktop", home / ".docker/run/docker.sock"
    yield "Docker Desktop", home / ".docker/desktop/docker.sock"
    yield "rootless Docker", runtime / "docker.sock"
    yield "OrbStack", home / ".orbstack/run/docker.sock"
    yield "Colima", colima / "default/docker.sock"
    yield "Colima", home / ".config/colima/default/docker.sock"
    yield "Rancher Desktop", home / ".rd/docker.sock"
    yield "rootless Podman", runtime / "podman/podman.sock"
    yield "Podman", root / "run/podman/podman.sock"
    machine = home / ".local/share/containers/podman/machine"
    yield "Podman's machine", machine / "podman.sock"
    yield "Podman's machine", machine / "qemu/podman.sock"


def _by_socket(places: Iterable[tuple[str, Path]], root: Path) -> EngineEndpoint:
    found = [each for each in places if _is_socket(each[1])]
    open_ones = [each for each in found if os.access(each[1], os.R_OK | os.W_OK)]
    for whose, path in (*open_ones, *found):
        return EngineEndpoint(f"unix://{path}", f"{whose}'s socket")
    if os.name == "nt":
        return EngineEndpoint(WINDOWS_PIPE, "Docker's usual place")
    return EngineEndpoint(f"unix://{root / 'var/run/docker.sock'}", "Docker's usual place")


def _is_inside(socket: Path, folders: Iterable[Path]) -> bool:
    resolved = socket.resolve()
    return any(resolved.is_relative_to(folder.resolve()) for folder in folders)


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False


def _address(written: str) -> str:
    """Complete an address as docker does: a bare `host:port` is tcp, a bare path a unix socket."""
    if "://" in written:
        return written
    return f"unix://{written}" if written.startswith("/") else f"tcp://{written}"


def _named_tls(environment: Mapping[str, str], folder: Path) -> TlsFiles | None:
    verifies = bool(environment.get("DOCKER_TLS_VERIFY"))
    if not verifies and not environment.get("DOCKER_TLS"):
        return None
    certificates = Path(environment.get("DOCKER_CERT_PATH") or folder)
    ca, certificate, key = (certificates / name for name in _PEM)
    return TlsFiles(
        ca=ca if ca.is_file() else None,
        certificate=certificate if certificate.is_file() else None,
        key=key if key.is_file() else None,
        verifies=verifies,
    )


def _user() -> int:
    return os.getuid() if os.name == "posix" else 0

"""Looks up what this machine's engines are told of registries, in the files that tell them.

    daemon.json              /etc/docker, ~/.config/docker (rootless), ~/.docker (Desktop)
    registries.conf          $CONTAINERS_REGISTRIES_CONF, ~/.config/containers, /etc/containers
    registries.conf.d/*.conf   /etc/containers, ~/.config/containers

Does not know what the files look like inside.
"""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tagwise.registry.daemon_json import read_daemon_json
from tagwise.registry.mirrors import MachineConfiguration
from tagwise.registry.registries_conf import merged, read_registries_conf

_LOG: Final = logging.getLogger(__name__)


def machine_configuration(
    environment: Mapping[str, str], home: Path, *, root: Path = Path("/")
) -> MachineConfiguration:
    """Read the files there are, and put them together."""
    daemons = [
        read_daemon_json(content, origin=str(path))
        for path in _daemon_files(environment, home, root)
        if (content := _read(path))
    ]
    rules = [
        read_registries_conf(content.decode(errors="replace"), origin=str(path))
        for path in _registries_files(environment, home, root)
        if (content := _read(path))
    ]
    mirrors = dict.fromkeys(mirror for daemon in daemons for mirror in daemon.hub_mirrors)
    insecure = dict.fromkeys(host for daemon in daemons for host in daemon.insecure)
    return MachineConfiguration(
        rules=merged(*rules), hub_mirrors=tuple(mirrors), insecure=tuple(insecure)
    )


def _daemon_files(environment: Mapping[str, str], home: Path, root: Path) -> Iterator[Path]:
    yield root / "etc" / "docker" / "daemon.json"
    if program_data := environment.get("PROGRAMDATA"):
        yield Path(program_data) / "docker" / "config" / "daemon.json"
    yield home / ".config" / "docker" / "daemon.json"
    yield home / ".docker" / "daemon.json"


def _registries_files(environment: Mapping[str, str], home: Path, root: Path) -> Iterator[Path]:
    """List the one file there is, then what is dropped in beside it, later ones stronger."""
    machine, user = root / "etc" / "containers", home / ".config" / "containers"
    if named := environment.get("CONTAINERS_REGISTRIES_CONF"):
        yield Path(named)
    else:
        files = (user / "registries.conf", machine / "registries.conf")
        yield next((file for file in files if file.is_file()), files[-1])
    for folder in (machine, user):
        yield from sorted((folder / "registries.conf.d").glob("*.conf"))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        _LOG.info("%s cannot be read: %s", path, error)
        return b""

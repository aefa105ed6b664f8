"""Builds the parts of the program from the environment.

Nothing else creates sessions, clocks or folders; everything is passed down from here.
"""

import os
import platform
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tagwise.oci.platform import Platform
from tagwise.registry.clock import system_clock
from tagwise.registry.programs import find_program
from tagwise.session.session import Connection, Session, Terms
from tagwise.session.settings import read_settings
from tagwise.session.settings_files import user_settings

if TYPE_CHECKING:
    from tagwise.engine.client import EngineClient
    from tagwise.registry.credentials import Keychain
    from tagwise.registry.store import Store

CACHE_VARIABLE = "TAGWISE_CACHE_DIR"
CONFIG_VARIABLE = "TAGWISE_CONFIG"

# What uname calls machines that image platforms call otherwise, and containerd does not translate.
_MACHINES = {
    "i486": "386",
    "i586": "386",
    "i686": "386",
    "armv6l": "arm/v6",
    "armv7l": "arm/v7",
    "armv8l": "arm/v7",
    "loongarch64": "loong64",
}


def build_session() -> Session:
    return Session(
        _connect,
        reach_engine=_reach_engine,
        clock=system_clock,
        platform=machine_platform(),
        environment=dict(os.environ),
        user=user_settings(settings_file()),
    )


def own_engine() -> "EngineClient":
    """Build the client of the engine that the user's settings or the environment name.

    :raises EngineUnreachable: where there is no way to it.
    """
    settings, _ = read_settings(user_settings(settings_file()).layer)
    return build_engine(settings.engine, ())


def build_engine(setting: str, workspace: Iterable[Path]) -> "EngineClient":
    """Build the client of the engine at `setting`, or where the environment says.

    No program and no socket inside of what is `guarded` is used.

    :raises EngineUnreachable: where there is no way to it.
    """
    from tagwise.engine.client import EngineClient
    from tagwise.engine.connection import EngineConnection
    from tagwise.engine.endpoint import find_endpoint
    from tagwise.engine.transports import way_to

    environment, home = dict(os.environ), Path.home()
    outside = guarded(workspace)
    find = partial(find_program, environment=environment, outside=outside)
    endpoint = find_endpoint(environment, home, setting=setting or None, outside=outside)
    way = way_to(endpoint, find=find, environment=environment, home=home)
    return EngineClient(EngineConnection(endpoint, way))


def build_keychain() -> "Keychain":
    from tagwise.registry.keychain import system_keychain

    environment, home = dict(os.environ), Path.home()
    return system_keychain(environment, home, clock=system_clock, workspace=guarded(()))


def guarded(workspace: Iterable[Path]) -> tuple[Path, ...]:
    """Return the folders that no program is started from, and no socket is spoken to in.

    They are those of the `workspace`, the current one, and the repository that is in: all may hold
    what strangers wrote.  A folder with all of the user's home in it is none of them: what its user
    keeps in `~/bin` is their own, wherever they stand.
    """
    from tagwise.session.discovery import holds_repository

    home, folders = Path.home().resolve(), [each.absolute() for each in workspace]
    with suppress(FileNotFoundError):  # Somebody may have removed the folder they stand in.
        current = Path.cwd()
        repository = next(filter(holds_repository, (current, *current.parents)), current)
        folders += current, repository
    return tuple(each for each in dict.fromkeys(folders) if not home.is_relative_to(each.resolve()))


def machine_platform() -> Platform:
    """Return what is asked for where nobody asks: linux, on this machine's architecture."""
    machine = platform.machine().lower() or "amd64"
    return Platform.parse(f"linux/{_MACHINES.get(machine, machine)}")


def cache_folder() -> Path:
    """Return where answers are kept: `TAGWISE_CACHE_DIR`, else the user's cache folder."""
    if folder := os.environ.get(CACHE_VARIABLE):
        return Path(folder)
    from platformdirs import user_cache_path

    return user_cache_path("tagwise", appauthor=False)


def open_store() -> "Store":
    from tagwise.registry.store import Store

    return Store(cache_folder(), clock=system_clock)


def settings_file() -> Path:
    """Return where the user's settings are: `TAGWISE_CONFIG`, else in the configuration folder."""
    if file := os.environ.get(CONFIG_VARIABLE):
        return Path(file)
    from platformdirs import user_config_path

    return user_config_path("tagwise", appauthor=False) / "config.toml"


def _connect(terms: Terms) -> Connection:
    from tagwise.cli.connection import connect

    return connect(terms, store=open_store())


def _reach_engine(terms: Terms) -> "EngineClient":
    return build_engine(terms.settings.engine, terms.roots)

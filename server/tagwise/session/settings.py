"""Settings: what a person may say, read from an editor or the command line.

A value that cannot be used is told, and its default stands.  Keys with power over the network are
the user's alone; nothing here reads a file of the workspace.
Does not know how settings reach the program.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import cast

import attrs

from tagwise.errors import InvalidPlatform
from tagwise.oci.platform import Platform
from tagwise.registry.hosts import RegistrySettings


@attrs.frozen
class Settings:
    """`registries` by registry name; `build_args` for Dockerfiles; `platform` instead of ours."""

    registries: Mapping[str, RegistrySettings] = MappingProxyType({})
    build_args: Mapping[str, str] = MappingProxyType({})
    platform: Platform | None = None


def read_settings(raw: object) -> tuple[Settings, tuple[str, ...]]:
    """Read settings from decoded JSON; return them and a sentence for each unusable value."""
    complaints: list[str] = []
    section = _mapping(raw, "tagwise", complaints)
    registries = _mapping(section.get("registries"), "registries", complaints)
    settings = Settings(
        registries={name: _registry(name, value, complaints) for name, value in registries.items()},
        build_args=dict(_build_args(section.get("buildArgs"), complaints)),
        platform=_platform(section.get("platform"), complaints),
    )
    return settings, tuple(complaints)


def _build_args(raw: object, complaints: list[str]) -> Iterator[tuple[str, str]]:
    for name, value in _mapping(raw, "buildArgs", complaints).items():
        if isinstance(value, str):
            yield name, value
        else:
            complaints.append(f"setting buildArgs.{name}: {value!r} is no string")


def _registry(name: str, raw: object, complaints: list[str]) -> RegistrySettings:
    where = f"registries.{name}"
    value = _mapping(raw, where, complaints)
    return RegistrySettings(
        mirrors=tuple(_strings(value.get("mirrors"), f"{where}.mirrors", complaints)),
        upstream=_flag(value.get("upstream"), f"{where}.upstream", complaints, default=True),
        insecure=_flag(value.get("insecure"), f"{where}.insecure", complaints, default=False),
    )


def _platform(raw: object, complaints: list[str]) -> Platform | None:
    if raw is None or raw == "":
        return None
    try:
        return Platform.parse(str(raw))
    except InvalidPlatform as error:
        complaints.append(f"setting platform: {error}")
        return None


def _mapping(raw: object, where: str, complaints: list[str]) -> Mapping[str, object]:
    if raw is None:
        return {}
    if isinstance(raw, Mapping):
        return {str(key): value for key, value in cast("Mapping[object, object]", raw).items()}
    complaints.append(f"setting {where}: expected an object")
    return {}


def _strings(raw: object, where: str, complaints: list[str]) -> Iterator[str]:
    if raw is None:
        return
    if not isinstance(raw, list | tuple):
        complaints.append(f"setting {where}: expected a list of strings")
        return
    for each in cast("list[object]", raw):
        if isinstance(each, str):
            yield each
        else:
            complaints.append(f"setting {where}: {each!r} is no string")


def _flag(raw: object, where: str, complaints: list[str], *, default: bool) -> bool:
    if raw is None or isinstance(raw, bool):
        return default if raw is None else raw
    complaints.append(f"setting {where}: {raw!r} is neither true nor false")
    return default

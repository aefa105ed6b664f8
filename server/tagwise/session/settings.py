"""Settings: what a person or a repository may say, as layers that count over each other.

A value that cannot be used is told, and its default stands.  Keys with power over the network are
the user's alone: what a repository says of them is told and left out (REGISTRIES.md, section 4).
Does not know where a layer is written (`settings_files.py`, an editor, a command line).
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, cast

import attrs

from tagwise.documents.model import Severity
from tagwise.documents.own_places import OwnPlace
from tagwise.errors import InvalidPlatform
from tagwise.ide.diagnostics.ignore_comments import EVERY_RULE
from tagwise.ide.diagnostics.rules import RULE_BY_ID
from tagwise.oci.platform import Platform
from tagwise.registry.hosts import RegistrySettings
from tagwise.session.place_settings import read_places, without_patterns

_MIRROR: Final = re.compile(
    r"(?:https?://)?(?:[a-z0-9_.-]+|\[[0-9a-f:]+\])(?::[0-9]+)?(?:/[^\s?#@]*)?", re.IGNORECASE
)

_ENGINE: Final = re.compile(r"(?:unix|npipe|tcp|http|https|ssh)://\S+|/\S+|[^\s:/]+:[0-9]+")

REPOSITORY_KEYS: Final = frozenset(
    {
        "allowed",
        "buildArgs",
        "codeLens",
        "composeFiles",
        "envFiles",
        "exclude",
        "ignore",
        "inlayHints",
        "places",
        "platform",
        "rules",
    }
)
USER_KEYS: Final = REPOSITORY_KEYS | {"engine", "offline", "registries"}

# Lenses offer what a newcomer looks for; hints say the same in every line of a long file.
CODE_LENSES: Final = True
INLAY_HINTS: Final = False

OFF: Final = "off"
SEVERITIES: Final = tuple(severity.value for severity in Severity)
_IGNORABLE: Final = frozenset({"paths", "images"})

Layer: TypeAlias = Mapping[str, object]
"""Settings as decoded JSON or TOML, by key."""


@attrs.frozen
class Settings:
    """`registries` by registry name; `build_args` for Dockerfiles; `platform` instead of ours.

    `offline`: nobody is ever asked.  `engine` is the address of the engine, as in DOCKER_HOST, empty
    where it is found as the docker command finds it.  `exclude`: patterns as in `.gitignore`, for what a folder's
    search passes over.  `compose_files` and `env_files` are what `docker compose` is given with
    `-f` and `--env-file`.  `places`: where references stand besides.
    `rules`: how severe each is, None where it is off.  `ignored_paths` and
    `ignored_images` are patterns with the rules that say nothing there; `allowed` the images that
    may be used.  `code_lens` and `inlay_hints`: whether an editor shows them, None where nobody says.
    """

    registries: Mapping[str, RegistrySettings] = MappingProxyType({})
    build_args: Mapping[str, str] = MappingProxyType({})
    platform: Platform | None = None
    offline: bool = False
    engine: str = ""
    exclude: tuple[str, ...] = ()
    compose_files: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    places: tuple[OwnPlace, ...] = ()
    rules: Mapping[str, Severity | None] = MappingProxyType({})
    ignored_paths: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    ignored_images: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    allowed: tuple[str, ...] = ()
    code_lens: bool | None = None
    inlay_hints: bool | None = None


def read_settings(*layers: object) -> tuple[Settings, tuple[str, ...]]:
    """Read settings from their layers, the weakest first; tell what cannot be used."""
    complaints: list[str] = []
    section = _merged([_mapping(layer, "tagwise", complaints) for layer in layers])
    registries = _mapping(section.get("registries"), "registries", complaints)
    ignore = _mapping(section.get("ignore"), "ignore", complaints)
    complaints += [f"setting ignore.{key}: use paths or images" for key in {*ignore} - _IGNORABLE]
    settings = Settings(
        registries={name: _registry(name, value, complaints) for name, value in registries.items()},
        build_args=dict(_build_args(section.get("buildArgs"), complaints)),
        platform=_platform(section.get("platform"), complaints),
        offline=_flag(section.get("offline"), "offline", complaints, default=False),
        engine=_engine(section.get("engine"), complaints),
        exclude=tuple(_strings(section.get("exclude"), "exclude", complaints)),
        compose_files=tuple(_strings(section.get("composeFiles"), "composeFiles", complaints)),
        env_files=tuple(_strings(section.get("envFiles"), "envFiles", complaints)),
        places=read_places(section.get("places"), complaints),
        rules=dict(_rules(section.get("rules"), complaints)),
        ignored_paths=dict(_ignored(ignore.get("paths"), "ignore.paths", complaints)),
        ignored_images=dict(_ignored(ignore.get("images"), "ignore.images", complaints)),
        allowed=tuple(_strings(section.get("allowed"), "allowed", complaints)),
        code_lens=_enabled(section.get("codeLens"), "codeLens", complaints),
        inlay_hints=_enabled(section.get("inlayHints"), "inlayHints", complaints),
    )
    return settings, tuple(complaints)


def of_repository(layer: Layer) -> tuple[Layer, tuple[str, ...]]:
    """Return what of a layer a repository may say, and a sentence for each other key."""
    complaints = [
        f"{key}: only a user may set this, not a repository"
        if key in USER_KEYS
        else f"{key}: there is no such setting"
        for key in layer
        if key not in REPOSITORY_KEYS
    ]
    kept = {key: value for key, value in layer.items() if key in REPOSITORY_KEYS}
    places = kept.get("places")
    if isinstance(places, list):
        kept["places"] = without_patterns(cast("list[object]", places), complaints)
    return kept, tuple(complaints)


def _merged(layers: list[Layer]) -> Layer:
    """Lay the layers over each other, objects entry by entry."""
    merged: dict[str, object] = {}
    for layer in layers:
        for key, value in layer.items():
            below = merged.get(key)
            if isinstance(value, Mapping) and isinstance(below, Mapping):
                merged[key] = {**below, **value}
            elif value is not None:
                merged[key] = value
    return merged


def _build_args(raw: object, complaints: list[str]) -> Iterator[tuple[str, str]]:
    for name, value in _mapping(raw, "buildArgs", complaints).items():
        if isinstance(value, str):
            yield name, value
        else:
            complaints.append(f"setting buildArgs.{name}: {value!r} is no string")


def _rules(raw: object, complaints: list[str]) -> Iterator[tuple[str, Severity | None]]:
    for name, value in _mapping(raw, "rules", complaints).items():
        if name not in RULE_BY_ID:
            complaints.append(f"setting rules.{name}: there is no such rule")
        elif value == OFF:
            yield name, None
        elif value in SEVERITIES:
            yield name, Severity(value)
        else:
            known = ", ".join((OFF, *SEVERITIES))
            complaints.append(f"setting rules.{name}: {value!r} is none of {known}")


def _ignored(
    raw: object, where: str, complaints: list[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for pattern, value in _mapping(raw, where, complaints).items():
        rules = tuple(_strings(value, f"{where}.{pattern}", complaints))
        unknown = [rule for rule in rules if rule not in RULE_BY_ID and rule != EVERY_RULE]
        complaints += [f"setting {where}.{pattern}: there is no rule {rule!r}" for rule in unknown]
        yield pattern, rules


def _registry(name: str, raw: object, complaints: list[str]) -> RegistrySettings:
    where = f"registries.{name}"
    value = _mapping(raw, where, complaints)
    return RegistrySettings(
        mirrors=tuple(_mirrors(value.get("mirrors"), f"{where}.mirrors", complaints)),
        upstream=_flag(value.get("upstream"), f"{where}.upstream", complaints, default=True),
        insecure=_flag(value.get("insecure"), f"{where}.insecure", complaints, default=False),
        realms=tuple(_strings(value.get("realms"), f"{where}.realms", complaints)),
    )


def _mirrors(raw: object, where: str, complaints: list[str]) -> Iterator[str]:
    """Yield the mirrors that are addresses: a host, or an http or https URL without a user."""
    for each in _strings(raw, where, complaints):
        if _MIRROR.fullmatch(each):
            yield each
        elif "@" in each:  # What stands before may be a password.
            host = each.rpartition("@")[2].partition("/")[0]
            complaints.append(f"setting {where}: no user goes into a URL: `docker login {host}`")
        else:
            complaints.append(f"setting {where}: {each!r} is no host and no http or https URL")


def _platform(raw: object, complaints: list[str]) -> Platform | None:
    if raw is None or raw == "":
        return None
    try:
        return Platform.parse(str(raw))
    except InvalidPlatform as error:
        complaints.append(f"setting platform: {error}")
        return None


def _engine(raw: object, complaints: list[str]) -> str:
    """Read an engine's address: a URL such as `unix:///run/docker.sock`, or a path, or `host:port`."""
    if raw is None or raw == "":
        return ""
    if isinstance(raw, str) and _ENGINE.fullmatch(raw):
        return raw
    complaints.append(f"setting engine: {raw!r} is no address such as unix:///var/run/docker.sock")
    return ""


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


def _enabled(raw: object, where: str, complaints: list[str]) -> bool | None:
    said = _mapping(raw, where, complaints).get("enabled")
    if said is None:
        return None
    return _flag(said, f"{where}.enabled", complaints, default=False)


def _flag(raw: object, where: str, complaints: list[str], *, default: bool) -> bool:
    if raw is None or isinstance(raw, bool):
        return default if raw is None else raw
    complaints.append(f"setting {where}: {raw!r} is neither true nor false")
    return default

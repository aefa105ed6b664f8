"""Reads `registries.conf`, the file Podman, Buildah and Skopeo look up registries in.

    [[registry]]
    prefix = "*.example.com/team"       location = "inner.example/team"
    insecure = false   blocked = false   mirror-by-digest-only = false
    [[registry.mirror]]
    location = "mirror.example"   insecure = false   pull-from-mirror = "digest-only"

    [registries.insecure]                [registries.block]              version 1, alone in its file
    registries = ["inner.example"]       registries = ["docker.io"]

Follows containers-registries.conf(5); short names are left out.  Text in, rules out; what cannot be
used is told in the log.
Does not know where the file is.
"""

import logging
import tomllib
from collections.abc import Iterator
from typing import Final

from tagwise.oci.json_document import (
    JsonObject,
    as_object,
    list_field,
    object_field,
    text_field,
    words_field,
)
from tagwise.registry.mirrors import Mirror, Pulls, RegistryRule

_LOG: Final = logging.getLogger(__name__)


def read_registries_conf(text: str, *, origin: str) -> tuple[RegistryRule, ...]:
    """Read the rules; `origin` names the file to a person."""
    try:
        document = as_object(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        _LOG.warning("%s is not used: %s", origin, error)
        return ()
    rules = tuple(_rules(document, origin))
    old = tuple(_old_rules(document))
    if rules and old:
        _LOG.warning(
            "%s mixes two versions of its format: what it says in the old is passed over", origin
        )
    return rules or old


def merged(*files: tuple[RegistryRule, ...]) -> tuple[RegistryRule, ...]:
    """Put files together: of two rules for the same prefix the later one counts."""
    return tuple({rule.prefix: rule for rules in files for rule in rules}.values())


def _rules(document: JsonObject, origin: str) -> Iterator[RegistryRule]:
    for entry in map(as_object, list_field(document, "registry")):
        location = _location(entry)
        prefix = text_field(entry, "prefix").strip("/") or location
        if not prefix:
            _LOG.warning("%s has a registry with neither prefix nor location", origin)
            continue
        is_wildcard = prefix.startswith("*.")
        yield RegistryRule(
            prefix=prefix,
            location=location or ("" if is_wildcard else prefix),
            is_insecure=entry.get("insecure") is True,
            is_blocked=entry.get("blocked") is True,
            mirrors=tuple(_mirrors(entry, origin)),
        )


def _old_rules(document: JsonObject) -> Iterator[RegistryRule]:
    section = object_field(document, "registries")
    insecure, blocked = _listed(section, "insecure"), _listed(section, "block")
    for prefix in dict.fromkeys((*insecure, *blocked)):
        yield RegistryRule(
            prefix, location=prefix, is_insecure=prefix in insecure, is_blocked=prefix in blocked
        )


def _listed(section: JsonObject, name: str) -> tuple[str, ...]:
    texts = words_field(object_field(section, name), "registries")
    return tuple(prefix for text in texts if (prefix := text.strip("/")))


def _mirrors(registry: JsonObject, origin: str) -> Iterator[Mirror]:
    by_digest_only = registry.get("mirror-by-digest-only") is True
    for entry in map(as_object, list_field(registry, "mirror")):
        location, pulls = _location(entry), text_field(entry, "pull-from-mirror") or "all"
        if not location or pulls not in {each.value for each in Pulls}:
            _LOG.warning("%s has a mirror that cannot be used: %s", origin, location or "nowhere")
            continue
        yield Mirror(
            location=location,
            is_insecure=entry.get("insecure") is True,
            pulls=Pulls.BY_DIGEST if by_digest_only else Pulls(pulls),
        )


def _location(entry: JsonObject) -> str:
    """Read a location; a scheme is an error there, which people make and Podman tells them."""
    return text_field(entry, "location").rpartition("://")[2].strip("/")

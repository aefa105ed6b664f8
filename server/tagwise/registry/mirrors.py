"""What the machine's own configuration says of registries: mirrors, other places, insecure hosts.

Follows containers-registries.conf(5) for rules, and Docker's `daemon.json` for the rest.
Does not know the files, nor what becomes of a rule.
"""

from enum import Enum
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final
from urllib.parse import urlsplit

import attrs

from tagwise.registry.addresses import literal_address

_ENDS_OF_A_NAME: Final = ("", "/", ":", "@")


class Pulls(Enum):
    """Which references a mirror is asked for."""

    ALL = "all"
    BY_DIGEST = "digest-only"
    BY_TAG = "tag-only"

    def covers(self, *, by_digest: bool) -> bool:
        return self is Pulls.ALL or (self is Pulls.BY_DIGEST) == by_digest


@attrs.frozen
class Mirror:
    """A host with an optional path before the repository's name, or a URL of both."""

    location: str
    is_insecure: bool = False
    pulls: Pulls = Pulls.ALL


@attrs.frozen
class RegistryRule:
    """What is said of every name that begins with `prefix`: a host, with a path or not.

    `*.example.com` is any host below.  What follows the prefix is looked for at `location`; an
    empty one leaves the name as it is.
    """

    prefix: str
    location: str = ""
    is_insecure: bool = False
    is_blocked: bool = False
    mirrors: tuple[Mirror, ...] = ()

    def matched(self, name: str) -> int:
        """Return how much of `name` (registry and repository) the prefix is; 0 if it is not."""
        if not self.prefix.startswith("*."):
            end = len(self.prefix)
            is_match = name.startswith(self.prefix) and name[end : end + 1] in _ENDS_OF_A_NAME
            return end if is_match else 0
        suffix = self.prefix.removeprefix("*")
        start = name.find(suffix)
        end = start + len(suffix)
        is_match = start > 0 and "/" not in name[:start] and name[end : end + 1] in _ENDS_OF_A_NAME
        return end if is_match else 0


@attrs.frozen
class MachineConfiguration:
    """`hub_mirrors` stand in for Docker Hub; `insecure` has hosts, and networks of addresses."""

    rules: tuple[RegistryRule, ...] = ()
    hub_mirrors: tuple[str, ...] = ()
    insecure: tuple[str, ...] = ()

    def rule_for(self, name: str) -> RegistryRule | None:
        """Find the rule with the longest match; one that names the host goes before a wildcard."""
        return max(
            (rule for rule in self.rules if rule.matched(name)),
            key=lambda rule: (
                rule.matched(name),
                not rule.prefix.startswith("*"),
                len(rule.prefix),
            ),
            default=None,
        )

    def is_insecure(self, host: str) -> bool:
        """Whether `host`, with its port as in a reference, is listed or in a network that is."""
        if host in self.insecure:
            return True
        try:
            address = literal_address(urlsplit(f"//{host}").hostname or "")
        except ValueError:
            return False
        return address is not None and any(
            address in network for network in map(_network, self.insecure) if network is not None
        )


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False) if "/" in text else None
    except ValueError:
        return None

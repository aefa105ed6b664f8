"""Which addresses may be connected to, on whose behalf.

    PUBLIC     anybody's
    PRIVATE    a registry's own; a token service or a redirect only for a registry that is there too
    LOOPBACK   by a loopback name only; on behalf of a registry only for one that is there too
    NEVER      link-local, where clouds keep their metadata and its credentials; multicast, reserved

Carrier-grade NAT (RFC 6598), benchmarking (RFC 2544) and all else that is not globally reachable
counts as private.  Does not know names: that is the resolver's work.
"""

import socket
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

# Metadata and host services outside of link-local: AWS and Google over IPv6, Alibaba, Azure, Oracle.
_METADATA: Final = frozenset(
    map(
        ip_address,
        (
            "fd00:ec2::254",
            "fd20:ce::254",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
        ),
    )
)
_NAT64: Final = IPv6Network("64:ff9b::/96")


class Zone(IntEnum):
    """How near an address is; what may reach one zone may reach those before it."""

    PUBLIC = 0
    PRIVATE = 1
    LOOPBACK = 2
    NEVER = 3


def zone_of(address: Address) -> Zone:
    """Tell the zone; an IPv4 address inside an IPv6 one counts as what it is."""
    inner = _embedded(address)
    if inner is not None:
        return zone_of(inner)
    if address.is_loopback:
        return Zone.LOOPBACK
    if (
        address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address.is_reserved
        or address in _METADATA
    ):
        return Zone.NEVER
    is_site_local = isinstance(address, IPv6Address) and address.is_site_local
    return Zone.PUBLIC if address.is_global and not is_site_local else Zone.PRIVATE


def literal_address(host: str) -> Address | None:
    """Read a host that is an address, also in the forms only C's resolver knows (`127.1`)."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _embedded(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]

"""The proxies of the environment or the system, and who is spoken to without one.

    HTTPS_PROXY  HTTP_PROXY  ALL_PROXY     http and https; another kind of proxy is not used
    NO_PROXY     *  host  .domain  *.domain  address  network/bits, the names with a port or without

Never a proxy to this machine.  Follows golang.org/x/net/http/httpproxy, as engines do, besides what
the system itself has been told.  Does not know who may be connected to.
"""

import logging
import ssl
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, getproxies_environment, proxy_bypass

import httpx
import truststore

from tagwise.registry.addresses import literal_address
from tagwise.registry.hosts import is_loopback

_LOG: Final = logging.getLogger(__name__)
_PORTS: Final = {"http": 80, "https": 443}


class Proxies:
    """What there was when the program started."""

    def __init__(self) -> None:
        self._proxies = _proxies()
        exceptions = getproxies_environment().get("no", "").split(",")
        self._exceptions = tuple(each for text in exceptions if (each := text.strip().lower()))

    def named(self, scheme: str) -> httpx.Proxy:
        """Give the proxy that `scheme_for` named."""
        return self._proxies[scheme]

    def scheme_for(self, url: httpx.URL) -> str:
        """Name the scheme whose proxy is to be used; empty for none."""
        port = url.port or _PORTS.get(url.scheme, 0)
        if (
            is_loopback(url.netloc.decode())
            or any(_excepts(each, url.host.lower(), port) for each in self._exceptions)
            or proxy_bypass(url.host)
        ):
            return ""
        return next((each for each in (url.scheme, "all") if each in self._proxies), "")


def _excepts(exception: str, host: str, port: int) -> bool:
    if exception == "*":
        return True
    address = literal_address(host)
    try:
        network = ip_network(exception, strict=False)
    except ValueError:
        pass
    else:
        return address is not None and address in network
    try:
        parts = urlsplit(f"//{exception}")
        name, wanted = (parts.hostname or "").removeprefix("*"), parts.port
    except ValueError:
        return False
    if not name or wanted not in {None, port}:
        return False
    if address is not None:
        return literal_address(name) == address
    return host == name or host.endswith(f".{name.removeprefix('.')}")


def _proxies() -> Mapping[str, httpx.Proxy]:
    """Read the proxies, by the scheme they are for."""
    proxies: dict[str, httpx.Proxy] = {}
    for scheme, address in getproxies().items():
        if scheme not in {"http", "https", "all"}:
            continue
        proxy = _proxy(address if "://" in address else f"http://{address}")
        if proxy is None:
            _LOG.warning("the proxy for %s is not used: it is no HTTP proxy's address", scheme)
        else:
            proxies[scheme] = proxy
    return proxies


def _proxy(address: str) -> httpx.Proxy | None:
    """Read an address; a proxy that is itself spoken to over TLS is one the system trusts."""
    try:
        url = httpx.URL(address)
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if url.scheme == "https" else None
        proxy = httpx.Proxy(url, ssl_context=context)
    except (ValueError, httpx.InvalidURL):
        return None
    return proxy if proxy.url.scheme in {"http", "https"} else None

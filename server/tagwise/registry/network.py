"""The network: which way, with which certificates, to which addresses.

Through a proxy only addresses that are written out can be checked.  Does not know registries: each
request says on behalf of which one it is.
"""

import logging
import ssl
from typing import Final, cast

import attrs
import httpcore
import httpx
import truststore

from tagwise.registry.addresses import Zone, literal_address, zone_of
from tagwise.registry.certificates import CertificateFolders, HostCertificates
from tagwise.registry.checked_backend import (
    AddressRefused,
    CheckedBackend,
    Resolve,
    check_address,
    resolve,
)
from tagwise.registry.extensions import BEHALF, Behalf
from tagwise.registry.hosts import is_loopback
from tagwise.registry.proxies import Proxies
from tagwise.registry.ready_backend import ReadyBackend

_LOG: Final = logging.getLogger(__name__)
_CONNECTIONS: Final = 100
_IDLE: Final = 20
_IDLE_SECONDS: Final = 30
_DEFAULT_PORTS: Final = frozenset({80, 443})


@attrs.frozen
class _Way:
    """What decides which pool of connections a request may use."""

    reach: Zone
    is_insecure: bool
    certificates: HostCertificates
    proxy: str


class NetworkTransport(httpx.AsyncBaseTransport):
    """`resolve` and `backend` are for tests of hosts that are not there."""

    def __init__(
        self,
        certificates: CertificateFolders | None = None,
        *,
        resolve: Resolve = resolve,
        backend: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._certificates = certificates or CertificateFolders()
        self._resolve = resolve
        # The cast is for httpcore's stand-in where anyio is missing; httpx always brings it.
        self._backend = backend or cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())
        self._proxies = Proxies()
        self._contexts: dict[tuple[bool, HostCertificates], ssl.SSLContext] = {}
        self._transports: dict[_Way, httpx.AsyncHTTPTransport] = {}
        self._zones: dict[str, Zone] = {}
        self._certificates_of: dict[str, HostCertificates] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        way = self._way(request.url, request.extensions[BEHALF])
        return await self._for(way).handle_async_request(request)

    def prepare(self, url: httpx.URL, behalf: Behalf, *, seconds: float) -> None:
        """Connect ahead for a request that is about to come, where nothing is in between."""
        try:
            transport = self._for(self._way(url, behalf))
        except AddressRefused:
            return  # It will be told to the request itself.
        if isinstance(transport, _DirectTransport):
            transport.prepare(url, seconds=seconds)

    async def aclose(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()

    def _for(self, way: _Way) -> httpx.AsyncHTTPTransport:
        transport = self._transports.get(way)
        if transport is None:
            transport = self._transports[way] = self._transport(way)
        return transport

    def _way(self, url: httpx.URL, behalf: Behalf) -> _Way:
        host = url.netloc.decode()
        proxy = self._proxies.scheme_for(url)
        reach = self._reach(behalf, host)
        literal = literal_address(url.host) if proxy else None
        if literal is not None:
            check_address(host, literal, reach=reach)
        is_insecure = behalf.is_insecure and host == behalf.registry
        certificates = self._certificates_of.get(host)
        if certificates is None:
            certificates = self._certificates_of[host] = self._certificates.of(host)
        return _Way(reach, is_insecure, certificates, proxy)

    def _reach(self, behalf: Behalf, host: str) -> Zone:
        """Tell how near a host may be: a registry where it likes, others where the registry is."""
        if host == behalf.registry:
            return Zone.LOOPBACK if is_loopback(host) else Zone.PRIVATE
        if behalf.is_trusted:
            return Zone.PRIVATE
        literal = literal_address(httpx.URL(f"//{behalf.registry}").host)
        if literal is not None:
            return zone_of(literal)
        return self._zones.get(behalf.registry, Zone.PUBLIC)

    def _transport(self, way: _Way) -> httpx.AsyncHTTPTransport:
        context = self._context(way)
        if way.proxy:
            proxy = self._proxies.named(way.proxy)
            return httpx.AsyncHTTPTransport(
                verify=context, http2=True, trust_env=False, proxy=proxy
            )
        backend = CheckedBackend(
            reach=way.reach, resolve=self._resolve, backend=self._backend, seen=self._seen
        )
        return _DirectTransport(context, backend)

    def _seen(self, host: str, port: int, zone: Zone) -> None:
        """Remember where a host was found; whoever was public once does not get private later."""
        name = f"[{host}]" if ":" in host else host
        netloc = name if port in _DEFAULT_PORTS else f"{name}:{port}"
        self._zones[netloc] = min(zone, self._zones.get(netloc, zone))

    def _context(self, way: _Way) -> ssl.SSLContext:
        key = (way.is_insecure, way.certificates)
        context = self._contexts.get(key)
        if context is None:
            context = self._contexts[key] = _tls(*key)
        return context


class _DirectTransport(httpx.AsyncHTTPTransport):
    """httpx's own, with a network backend of ours: its constructor takes none."""

    def __init__(self, context: ssl.SSLContext, backend: CheckedBackend) -> None:
        self._ready = ReadyBackend(backend, context)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=_CONNECTIONS,
            max_keepalive_connections=_IDLE,
            keepalive_expiry=_IDLE_SECONDS,
            http2=True,
            network_backend=self._ready,
        )

    def prepare(self, url: httpx.URL, *, seconds: float) -> None:
        """Connect ahead, unless a connection is there that would do."""
        wanted = httpcore.URL(url.raw_scheme + b"://" + url.netloc).origin
        if any(
            each.can_handle_request(wanted) and each.is_available()
            for each in self._pool.connections
        ):
            return
        is_secure = wanted.scheme == b"https"
        self._ready.prepare(
            wanted.host.decode("ascii"), wanted.port, is_secure=is_secure, seconds=seconds
        )

    async def aclose(self) -> None:
        await super().aclose()
        await self._ready.aclose()


def _tls(is_insecure: bool, certificates: HostCertificates) -> ssl.SSLContext:  # noqa: FBT001
    context: ssl.SSLContext
    if is_insecure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for authority in certificates.authorities:
        try:
            context.load_verify_locations(authority)
        except OSError as error:  # ssl.SSLError, too
            _LOG.warning("%s is not used: it is no certificate (%s)", authority, error)
    for certificate, key in certificates.clients:
        try:
            context.load_cert_chain(certificate, key, password=_no_password)
        except OSError as error:
            why = f"its key is none, or asks for a password: {error}"
            _LOG.warning("%s is not used (%s)", certificate, why)
    return context


def _no_password() -> str:
    """Stand in for OpenSSL's own question, which would wait at a terminal for an answer."""
    return ""

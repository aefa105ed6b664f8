"""Ways to an engine: a unix socket, tcp with or without TLS, and any other through docker itself.

What only the docker command can reach (Windows' named pipes, ssh) is reached through `docker system
dial-stdio`, whose standard input and output are the connection.  The command is started without a
shell, in the home folder.  Does not know what is said over the connection.
"""

import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

import attrs
import httpcore
import httpx

from tagwise.engine.dial_stdio import DialStdioBackend
from tagwise.engine.docker_contexts import TlsFiles
from tagwise.engine.endpoint import EngineEndpoint
from tagwise.engine.unix_socket import UnixSocketBackend
from tagwise.errors import EngineUnreachable

FindProgram: TypeAlias = Callable[[str], Path | None]
"""Finds a program's absolute path, outside of any workspace."""

_PLAIN: Final = frozenset({"tcp", "http", "https"})
_CONNECTIONS: Final = 8


@attrs.frozen
class Way:
    """A transport, and the URL under which the engine's paths are asked for over it."""

    transport: httpx.AsyncBaseTransport
    base_url: str


def way_to(
    endpoint: EngineEndpoint, *, find: FindProgram, environment: Mapping[str, str], home: Path
) -> Way:
    """Choose the way to an engine; nothing is connected yet.

    :raises EngineUnreachable: if it takes a program that is not installed, or TLS files that are
        none.
    """
    if socket := endpoint.socket:
        return Way(_OwnNetworkTransport(UnixSocketBackend(socket)), "http://engine")
    if endpoint.scheme in _PLAIN:
        return _over_tcp(endpoint)
    program = find("docker")
    if program is None:
        raise EngineUnreachable(
            f"{endpoint} is reached through the docker command, which is not installed or not on "
            "PATH: install it, or set DOCKER_HOST to a unix socket or a tcp address",
            endpoint=str(endpoint),
        )
    backend = DialStdioBackend(program, endpoint.address, environment=environment, home=home)
    return Way(_OwnNetworkTransport(backend), "http://engine")


def _over_tcp(endpoint: EngineEndpoint) -> Way:
    address = endpoint.address.partition("://")[2].rstrip("/")
    if endpoint.tls is None and endpoint.scheme != "https":
        return Way(httpx.AsyncHTTPTransport(), f"http://{address}")
    try:
        context = _context(endpoint.tls)
    except (OSError, ssl.SSLError) as error:
        raise EngineUnreachable(
            f"the certificates for {endpoint}, from {endpoint.origin}, cannot be used: {error}",
            endpoint=str(endpoint),
        ) from error
    return Way(httpx.AsyncHTTPTransport(verify=context), f"https://{address}")


def _context(tls: TlsFiles | None) -> ssl.SSLContext:
    authority = str(tls.ca) if tls and tls.ca else None
    context = ssl.create_default_context(cafile=authority)
    if tls and not tls.verifies:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls and tls.certificate:
        context.load_cert_chain(tls.certificate, tls.key)
    return context


class _OwnNetworkTransport(httpx.AsyncHTTPTransport):
    """An httpx transport over another network: httpx itself offers no place to put one."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            network_backend=backend, max_connections=_CONNECTIONS
        )

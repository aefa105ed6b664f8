"""An internet on this machine: names with addresses of any kind, and who answers at each."""

from contextlib import AsyncExitStack
from ipaddress import ip_address

import httpcore

from tagwise.demo.registry_server import serve
from tagwise.registry.addresses import literal_address
from tagwise.registry.checked_backend import HopelessConnection
from tagwise.registry.hosts import RegistrySettings
from tagwise.registry.network import NetworkTransport


class Internet:
    """`names` gives the addresses of a name, or a list of them for each time it is asked for."""

    def __init__(self):
        self.names = {}
        self.connected = []
        self.resolved = []
        self._servers = {}
        self._stack = AsyncExitStack()
        self._backend = httpcore.AnyIOBackend()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self._stack.aclose()

    async def host(self, handler, *addresses, name=None):
        """Have `handler` answer at `addresses`, and give `name` to them."""
        server = await self._stack.enter_async_context(serve(handler))
        self._servers |= dict.fromkeys(addresses, int(server.rpartition(":")[2]))
        if name:
            self.names[name] = addresses

    def transport(self, **options) -> NetworkTransport:
        return NetworkTransport(resolve=self.resolve, backend=self, **options)

    async def resolve(self, host, _port):
        self.resolved.append(host)
        literal = literal_address(host)
        if literal is not None:
            return (literal,)
        found = self.names.get(host)
        if isinstance(found, list):
            found = found.pop(0)
        if not found:
            raise HopelessConnection(f"no address is known for {host}")
        return tuple(map(ip_address, found))

    async def connect_tcp(self, host, _port, timeout, *_):  # noqa: ASYNC109
        self.connected.append(host)
        server = self._servers.get(host)
        if server is None:
            raise httpcore.ConnectError("nobody listens")
        return await self._backend.connect_tcp("127.0.0.1", server, timeout)


def plain(*hosts):
    """Have each host asked over plain http, as if the user had said so."""
    return {host: RegistrySettings(mirrors=(f"http://{host}",), upstream=False) for host in hosts}

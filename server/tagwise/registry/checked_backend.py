"""Connections that are checked where they are made.

A name is resolved once, each of its addresses checked, and the connection made to an address that
passed: what the name means a moment later does not matter.  Where there are several, a second is
tried when the first keeps one waiting (RFC 8305).
Does not know what the connection is for.
"""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Final, TypeAlias

import httpcore
import httpx

from tagwise.registry.addresses import Address, Zone, literal_address, zone_of
from tagwise.registry.hosts import is_loopback

_STAGGER: Final = 0.25
_WORDS: Final = {
    Zone.PRIVATE: "a private address, where only a registry of that network may send us",
    Zone.LOOPBACK: "this machine, which is asked by a name of its own only",
    Zone.NEVER: "an address no registry has",
}

Resolve: TypeAlias = Callable[[str, int], Awaitable[tuple[Address, ...]]]
LookUp: TypeAlias = Callable[
    ..., Iterable[tuple[object, object, object, object, tuple[object, ...]]]
]
"""`socket.getaddrinfo`, or what stands in for it."""


class HopelessConnection(httpx.ConnectError):
    """No connection, and trying again would not change that."""


class AddressRefused(HopelessConnection):
    """The address is one that must not be connected to."""


def check_address(host: str, address: Address, *, reach: Zone) -> Zone:
    """Tell the zone of `address`, which `host` was resolved to.

    :raises AddressRefused: unless it is within `reach`.
    """
    zone = zone_of(address)
    if zone > reach or (zone is Zone.LOOPBACK and not is_loopback(host)):
        raise AddressRefused(f"{address} is {_WORDS[zone]}")
    return zone


async def resolve(
    host: str, port: int, *, look_up: LookUp = socket.getaddrinfo
) -> tuple[Address, ...]:
    """Ask the system what `host` means.

    :raises httpx.ConnectError: if it means nothing, hopelessly unless the system could not say.
    """
    literal = literal_address(host)
    if literal is not None:
        return (literal,)
    try:
        # Of bytes: a text is put through a codec for IDNA first, and whoever asks has done that.
        name = host.encode("ascii")
        found = await _looked_up(partial(look_up, name, port, type=socket.SOCK_STREAM))
    except OSError as error:
        kind = httpx.ConnectError if error.errno == socket.EAI_AGAIN else HopelessConnection
        raise kind(f"no address is known for {host} ({error.strerror})") from error
    except UnicodeError as error:
        raise HopelessConnection(f"{host[:100]} is no name of a host") from error
    addresses = (literal_address(text) for text in dict.fromkeys(found))
    return tuple(address for address in addresses if address is not None)


async def _looked_up(look_up: LookUp) -> list[str]:
    """Look up in a thread of its own, which nobody has to wait for.

    The system may take half a minute and cannot be stopped: asyncio's threads are few, and a
    program does not end before they have.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()

    def tell(addresses: list[str], error: OSError | UnicodeError | None) -> None:
        if found.done():
            return
        if error is None:
            found.set_result(addresses)
        else:
            found.set_exception(error)

    def look() -> None:
        addresses, failure = list[str](), None
        try:
            addresses = [str(each[4][0]) for each in look_up()]
        except (OSError, UnicodeError) as error:
            failure = error
        with suppress(RuntimeError):  # The loop has been closed since.
            loop.call_soon_threadsafe(tell, addresses, failure)

    threading.Thread(target=look, name="look up a host", daemon=True).start()
    return await found


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects within `reach`, and tells `seen` which zone each host was found in."""

    def __init__(
        self,
        *,
        reach: Zone,
        resolve: Resolve,
        backend: httpcore.AsyncNetworkBackend,
        seen: Callable[[str, int, Zone], None],
    ) -> None:
        self._reach = reach
        self._resolve = resolve
        self._backend = backend
        self._seen = seen

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the protocol's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        async def connect(address: Address) -> httpcore.AsyncNetworkStream:
            return await self._backend.connect_tcp(
                str(address), port, None, local_address, socket_options
            )

        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
                zones = [check_address(host, each, reach=self._reach) for each in addresses]
                if not zones:
                    raise HopelessConnection(f"no address is known for {host}")
                stream = await _first(addresses, connect)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        self._seen(host, port, min(zones))
        return stream

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


async def _first(
    addresses: tuple[Address, ...],
    connect: Callable[[Address], Awaitable[httpcore.AsyncNetworkStream]],
) -> httpcore.AsyncNetworkStream:
    """Connect to whichever answers first, each begun when those before have failed or dawdle."""
    tasks: list[asyncio.Task[httpcore.AsyncNetworkStream]] = []
    left = list(addresses)
    try:
        while True:
            if left:
                tasks.append(asyncio.create_task(_connected(connect, left.pop(0))))
            running = [task for task in tasks if not task.done()]
            if running:
                await asyncio.wait(
                    running,
                    timeout=_STAGGER if left else None,
                    return_when=asyncio.FIRST_COMPLETED,
                )
            for task in tasks:
                if task.done() and task.exception() is None:
                    tasks.remove(task)
                    return task.result()
            if not left and all(task.done() for task in tasks):
                return tasks[0].result()
    finally:
        for task in tasks:
            task.cancel()
        for loser in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(loser, httpcore.AsyncNetworkStream):
                await loser.aclose()


async def _connected(
    connect: Callable[[Address], Awaitable[httpcore.AsyncNetworkStream]], address: Address
) -> httpcore.AsyncNetworkStream:
    return await connect(address)

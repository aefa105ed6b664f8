"""A socket on loopback whose connections a test carries itself: proxies, and what stands between."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

Carry = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def carried(carry: Carry) -> AsyncGenerator[str, None]:
    """Have `carry` do with each connection what it does, until the context ends; gives `host:port`."""
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader, writer):
        task = asyncio.ensure_future(carry(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()

"""The network of someone who is offline by choice: no request starts."""

import httpx


class OfflineTransport(httpx.AsyncBaseTransport):
    """Refuses every request as a connection that cannot be made."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.UnsupportedProtocol("offline, by setting", request=request)

"""A registry on loopback that drips: the layers of its one image never end."""

import asyncio
import json
from contextlib import asynccontextmanager

from support.real_parts import two_platform_image


class Drip:
    """A registry with one image, whose layers never end."""

    def __init__(self):
        self.host = ""
        self.begun = asyncio.Event()
        self.left = asyncio.Event()
        image = two_platform_image()
        self.top = image.top
        self.manifests = {str(each.digest): each for each in (*image.manifests, image.top)}
        configs = {
            json.loads(each.body)["config"]["digest"]
            for each in image.manifests
            if "config" in json.loads(each.body)
        }
        self.configs = {
            str(each.digest): each.body for each in image.blobs if str(each.digest) in configs
        }

    async def serve(self, reader, writer):
        try:
            while head := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                method, path, _ = head.decode("latin-1").split(" ")
                await self.answer(method, path, writer)
        except ConnectionError:
            self.left.set()
        finally:
            writer.close()

    async def answer(self, method, path, writer):
        name = path.rpartition("/")[2]
        manifest = self.manifests.get(name, self.top)
        if "/manifests/" in path:
            say(writer, method, manifest.body, manifest.media_type, str(manifest.digest))
        elif name in self.configs:
            say(writer, method, self.configs[name], "application/octet-stream")
        elif "/blobs/" in path:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
            while True:
                writer.write(b"x" * 1000)
                await writer.drain()
                self.begun.set()
                await asyncio.sleep(0.02)
        else:
            say(writer, method, b"{}", "application/json")
        await writer.drain()


def say(writer, method, body, media_type, digest=""):
    named = f"Docker-Content-Digest: {digest}\r\n" if digest else ""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}{named}\r\n".encode() + (b"" if method == "HEAD" else body))


@asynccontextmanager
async def dripping_registry():
    drip = Drip()
    server = await asyncio.start_server(drip.serve, "127.0.0.1", 0)
    drip.host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield drip
    finally:
        server.close()
        await server.wait_closed()

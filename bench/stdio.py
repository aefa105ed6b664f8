"""A bare JSON-RPC client over pipes, so that what is measured is the server."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path


class Server:
    """A language server as a child process; one request at a time."""

    def __init__(self, *command: str, environment: dict[str, str] | None = None) -> None:
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
        )
        self._number = 0
        self.capabilities: dict[str, object] = {}

    @property
    def pid(self) -> int:
        return self._process.pid

    def initialize(self, **options: object) -> float:
        """Introduce ourselves; return the seconds since the process was started."""
        told = self.request(
            "initialize",
            {"processId": None, "rootUri": None, "capabilities": CAPABILITIES, **options},
        )
        self.capabilities = told["capabilities"]
        took = time.perf_counter() - self.started
        self.notify("initialized", {})
        return took

    def open(self, uri: str, language: str, text: str) -> None:
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def hover(self, uri: str, line: int, character: int) -> object:
        position = {"line": line, "character": character}
        return self.request(
            "textDocument/hover", {"textDocument": {"uri": uri}, "position": position}
        )

    def request(self, method: str, params: object) -> object:
        self._number += 1
        self._send({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == self._number and "method" not in message:
                if "error" in message:
                    sys.exit(f"{method}: {message['error']}")
                return message.get("result")
            if "id" in message:
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": None})

    def notify(self, method: str, params: object) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def resident_kilobytes(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait(timeout=20)

    def stop(self) -> None:
        self.request("shutdown", None)
        self.notify("exit", None)
        self._process.wait(timeout=20)

    def _send(self, message: object) -> None:
        body = json.dumps(message).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _receive(self) -> dict[str, object]:
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(self._process.stdout.read(length))


CAPABILITIES = {
    "textDocument": {"hover": {"contentFormat": ["markdown", "plaintext"]}},
    "general": {"positionEncodings": ["utf-16"]},
}

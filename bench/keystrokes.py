"""How long after a keystroke a server has answered, beside the two servers that editors ship with.

    python bench/keystrokes.py      # PEERS names the folder of node_modules they are installed in

Each gets the same text and the same edits, a character each, told as it wants to hear of them, and is
asked for the document's links after each: `dockerfile-language-server-nodejs` and
`@microsoft/compose-language-service` answer that, too.
"""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter

from compose import compose_file
from dockerfile import FILLER, STAGE
from stdio import Server

EDITS = 60
FULL = 1
OURS = (sys.executable, "-m", "tagwise", "lsp")
PEERS = {
    "dockerfile": ("dockerfile-language-server-nodejs", "bin/docker-langserver"),
    "dockercompose": ("@microsoft/compose-language-service", "bin/docker-compose-langserver"),
}


def main() -> None:
    dockerfile = "ARG VERSION=3.12\n" + "".join(STAGE.format(n=n) + FILLER * 10 for n in range(10))
    compare("a 1,000-line Dockerfile", "dockerfile", dockerfile)
    for lines in (200, 10_000):
        # References of which all of them know a page.
        text = re.sub(r"registry.example.com/|\$\{TAG:-([\d.]+)\}", r"\1", compose_file(lines))
        compare(f"a compose file of {lines:,} lines", "dockercompose", text)


def compare(title: str, language: str, text: str) -> None:
    print(title, flush=True)
    name, program = PEERS[language]
    servers = {"tagwise": OURS}
    if (command := _peer(name, program)) is None:
        print(f"  missing: {name} (PEERS=…/node_modules) and node on PATH")
    else:
        servers[name] = command
    for server, command in servers.items():
        times = list(keystrokes(command, language, text))
        cuts = quantiles(times, n=100, method="inclusive")
        print(f"  {server:36} p50 {cuts[49]:7.1f} ms, p99 {cuts[98]:7.1f} ms", flush=True)


def _peer(name: str, program: str) -> tuple[str, ...] | None:
    folder, node = os.environ.get("PEERS"), shutil.which("node")
    if folder is None or node is None or not (found := Path(folder) / name / program).exists():
        return None
    return (node, str(found), "--stdio")


def keystrokes(command: tuple[str, ...], language: str, text: str) -> Iterator[float]:
    """Type a character all over the text, and take it away again; yield each answer's time."""
    uri = f"file:///nowhere/{language}"
    server = Server(*command, environment={"TAGWISE_OFFLINE": "1"})
    with closing(server):
        server.initialize()
        server.open(uri, language, text)
        expected = links(server, uri)
        chosen = Random(7)  # noqa: S311 - the same places in every run
        places = [match.end() for match in re.finditer("1|info|example|app", text)]
        version = 1
        for _ in range(EDITS):
            at = chosen.choice(places)
            typed = text[:at] + "x" + text[at:]
            for after, span, new in ((typed, (at, at), "x"), (text, (at, at + 1), "")):
                version += 1
                change = _change(server, text, span, after, new)
                document = {"uri": uri, "version": version}
                start = perf_counter()
                server.notify(
                    "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
                )
                found = links(server, uri)
                yield (perf_counter() - start) * 1e3
            if found != expected or not found:
                sys.exit(f"{command}: {found} links, {expected} at first")
        server.stop()


def _change(
    server: Server, text: str, span: tuple[int, int], after: str, new: str
) -> dict[str, object]:
    """Spell a change of part of a line as the server wants to hear of it."""
    sync = server.capabilities["textDocumentSync"]
    if (sync["change"] if isinstance(sync, dict) else sync) == FULL:
        return {"text": after}
    line = text.count("\n", 0, span[0])
    start = text.rfind("\n", 0, span[0]) + 1
    places = [{"line": line, "character": offset - start} for offset in span]
    return {"range": {"start": places[0], "end": places[1]}, "text": new}


def links(server: Server, uri: str) -> int:
    found = server.request("textDocument/documentLink", {"textDocument": {"uri": uri}})
    return len(found) if isinstance(found, list) else 0


if __name__ == "__main__":
    main()

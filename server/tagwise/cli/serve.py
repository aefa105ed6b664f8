"""Starts the language server, without the libraries a terminal needs: an editor waits for it."""

import argparse
import gc
import logging
import sys
from collections.abc import Sequence
from typing import Final

LEVELS: Final = ("debug", "info", "warning", "error")


def start(arguments: Sequence[str]) -> None:
    """Start as `tagwise lsp` does with these arguments."""
    parser = argparse.ArgumentParser(prog="tagwise lsp")
    parser.add_argument("--stdio", action="store_true", help="the default")
    parser.add_argument("--tcp", metavar="HOST:PORT")
    parser.add_argument("--log-level", choices=LEVELS, default="warning")
    # Editors add arguments of their own, such as --clientProcessId; they do no harm.
    options, _ = parser.parse_known_args(arguments)
    serve(tcp=options.tcp, log_level=options.log_level)


def serve(*, tcp: str | None, log_level: str) -> None:
    from tagwise.cli.parts import build_session
    from tagwise.lsp.methods import create_server

    # The protocol library logs whole messages at INFO.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("tagwise").setLevel(log_level.upper())
    server = create_server(build_session)
    _collect_less_often()
    if tcp is None:
        server.start_io()
        return
    host, _, port = tcp.rpartition(":")
    if not port.isdigit():
        sys.exit(f"tagwise: --tcp takes HOST:PORT, not {tcp!r}")
    server.start_tcp(host.strip("[]") or "127.0.0.1", int(port))


def _collect_less_often() -> None:
    """Spare the garbage collector what never becomes garbage, and let it wait for more.

    Reading a large document makes some hundred thousand objects at once and drops them together;
    with the defaults the collector takes a third of the time, walking the protocol's 10,000 classes
    and functions again and again.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)

"""Starts the language server, without the libraries a terminal needs: an editor waits for it."""

import argparse
import gc
import logging
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

LEVELS: Final = ("debug", "info", "warning", "error")
_HIGHEST_PORT: Final = 65535


def start(arguments: Sequence[str]) -> None:
    """Start as `tagwise lsp` does with these arguments."""
    parser = _Parser(prog="tagwise lsp")
    parser.add_argument("--stdio", action="store_true", help="the default")
    parser.add_argument("--tcp", metavar="HOST:PORT")
    parser.add_argument("--log-level", default="warning")
    # Editors add arguments of their own, such as --clientProcessId; they do no harm.
    options, _ = parser.parse_known_args(arguments)
    serve(tcp=options.tcp, log_level=options.log_level)


def serve(*, tcp: str | None, log_level: str) -> None:
    address = None if tcp is None else _address(tcp)
    if log_level not in LEVELS:
        _fail(f"--log-level takes one of {', '.join(LEVELS)}, not {log_level!r}", code=2)

    from tagwise.cli.parts import build_session
    from tagwise.lsp.methods import create_server

    # The protocol library logs whole messages at INFO.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("tagwise").setLevel(log_level.upper())
    server = create_server(build_session)
    _collect_less_often()
    if address is None:
        server.start_io()
        # LSP, "Exit Notification": 1 without a shutdown before; the library always ends well.
        sys.exit(0 if server.is_shut_down else 1)
    try:
        server.start_tcp(*address)
    except OSError as error:
        _fail(f"cannot listen at {tcp}: {error.strerror}", code=1)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        _fail(f"{message} (see --help)", code=2)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port[:6]) <= _HIGHEST_PORT):
        _fail(f"--tcp takes HOST:PORT, not {text!r}", code=2)
    return host.strip("[]") or "127.0.0.1", int(port)


def _fail(message: str, *, code: int) -> NoReturn:
    sys.stderr.write(f"tagwise: {message}\n")
    sys.exit(code)


def _collect_less_often() -> None:
    """Spare the garbage collector what never becomes garbage, and let it wait for more.

    Reading a large document makes some hundred thousand objects at once and drops them together;
    with the defaults the collector takes a third of the time, walking the protocol's 10,000 classes
    and functions again and again.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)

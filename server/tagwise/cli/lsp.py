"""`tagwise lsp`: the language server."""

from typing import Annotated

import typer

from tagwise.cli.serve import LEVELS, serve


def lsp(
    *,
    tcp: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Listen there instead of stdio.")
    ] = None,
    log_level: Annotated[
        str, typer.Option(help=f"What to log to standard error: {', '.join(LEVELS)}.")
    ] = "warning",
) -> None:
    """Start the language server, for an editor to talk to over stdio."""
    serve(tcp=tcp, log_level=log_level)

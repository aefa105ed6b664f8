"""The command line: the table of commands, and what becomes of errors.

Does not know what any command does.
"""

import logging
import os
import sys
from typing import Annotated, Final

import typer

from tagwise import __version__
from tagwise.cli.demo import demo
from tagwise.cli.digest import digest
from tagwise.cli.inspect import inspect
from tagwise.cli.lsp import lsp
from tagwise.cli.pin import pin, unpin, update
from tagwise.cli.refs import refs
from tagwise.cli.usage import WrongUsage
from tagwise.errors import TagwiseError

HELP: Final = """What a container image reference is, shown where you write it.

Reads the image references in Dockerfiles and compose files, and asks their registries which bytes \
a tag names today, for which platforms, how old, how big. Pins tags to digests.

Start with `tagwise refs`, `tagwise inspect python:3.12-slim`, or `tagwise pin --diff`.
"""


def run() -> None:
    """Run the command line; every error becomes one line on standard error."""
    app = typer.Typer(
        name="tagwise",
        help=HELP,
        invoke_without_command=True,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(options)
    for command in (refs, inspect, digest, pin, update, unpin, lsp, demo):
        app.command()(command)
    try:
        app()
    except WrongUsage as error:
        _fail(str(error), code=2)
    except TagwiseError as error:
        _fail(str(error), code=1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _fail(str(error), code=1)


def options(
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say on standard error what is asked of whom.")
    ] = False,
) -> None:
    if version:
        typer.echo(f"tagwise {__version__}")
        raise typer.Exit
    level = logging.DEBUG if verbose else logging.WARNING
    logging.basicConfig(level=level, format="tagwise: %(message)s")
    if verbose:
        for chatty in ("httpcore", "httpx", "hpack", "asyncio", "markdown_it"):
            logging.getLogger(chatty).setLevel(logging.WARNING)


def _fail(message: str, *, code: int) -> None:
    typer.echo(f"tagwise: {message}", err=True)
    sys.exit(code)

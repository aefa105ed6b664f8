"""The command line: the table of commands, and what becomes of errors.

Does not know what any command does.
"""

import logging
import os
import sys
from io import TextIOWrapper
from typing import Annotated, Final, NoReturn

import typer

from tagwise import __version__
from tagwise.cli.cache import cache_commands
from tagwise.cli.check import check
from tagwise.cli.demo import demo
from tagwise.cli.digest import digest
from tagwise.cli.doctor import doctor
from tagwise.cli.images import images
from tagwise.cli.inspect import inspect
from tagwise.cli.layers import layers
from tagwise.cli.lsp import lsp
from tagwise.cli.pin import pin, unpin, update
from tagwise.cli.prune import prune
from tagwise.cli.pull import pull
from tagwise.cli.refs import refs
from tagwise.cli.rm import rm
from tagwise.cli.tag import tag
from tagwise.cli.tags import tags
from tagwise.cli.usage import WrongUsage, told
from tagwise.errors import TagwiseError
from tagwise.ide.markup import clean

HELP: Final = """What a container image reference is, shown where you write it.

Reads the image references in Dockerfiles and compose files, and asks their registries which bytes \
a tag names today, for which platforms, how old, how big. Pins tags to digests.

\b
Start with one of
  tagwise refs                       what images this folder uses
  tagwise inspect python:3.12-slim   what that image is
  tagwise pin                        what pinning every image would change
"""
EPILOG: Final = """Exit status: 0 done; 1 something could not be found out or done, each with its \
reason; 2 wrong usage. `tagwise COMMAND --help` says more of a command."""


def run() -> None:
    """Run the command line; every error becomes one line on standard error."""
    app = typer.Typer(
        name="tagwise",
        help=HELP,
        epilog=EPILOG,
        invoke_without_command=True,
        # Plain help: it reads the same on every terminal, in a pipe and in a bug report.
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
    )
    app.callback()(options)
    for command in (
        refs,
        check,
        inspect,
        digest,
        tags,
        pin,
        update,
        unpin,
        images,
        pull,
        rm,
        tag,
        prune,
        layers,
        doctor,
        lsp,
        demo,
    ):
        app.command()(command)
    app.add_typer(cache_commands(), name="cache")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # File names may hold bytes that are no text, and not every terminal has every sign.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app(prog_name="tagwise", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        message = error.format_message().rstrip(".").replace("Value error, ", "")
        _fail(f"{message[:1].lower()}{message[1:]} (see --help)", code=2)
    except WrongUsage as error:
        _fail(str(error), code=2)
    except TagwiseError as error:
        _fail(str(error), code=1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except OSError as error:
        _fail(told(error), code=1)
    sys.exit(code)


def options(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say on standard error what is asked of whom.")
    ] = False,
) -> None:
    if version:
        typer.echo(f"tagwise {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit
    level = logging.DEBUG if verbose else logging.WARNING
    logging.basicConfig(level=level, format="tagwise: %(message)s")
    if verbose:
        for chatty in ("httpcore", "httpx", "hpack", "asyncio", "markdown_it"):
            logging.getLogger(chatty).setLevel(logging.WARNING)


def _fail(message: str, *, code: int) -> NoReturn:
    typer.echo(clean(f"tagwise: {message}"), err=True)
    sys.exit(code)

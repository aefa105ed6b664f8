"""The command line: the table of commands, and what becomes of errors.

Does not know what any command does.
"""

import logging
import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Annotated, Final, NoReturn

import typer

from tagwise import __version__
from tagwise.cli.usage import WrongUsage, told
from tagwise.errors import TagwiseError
from tagwise.ide.markup import clean

# A command's module is imported when it is asked for: nobody waits for what another one needs.
COMMANDS: Final = {
    "refs": "tagwise.cli.refs",
    "check": "tagwise.cli.check",
    "outdated": "tagwise.cli.outdated",
    "inspect": "tagwise.cli.inspect",
    "digest": "tagwise.cli.digest",
    "tags": "tagwise.cli.tags",
    "pin": "tagwise.cli.pin",
    "update": "tagwise.cli.pin",
    "unpin": "tagwise.cli.pin",
    "images": "tagwise.cli.images",
    "pull": "tagwise.cli.pull",
    "rm": "tagwise.cli.rm",
    "tag": "tagwise.cli.tag",
    "prune": "tagwise.cli.prune",
    "layers": "tagwise.cli.layers",
    "build-command": "tagwise.cli.build_command",
    "doctor": "tagwise.cli.doctor",
    "cache": "tagwise.cli.cache",
    "lsp": "tagwise.cli.lsp",
    "demo": "tagwise.cli.demo",
}
_INTERRUPTED: Final = 130
_VERBOSE: Final = frozenset({"--verbose", "-v"})
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
    for name in _wanted(sys.argv[1:]):
        _add(app, name)
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
    except (typer.Abort, KeyboardInterrupt):
        # Whoever interrupts knows why: a shell's word for it is the exit status.
        code = _INTERRUPTED
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


def _wanted(arguments: Sequence[str]) -> Iterable[str]:
    """Return the command that is asked for; all where help or completion may name them."""
    for argument in arguments:
        if argument in COMMANDS:
            return (argument,)
        if argument not in _VERBOSE:
            break
    return COMMANDS


def _add(app: typer.Typer, name: str) -> None:
    module = import_module(COMMANDS[name])
    if name == "cache":
        app.add_typer(module.cache_commands(), name=name)
    else:
        app.command(name)(getattr(module, name.replace("-", "_")))


def _fail(message: str, *, code: int) -> NoReturn:
    typer.echo(clean(f"tagwise: {message}"), err=True)
    sys.exit(code)

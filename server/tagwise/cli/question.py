"""Asking a person at the terminal for a yes; anything else is a no.

Does not know what for.
"""

import sys
from typing import Final

import typer

from tagwise.cli.usage import WrongUsage

_YES: Final = frozenset({"y", "yes"})


def require_person() -> None:
    """:raises WrongUsage: where nobody is there to ask."""
    if not sys.stdin.isatty():
        raise WrongUsage("nobody is there to ask: say --yes to remove them without asking")


def is_confirmed(question: str) -> bool:
    """Ask; the end of the input is a no, and an interruption goes through."""
    typer.echo(f"{question} [y/N] ", nl=False, err=True)
    answer = sys.stdin.readline()
    if not answer:
        typer.echo(err=True)
    return answer.strip().lower() in _YES

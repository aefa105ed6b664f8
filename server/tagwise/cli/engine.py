"""What every command that asks the engine has in common: a client that ends.

Does not know what is asked.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import typer

from tagwise.cli.asking import parsed_reference
from tagwise.engine.names import is_id
from tagwise.ide.markup import clean

if TYPE_CHECKING:
    # What talks to engines brings httpx: `tagwise --help` need not wait for it.
    from tagwise.engine.client import EngineClient


@asynccontextmanager
async def asking_engine() -> "AsyncGenerator[EngineClient, None]":
    """Build the client of this machine's engine, and end it.

    :raises EngineUnreachable: where there is no way to it.
    """
    from tagwise.cli.parts import own_engine

    client = own_engine()
    try:
        yield client
    finally:
        await client.aclose()


def parsed_name(text: str) -> str:
    """Check that a text is an image's name or id, as an engine takes either.

    :raises WrongUsage: for anything else, such as a path that leads to another part of its API.
    """
    return text if is_id(text) else parsed_reference(text).text


def tell(message: str) -> None:
    """Say on standard error what could not be done; others of its kind are still tried."""
    typer.echo(clean(f"tagwise: {message}"), err=True)

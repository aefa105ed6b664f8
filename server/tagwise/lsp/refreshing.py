"""Code lenses and inlay hints are asked for again when more is known.

An editor that has never asked is told nothing, and news that comes together is told once.
Does not know what is news.
"""

import asyncio
from typing import Final

from tagwise.lsp.server import TagwiseServer

GATHERED: Final = 0.3
"""Seconds in which news is told together: the answers about one document come one by one."""


def refresh_soon(ls: TagwiseServer) -> None:
    """Have the editor ask again for what it shows."""
    shows = ls.asks_for_lenses or ls.asks_for_hints
    if shows and (ls.refreshing is None or ls.refreshing.done()):
        ls.refreshing = ls.session.tasks.start(_refresh(ls), name="refresh lenses and hints")


async def _refresh(ls: TagwiseServer) -> None:
    await asyncio.sleep(GATHERED)
    # What is learned from now on is told of the next time.
    ls.refreshing = None
    if ls.asks_for_lenses and ls.abilities.refreshes_lenses:
        ls.workspace_code_lens_refresh(None)
    if ls.asks_for_hints and ls.abilities.refreshes_hints:
        ls.workspace_inlay_hint_refresh(None)

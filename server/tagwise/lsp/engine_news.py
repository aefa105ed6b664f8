"""Tells the client that this machine's engine has news: what it shows of local images is drawn again.

A client that draws images itself is sent `tagwise/didChangeImages`, without parameters, and lists them
again if it shows them; lenses and hints are asked for again.  Does not know what the news is.
"""

from typing import Final

from tagwise.lsp.refreshing import refresh_soon
from tagwise.lsp.server import TagwiseServer
from tagwise.lsp.status import tell_status_soon

DID_CHANGE_IMAGES: Final = "tagwise/didChangeImages"


def tell_engine_news(ls: TagwiseServer) -> None:
    refresh_soon(ls)
    tell_status_soon(ls)
    if ls.abilities.command_links:
        ls.protocol.notify(DID_CHANGE_IMAGES)

"""The names of the server's commands; a client's own are `tagwise.*` without `server`."""

from typing import Final

APPLY_ACTION: Final = "tagwise.server.applyAction"

"""`tagwise/status`, ours: what a rich client shows of the server, told when it is not what it was.

Changes that come together are told once.  Does not know what a client makes of it.
"""

import asyncio
from collections.abc import AsyncIterator
from enum import Enum
from typing import Final

import attrs

from tagwise import __version__
from tagwise.lsp.server import TagwiseServer
from tagwise.lsp.wire import wire
from tagwise.oci.reference import ImageReference

STATUS: Final = "tagwise/status"
GATHERED: Final = 0.3
"""Seconds in which changes are told together."""


class State(Enum):
    """Whom the server asks: `offline` by setting nobody, `untrusted` nobody unless commanded."""

    READY = "ready"
    OFFLINE = "offline"
    UNTRUSTED = "untrusted"


@attrs.frozen
class RegistryQuota:
    """What is left of the pulls a registry grants in each `window` of seconds, null if it says none."""

    registry: str
    remaining: int
    limit: int
    window: int | None


@attrs.frozen
class EngineStatus:
    """Which engine answers, by `name`; else why none does, a sentence for a person."""

    is_present: bool
    name: str | None
    complaint: str | None


@attrs.frozen
class ServerStatus:
    """`quotas` are those of registries that open documents name; `engine` null while nobody asked."""

    version: str
    state: State
    quotas: tuple[RegistryQuota, ...]
    engine: EngineStatus | None


def tell_status_soon(ls: TagwiseServer) -> None:
    """Tell a client that shows it, if anything has changed."""
    if ls.abilities.shows_status and (ls.telling_status is None or ls.telling_status.done()):
        ls.telling_status = ls.session.tasks.start(_tell(ls), name="tell the status")


async def _tell(ls: TagwiseServer) -> None:
    await asyncio.sleep(GATHERED)
    # What changes from now on is told the next time.
    ls.telling_status = None
    status = ServerStatus(
        version=__version__,
        state=_state(ls),
        quotas=tuple([each async for each in _quotas(ls)]),
        engine=_engine(ls),
    )
    told = wire(status)
    if told != ls.told_status:
        ls.told_status = told
        ls.protocol.notify(STATUS, told)


def _state(ls: TagwiseServer) -> State:
    if not ls.session.trusted:
        return State.UNTRUSTED
    return State.OFFLINE if ls.session.workspace.settings.offline else State.READY


async def _quotas(ls: TagwiseServer) -> AsyncIterator[RegistryQuota]:
    named: dict[str, ImageReference] = {}
    for document in ls.session.workspace.open_documents():
        read = await ls.session.workspace.read(document)
        for each in read.parsed.occurrences if read is not None else ():
            if each.reference is not None and each.skipped is None:
                named.setdefault(each.reference.registry, each.reference)
    for registry, reference in sorted(named.items()):
        quota = ls.session.quota(reference)
        if quota is not None:
            window = int(quota.window.total_seconds()) if quota.window else None
            yield RegistryQuota(registry, quota.remaining, quota.limit, window)


def _engine(ls: TagwiseServer) -> EngineStatus | None:
    known = ls.session.known_engine
    if known is None:
        return None
    name, complaint = known
    return EngineStatus(bool(name), name or None, complaint or None)

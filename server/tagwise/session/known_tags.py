"""Which tags repositories have, as far as is known: in memory, else on disk, else asked behind.

One flight for each repository, whoever wants its tags; what has arrived of a long list is there
before its end.  Turns errors into "not known", except for whoever waits for all of it.
Does not know documents, nor how a registry is asked.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import attrs

from tagwise.errors import RegistryError
from tagwise.oci.reference import ImageReference
from tagwise.oci.tag_catalogue import TagCatalogue
from tagwise.registry.clock import Clock
from tagwise.registry.resolver import Resolver
from tagwise.session.background import BackgroundTasks

FRESH: Final = timedelta(minutes=10)
REFUSED: Final = timedelta(seconds=30)
MOST_OF_ONE: Final = 300_000
MOST_OF_ALL: Final = 600_000
# From a size to the next at which what has arrived is arranged anew.
_GROWTH: Final = 4
# Fewer are arranged at once, more in a thread.
_FEW: Final = 1000

Outcome = TagCatalogue | RegistryError | None


@attrs.define
class _Entry:
    """`learned` is None while the list is still arriving."""

    catalogue: TagCatalogue
    learned: datetime | None


@attrs.frozen
class Soon:
    """What is known after a moment; not `settled` if there will be more."""

    catalogue: TagCatalogue | None
    settled: bool


class KnownTags:
    """`silent`: nobody is asked, and what is on disk is all there is."""

    def __init__(
        self, resolver: Resolver, *, clock: Clock, tasks: BackgroundTasks, silent: bool = False
    ) -> None:
        self._resolver = resolver
        self._clock = clock
        self._tasks = tasks
        self._silent = silent
        self._entries: dict[str, _Entry] = {}
        self._refused: dict[str, datetime] = {}
        self._absent: set[str] = set()
        self._flights: dict[str, asyncio.Task[Outcome]] = {}

    def known(self, reference: ImageReference) -> TagCatalogue | None:
        """Return what is in memory, of whatever age."""
        entry = self._entries.get(reference.name)
        return entry.catalogue if entry is not None else None

    async def here(self, reference: ImageReference) -> TagCatalogue | None:
        """Return what is in memory, else on disk, of whatever age, without asking anybody."""
        known = self.known(reference)
        if known is not None or reference.name in self._absent:
            return known
        entry = await self._from_disk(reference)
        if entry is None:
            self._absent.add(reference.name)
        return entry.catalogue if entry is not None else None

    async def soon(self, reference: ImageReference, *, patience: float) -> Soon:
        """Return what is known at once; wait at most `patience` seconds if that is nothing."""
        flight = self._flights.get(reference.name)
        if flight is None and self._is_due(reference):
            flight = self._start(reference)
        if self.known(reference) is None and flight is not None:
            await asyncio.wait({flight}, timeout=patience)
        entry = self._entries.get(reference.name)
        under_way = flight is not None and not flight.done()
        if entry is None:
            return Soon(None, settled=not under_way)
        self._entries[reference.name] = self._entries.pop(reference.name)
        return Soon(entry.catalogue, settled=not under_way or entry.learned is not None)

    async def all(self, reference: ImageReference) -> TagCatalogue | None:
        """Return the tags as of lately, however long that takes; None where nobody may be asked.

        :raises RegistryError: where the registry does not say.
        """
        flight = self._flights.get(reference.name)
        if flight is None and not self._is_fresh(reference):
            flight = self._start(reference)
        if flight is None:
            return self.known(reference)
        outcome = await asyncio.shield(flight)
        if isinstance(outcome, RegistryError):
            raise outcome
        return outcome

    def _is_due(self, reference: ImageReference) -> bool:
        """Whether somebody who types is worth a question: one refused just now is not repeated."""
        refused = self._refused.get(reference.name)
        if refused is not None and self._clock() - refused <= REFUSED:
            return False
        return not self._is_fresh(reference)

    def _is_fresh(self, reference: ImageReference) -> bool:
        entry = self._entries.get(reference.name)
        if entry is None or entry.learned is None:
            return False
        return self._silent or self._clock() - entry.learned <= FRESH

    def _start(self, reference: ImageReference) -> asyncio.Task[Outcome]:
        flight = self._tasks.start(self._fly(reference), name=f"list the tags of {reference.name}")
        self._flights[reference.name] = flight
        flight.add_done_callback(lambda _: self._flights.pop(reference.name, None))
        return flight

    async def _fly(self, reference: ImageReference) -> Outcome:
        name = reference.name
        entry = self._entries.get(name)
        if entry is None or entry.learned is None:
            entry = await self._from_disk(reference) or entry
        if self._silent:
            if entry is None:
                self._refused[name] = self._clock()
            return entry.catalogue if entry is not None else None
        if entry is not None and entry.learned and self._clock() - entry.learned <= FRESH:
            return entry.catalogue
        try:
            return await self._ask(reference)
        except RegistryError as error:
            self._refused[name] = self._clock()
            return error

    async def _from_disk(self, reference: ImageReference) -> _Entry | None:
        stored = await asyncio.to_thread(self._resolver.known_tags, reference)
        if stored is None:
            return None
        catalogue = await _arranged(stored.tags, is_complete=stored.is_complete)
        return self._keep(reference.name, catalogue, stored.learned)

    async def _ask(self, reference: ImageReference) -> TagCatalogue:
        arrived = partial(self._arrived, reference.name, [_FEW])
        found = await self._resolver.tags(reference, limit=MOST_OF_ONE, heard=arrived)
        catalogue = await _arranged(found.tags, is_complete=found.is_complete)
        self._refused.pop(reference.name, None)
        self._keep(reference.name, catalogue, self._clock())
        return catalogue

    def _arrived(self, name: str, wanted: list[int], tags: Sequence[str]) -> None:
        """Take over what has arrived so far, if nothing better is known."""
        entry = self._entries.get(name)
        if (entry is not None and entry.learned is not None) or len(tags) < wanted[0]:
            return
        wanted[0] = len(tags) * _GROWTH
        arranging = self._arrange(name, tuple(tags))
        self._tasks.start(arranging, name=f"arrange the first tags of {name}")

    async def _arrange(self, name: str, tags: Sequence[str]) -> None:
        catalogue = await _arranged(tags, is_complete=False)
        entry = self._entries.get(name)
        if entry is None or (entry.learned is None and len(entry.catalogue) < len(catalogue)):
            self._keep(name, catalogue, None)

    def _keep(self, name: str, catalogue: TagCatalogue, learned: datetime | None) -> _Entry:
        """Keep tags in memory; those that were not asked for longest make room."""
        self._entries.pop(name, None)
        self._absent.discard(name)
        entry = self._entries[name] = _Entry(catalogue, learned)
        size = sum(len(each.catalogue) for each in self._entries.values())
        for oldest in tuple(self._entries):
            if size <= MOST_OF_ALL or oldest == name:
                break
            size -= len(self._entries.pop(oldest).catalogue)
        return entry


async def _arranged(tags: Sequence[str], *, is_complete: bool) -> TagCatalogue:
    if len(tags) <= _FEW:
        return TagCatalogue.of(tags, is_complete=is_complete)
    return await asyncio.to_thread(TagCatalogue.of, tags, is_complete=is_complete)

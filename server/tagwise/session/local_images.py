"""What this machine's engine has, kept true by its events while somebody wants to know.

Nothing is asked before `known` is called for the first time, nobody ever waits for an answer, and
nothing is polled: the engine's events say when to list its images again.  An engine that goes away
is known nothing of, and is looked for again after a while that grows.
Does not know documents, nor what is pulled or removed.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from types import MappingProxyType
from typing import Final

import attrs

from tagwise.engine.client import EngineClient
from tagwise.engine.models import (
    ContainerSummary,
    EngineEvent,
    EventKind,
    ImageDetails,
    ImageSummary,
)
from tagwise.engine.names import is_id
from tagwise.errors import EngineError, EngineUnreachable, InvalidReference
from tagwise.ide.local_facts import LocalImage, LocalState
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.clock import Clock
from tagwise.session.background import BackgroundTasks

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
QUIET: Final = 0.2
"""Seconds without news before images are listed again: a pull tells of several things at once."""

MOST_WANTED: Final = 500
_CONTAINERS: Final = frozenset({"create", "destroy", "remove", "rename"})

log = logging.getLogger(__name__)


@attrs.frozen
class Inventory:
    """Everything an engine has at one moment."""

    engine: str
    images: tuple[ImageSummary, ...]
    containers: tuple[ContainerSummary, ...]
    by_tag: MappingProxyType[str, ImageSummary]
    by_digest: MappingProxyType[str, ImageSummary]

    @classmethod
    def of(
        cls,
        engine: str,
        images: tuple[ImageSummary, ...],
        containers: tuple[ContainerSummary, ...],
    ) -> "Inventory":
        tagged = {key: image for image in images for key in _keys(image.tags)}
        digested = {key: image for image in images for key in _keys(image.digests)}
        by_tag, by_digest = MappingProxyType(tagged), MappingProxyType(digested)
        return cls(engine, images, containers, by_tag, by_digest)

    def users(self, image: ImageSummary) -> tuple[ContainerSummary, ...]:
        """List the containers that were made from an image."""
        return tuple(each for each in self.containers if each.image_id == image.id)


class LocalImages:
    """`client` gives the engine's client, `renew` a new one after a failure; both may raise ours.

    `changed` is called whenever something may be known that was not before.
    """

    def __init__(
        self,
        client: Callable[[], EngineClient],
        *,
        renew: Callable[[], None],
        tasks: BackgroundTasks,
        changed: Callable[[], None],
        clock: Clock,
        pause: float = FIRST_PAUSE,
    ) -> None:
        self._client = client
        self._renew = renew
        self._tasks = tasks
        self._changed = changed
        self._clock = clock
        self._pause = pause
        self._listening: asyncio.Task[None] | None = None
        self._listing: asyncio.Task[None] | None = None
        self._recalling: asyncio.Task[None] | None = None
        self._has_news = False
        self._details: dict[str, ImageDetails] = {}
        self._wanted: dict[str, None] = {}
        self._pulled: dict[str, datetime] = {}
        self.inventory: Inventory | None = None
        self.complaint = ""

    def listen(self) -> None:
        """Begin to ask the engine, behind."""
        if self._listening is None:
            self._listening = self._tasks.start(self._listen(), name="listen to the engine")

    def known(self, reference: ImageReference) -> LocalState | None:
        """Tell what the engine has of a reference, as far as it has answered; None if it has not."""
        self.listen()
        inventory = self.inventory
        if inventory is None:
            return None
        self._want(reference)
        return self.state(reference, inventory)

    def state(self, reference: ImageReference, inventory: Inventory) -> LocalState:
        """Tell what an inventory has of a reference."""
        tagged = inventory.by_tag.get(_tag_key(reference))
        if reference.digest is None:
            here = self._local(reference, tagged, inventory)
            return LocalState(inventory.engine, here)
        pinned = inventory.by_digest.get(f"{reference.name}@{reference.digest}")
        other = None if tagged is pinned or reference.tag is None else tagged
        return LocalState(
            inventory.engine,
            self._local(reference, pinned, inventory),
            self._local(reference, other, inventory),
        )

    def platforms_of(self, image: ImageSummary) -> tuple[Platform, ...]:
        """Return for which platforms an image is here, as far as that is known."""
        kept = [each.platform for each in image.manifests if each.available and each.platform]
        details = self._details.get(image.id)
        return tuple(dict.fromkeys(kept)) or ((details.platform,) if details else ())

    def stop(self) -> None:
        """Forget all, and listen no more."""
        for task in (self._listening, self._listing, self._recalling):
            if task is not None:
                task.cancel()
        self._listening = self._listing = self._recalling = self.inventory = None

    def _local(
        self, reference: ImageReference, image: ImageSummary | None, inventory: Inventory
    ) -> LocalImage | None:
        if image is None:
            return None
        details = self._details.get(image.id)
        digests = (each.partition("@") for each in _keys(image.digests))
        return LocalImage(
            id=image.id,
            names=image.tags,
            size=image.size,
            digests=tuple(digest for name, _, digest in digests if name == reference.name),
            platforms=self.platforms_of(image),
            pulled=(details.pulled if details else None) or self._pulled_at(reference),
            containers=tuple(each.name or each.id[:12] for each in inventory.users(image)),
        )

    def _pulled_at(self, reference: ImageReference) -> datetime | None:
        return max((at for key in _both(reference) if (at := self._pulled.get(key))), default=None)

    def _want(self, reference: ImageReference) -> None:
        """Ask more of an image that somebody looks at, behind."""
        key = reference.canonical
        if key not in self._wanted:
            if len(self._wanted) >= MOST_WANTED:
                del self._wanted[next(iter(self._wanted))]
            self._wanted[key] = None
            self._reload(has_news=False)

    async def _listen(self) -> None:
        pause = self._pause
        while True:
            before = self.complaint
            try:
                await self._follow()
                self.complaint = "the engine has ended the connection"
            except EngineError as error:
                self.complaint = str(error)
            log.debug("no engine to listen to: %s", self.complaint)
            if self.inventory is not None:
                pause, self.inventory = self._pause, None
                self._details.clear()
                self._changed()
            elif self.complaint != before:
                self._changed()
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
            pause = min(2 * pause, LONGEST_PAUSE)
            self._renew()

    async def _follow(self) -> None:
        """List what is there, then again whenever something happens; until the engine ends it."""
        client = self._client()
        engine = (await client.info()).name
        async with client.events(EventKind.IMAGE, EventKind.CONTAINER) as events:
            await self._list(engine)
            self._recalling = self._tasks.start(self._recall(client), name="recall pulls")
            self._reload(has_news=False)
            async for event in events:
                if _matters(event):
                    if event.kind is EventKind.IMAGE:
                        self._details.clear()
                        self._note(event)
                    self._reload(has_news=True)

    async def _recall(self, client: EngineClient) -> None:
        """Learn when images were pulled, as far as the engine remembers; it keeps no date of that."""
        try:
            for event in await client.past_pulls(self._clock()):
                self._note(event)
        except EngineError as error:
            log.debug("the engine does not tell of the past: %s", error)
            return
        self._changed()

    def _note(self, event: EngineEvent) -> None:
        """Keep when a name was pulled: Docker calls it by its id, Podman by its name."""
        if event.action == "pull":
            names = (each for each in (event.id, event.name) if not is_id(each))
            for key in _keys(names):
                self._pulled[key] = event.time

    def _reload(self, *, has_news: bool) -> None:
        self._has_news = self._has_news or has_news
        if self.inventory is not None and (self._listing is None or self._listing.done()):
            self._listing = self._tasks.start(self._catch_up(), name="list the images here")

    async def _catch_up(self) -> None:
        """Ask until nothing is left to be known; what fails is asked again, ever later."""
        pause = QUIET
        while True:
            await asyncio.sleep(pause)
            try:
                if not await self._asked_more():
                    return
            except EngineError as error:
                log.debug("the engine does not say what it has: %s", error)
                pause = min(max(2 * pause, self._pause), LONGEST_PAUSE)
            else:
                pause = QUIET

    async def _asked_more(self) -> bool:
        """Ask what is to be asked next; return whether there may be more."""
        if self.inventory is None:  # The engine is gone: whoever follows it anew begins by listing.
            return False
        if not self._has_news:
            return await self._learn()
        await self._list(self.inventory.engine)
        return True

    async def _list(self, engine: str) -> None:
        """List what is there; until that is done, what happened meanwhile is still news."""
        client, self._has_news = self._client(), False
        try:
            images, containers = await asyncio.gather(client.images(), client.containers())
        except EngineError:
            self._has_news = True
            raise
        self.inventory = Inventory.of(engine, images, containers)
        self.complaint = ""
        self._changed()

    async def _learn(self) -> bool:
        """Inspect the images that somebody looks at, once each; return whether that was news."""
        client, learned = self._client(), False
        for image in self._looked_at():
            try:
                self._details[image.id] = await client.inspect(image.id)
                learned = True
            except EngineUnreachable:
                raise
            except EngineError as error:  # One that is gone meanwhile, too: an event says so.
                log.debug("nothing more is known of %s: %s", image.id, error)
        if learned:
            self._changed()
        return learned

    def _looked_at(self) -> Iterable[ImageSummary]:
        if self.inventory is None:
            return ()
        known = {**self.inventory.by_tag, **self.inventory.by_digest}
        found = (
            known.get(each) for key in self._wanted for each in _both(ImageReference.parse(key))
        )
        return tuple(
            {each.id: each for each in found if each and each.id not in self._details}.values()
        )


def _matters(event: EngineEvent) -> bool:
    """Whether something is here now that was not, or no more; a health check is no news."""
    return event.kind is EventKind.IMAGE or event.action in _CONTAINERS


def _keys(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        try:
            yield ImageReference.parse(name).canonical
        except InvalidReference:
            log.debug("the engine has an image that is called %r", name)


def _tag_key(reference: ImageReference) -> str:
    return f"{reference.name}:{reference.followed_tag}"


def _both(reference: ImageReference) -> Iterator[str]:
    """Give the name by tag and the one by digest: engines list the two apart."""
    yield _tag_key(reference)
    if reference.digest is not None:
        yield f"{reference.name}@{reference.digest}"

"""What could be written at a place, from everything that is known: tags, digests, platforms, names.

What is known is answered at once; what is not is asked behind and waited for a moment, and the next
question finds it.  Where nobody may be asked, the disk is all there is.
Does not know documents, nor how choices reach an editor.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from datetime import datetime
from typing import Final, TypeVar, assert_never

import attrs

from tagwise.errors import InvalidManifest, RegistryError
from tagwise.ide.completion import (
    ChoiceKind,
    Choices,
    NamedImage,
    build_platform_choices,
    digest_choices,
    given_choices,
    name_choices,
    platform_choices,
    tag_choices,
)
from tagwise.ide.facts import Answer, ImageFacts, Resolved
from tagwise.ide.writing import Part, Writing
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference, as_reference, is_registry
from tagwise.registry.clock import Clock
from tagwise.registry.resolver import Resolver
from tagwise.session.background import BackgroundTasks
from tagwise.session.known_tags import FRESH, REFUSED, KnownTags
from tagwise.session.lookup import Lookup

PATIENCE: Final = 0.3
"""Seconds somebody who types is kept waiting where nothing is known yet."""

TOLD_WITHIN: Final = 3.0
"""Seconds somebody who looks at a choice waits to be told more of it."""

MOST_REGISTRIES: Final = 20

T = TypeVar("T")


@attrs.frozen
class Place:
    """What is known around a place: stages and variables that may be named, images.

    `bases` are the images that what is built there builds on.
    Not `settled` while more images may be found.
    """

    stages: Sequence[str] = ()
    variables: Sequence[str] = ()
    images: Sequence[NamedImage] = ()
    bases: Sequence[ImageReference] = ()
    settled: bool = True


class Suggestions:
    """`silent`: nobody is asked, and what is on disk is all there is."""

    def __init__(
        self,
        resolver: Resolver,
        lookup: Lookup,
        tags: KnownTags,
        *,
        clock: Clock,
        tasks: BackgroundTasks,
        silent: bool = False,
    ) -> None:
        self._resolver = resolver
        self._clock = clock
        self._lookup = lookup
        self._tags = tags
        self._tasks = tasks
        self._silent = silent
        self._catalogues: dict[str, _Catalogue] = {}

    async def at(self, writing: Writing, place: Place, *, patience: float = PATIENCE) -> Choices:
        """Return what could be written there.  Never raises a registry's error."""
        match writing.part:
            case Part.NAME:
                return await self._names(writing, place, patience)
            case Part.TAG:
                return await self._tag(writing, patience)
            case Part.DIGEST:
                return await self._digest(writing, patience)
            case Part.PLATFORM:
                return await self._platform(writing, patience)
            case Part.BUILD_PLATFORM:
                return await self._build_platform(writing, place, patience)
            case Part.STAGE:
                return given_choices(writing, ChoiceKind.STAGE, place.stages)
            case Part.VARIABLE:
                return given_choices(writing, ChoiceKind.VARIABLE, place.variables)
            case _:
                assert_never(writing.part)

    async def told(self, reference: ImageReference) -> Answer | None:
        """Return what is told of an image that could be chosen, where that costs no pull.

        Where it would, its digest alone is asked for, if it is not known.
        """
        known = self._lookup.known(reference)
        if self._silent or (known is not None and known.facts.is_fetched):
            return known
        if not self._resolver.is_metered(reference):
            return await self._lookup.answer(reference)
        await self._within(self._resolver.digest(reference), TOLD_WITHIN)
        return self._lookup.known(reference)

    async def _tag(self, writing: Writing, patience: float) -> Choices:
        reference = writing.reference
        if reference is None:
            return Choices()
        soon = await self._tags.soon(reference, patience=patience)
        if soon.catalogue is None:
            return Choices(is_all=soon.settled)
        choices = tag_choices(writing, soon.catalogue)
        return attrs.evolve(choices, is_all=choices.is_all and soon.settled)

    async def _digest(self, writing: Writing, patience: float) -> Choices:
        reference = writing.reference
        if reference is None:
            return Choices()
        if self._silent:
            return digest_choices(writing, self._lookup.known_digest(reference))
        asked = await self._within(self._resolver.digest(reference), patience)
        if asked is None:
            known = self._lookup.known_digest(reference)
            return attrs.evolve(digest_choices(writing, known), is_all=False)
        return digest_choices(writing, asked.digest)

    async def _platform(self, writing: Writing, patience: float) -> Choices:
        reference = writing.reference
        if reference is None:
            return Choices()
        match await self._lookup.answer(reference, patience=patience):
            case Resolved(facts) if facts.is_fetched:
                return platform_choices(writing, _platforms(facts))
            case _:
                return Choices(is_all=self._silent)

    async def _build_platform(self, writing: Writing, place: Place, patience: float) -> Choices:
        """Offer what all base images have; if they have nothing in common, what any has."""
        asked = (self._lookup.answer(each, patience=patience) for each in place.bases)
        answers = await asyncio.gather(*asked)
        known = [
            tuple(dict.fromkeys(_platforms(each.facts)))
            for each in answers
            if isinstance(each, Resolved) and each.facts.is_fetched
        ]
        every = list(dict.fromkeys(platform for each in known for platform in each))
        common = [each for each in every if all(each in platforms for platforms in known)]
        choices = build_platform_choices(writing, common or every)
        return attrs.evolve(choices, is_all=self._silent or len(known) == len(answers))

    async def _names(self, writing: Writing, place: Place, patience: float) -> Choices:
        listed, is_settled = await self._catalogue(writing, patience)
        images = [*place.images, *listed]
        choices = name_choices(writing, place.stages, images)
        return attrs.evolve(choices, is_all=choices.is_all and is_settled and place.settled)

    async def _catalogue(
        self, writing: Writing, patience: float
    ) -> tuple[Sequence[NamedImage], bool]:
        """List the repositories of the registry that is written, if one is, as far as it tells."""
        host, slash, _ = (writing.before + writing.typed).partition("/")
        if not slash or not is_registry(host):
            return (), True
        catalogue = self._catalogues.get(host)
        if catalogue is None or catalogue.is_due(self._clock()):
            if self._silent:
                return (), True
            catalogue = self._ask_catalogue(host, () if catalogue is None else catalogue.names)
        await asyncio.wait({catalogue.asking}, timeout=patience)
        found = (as_reference(f"{host}/{name}") for name in catalogue.names)
        images = [NamedImage(each, f"{host} has it") for each in found if each is not None]
        return images, catalogue.asking.done()

    def _ask_catalogue(self, host: str, before: tuple[str, ...]) -> "_Catalogue":
        if len(self._catalogues) >= MOST_REGISTRIES:
            self._catalogues.clear()
        asking = self._tasks.start(self._list(host), name=f"list what {host} has")
        catalogue = self._catalogues[host] = _Catalogue(asking, self._clock(), before)
        return catalogue

    async def _list(self, host: str) -> tuple[str, ...] | None:
        """Ask for a catalogue; None of a registry that has none, or tells nobody."""
        reference = as_reference(f"{host}/any")
        if reference is None:
            return ()
        try:
            return await self._resolver.repositories(reference)
        except RegistryError:
            return None

    async def _within(self, work: Coroutine[object, object, T], patience: float) -> T | None:
        """Wait a moment for an answer, which goes on after that; None if there is none by then."""
        asking = self._tasks.start(work, name="ask for a completion")
        await asyncio.wait({asking}, timeout=patience)
        if not asking.done() or asking.cancelled():
            return None
        failure = asking.exception()
        if isinstance(failure, RegistryError | InvalidManifest):
            return None
        return asking.result()


@attrs.frozen
class _Catalogue:
    """What a registry has, asked for at a time; `before` is what it had when last it told."""

    asking: asyncio.Task[tuple[str, ...] | None]
    asked: datetime
    before: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        told = self._told
        return self.before if told is None else told

    def is_due(self, now: datetime) -> bool:
        """Whether to ask again: a while after an answer, soon after there was none."""
        lasts = REFUSED if self._told is None else FRESH
        return self.asking.done() and now - self.asked > lasts

    @property
    def _told(self) -> tuple[str, ...] | None:
        if not self.asking.done() or self.asking.cancelled():
            return None
        return self.asking.result()


def _platforms(facts: ImageFacts) -> Iterable[Platform]:
    return (each.platform for each in facts.platforms if each.platform and not each.is_missing)

"""Having the engine pull images while the editor shows how far it is.

Does not know which command wants it.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import attrs

from tagwise.engine.models import PullProgress
from tagwise.errors import EngineError
from tagwise.ide.phrases import counted, size
from tagwise.lsp.client_requests import tell
from tagwise.lsp.engine_values import PulledAll, PulledImage
from tagwise.lsp.progress import Progress, with_progress
from tagwise.lsp.server import TagwiseServer
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.session.pulls import Pulled

AT_ONCE: Final = 3
"""Pulls at a time: an engine loads several layers of each as it is."""

_TOLD: Final = 3

Wanted: TypeAlias = tuple[ImageReference, Platform | None]


async def pulled(
    ls: TagwiseServer, reference: ImageReference, platform: Platform | None
) -> Pulled | None:
    """Pull one image; None if somebody has cancelled it.

    :raises EngineError: with what the engine says went wrong.
    """
    _check_online(ls)

    async def work(progress: Progress) -> Pulled:
        return await ls.session.engine.pulls.pull(
            reference,
            platform=platform,
            report=lambda step: progress.report(told(step), step.percentage),
        )

    return await with_progress(ls, f"Pulling {reference.familiar}", work)


async def all_pulled(ls: TagwiseServer, images: Sequence[Wanted]) -> PulledAll:
    """Pull several images under one progress; one that fails does not keep the others from it."""
    _check_online(ls)
    results: dict[Wanted, PulledImage | str] = {}
    each_one = await with_progress(
        ls,
        f"Pulling {counted(len(images), 'image')}",
        lambda progress: _each(ls, images, results, _Together(progress, len(images))),
    )
    ended = [results[image] for image in images if image in results]
    got = tuple(each for each in ended if isinstance(each, PulledImage))
    failed = tuple(each for each in ended if isinstance(each, str))
    cancelled = each_one is None
    new = sum(not each.was_up_to_date for each in got)
    said = f"{counted(new, 'image')} pulled"
    said += f", {len(got) - new} up to date" if len(got) > new else ""
    said += ", the rest cancelled" if cancelled else ""
    if failed:
        sentences = tuple(dict.fromkeys(failed))
        more = len(sentences) - _TOLD
        said += f"; {len(failed)} failed: {'; '.join(sentences[:_TOLD])}"
        said += f"; and {more} more" if more > 0 else ""
    tell(ls, said)
    return PulledAll(got, failed, cancelled)


def told(step: PullProgress) -> str:
    """Say how far a pull is: `12.0 MB of 45.1 MB, 3 layers`."""
    if not step.layers:
        return step.message
    layers = counted(len(step.layers), "layer")
    if not step.total:
        return layers
    return f"{size(step.current)} of {size(step.total)}, {layers}"


@attrs.define
class _Together:
    """How far several pulls are, each of which counts the same."""

    progress: Progress
    count: int
    _percentages: dict[Wanted, int] = attrs.Factory(dict["Wanted", int])
    _done: int = 0

    def of(self, image: Wanted) -> Callable[[PullProgress], None]:
        def report(step: PullProgress) -> None:
            self._percentages[image] = step.percentage
            self._report(f"{image[0].familiar}: {told(step)}")

        return report

    def ended(self, image: Wanted) -> None:
        self._percentages[image] = 100
        self._done += 1
        self._report(image[0].familiar)

    def _report(self, message: str) -> None:
        percentage = sum(self._percentages.values()) // self.count
        self.progress.report(f"{self._done} of {self.count}, {message}", percentage)


async def _each(
    ls: TagwiseServer,
    images: Sequence[Wanted],
    results: dict[Wanted, PulledImage | str],
    together: _Together,
) -> bool:
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(image: Wanted) -> None:
        reference, platform = image
        async with turns:
            try:
                got = await ls.session.engine.pulls.pull(
                    reference, platform=platform, report=together.of(image)
                )
            except EngineError as error:
                results[image] = str(error)
            else:
                results[image] = PulledImage(reference.familiar, got.digest, got.was_up_to_date)
            together.ended(image)

    await asyncio.gather(*map(one, images))
    return True


def _check_online(ls: TagwiseServer) -> None:
    """:raises EngineError: if the settings say to ask nobody: a pull asks a registry."""
    if ls.session.workspace.settings.offline:
        raise EngineError("nothing is pulled: the setting `offline` says to ask nobody")

"""What a person sees of a pull: on a terminal a bar for each layer and one for all, else nothing.

Does not know who pulls.
"""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TransferSpeedColumn,
)

from tagwise.cli.console import standard_error
from tagwise.engine.models import LayerProgress, LayerState, PullProgress
from tagwise.ide.markup import clean
from tagwise.oci.reference import ImageReference

_MOST_LAYERS: Final = 40


@contextmanager
def pull_display(
    reference: ImageReference, *, quiet: bool
) -> Generator[Callable[[PullProgress], None] | None, None, None]:
    """Give what a pull is to report to; None where nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    with Progress(*columns, console=standard_error(), transient=True) as progress:
        yield _Bars(progress, reference.familiar)


class _Bars:
    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self._all = progress.add_task(name, total=None)
        self._layers: dict[str, TaskID] = {}

    def __call__(self, pulled: PullProgress) -> None:
        for layer in pulled.layers[:_MOST_LAYERS]:
            self._show(layer)
        self._progress.update(self._all, completed=pulled.current, total=pulled.total or None)

    def _show(self, layer: LayerProgress) -> None:
        task = self._layers.get(layer.id)
        if task is None:
            task = self._layers[layer.id] = self._progress.add_task("", total=None)
        done = layer.state is LayerState.DONE
        self._progress.update(
            task,
            description=f"{clean(layer.id)}  {layer.state.value}",
            completed=layer.current,
            total=layer.total if layer.total or not done else layer.current,
        )

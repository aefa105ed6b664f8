"""What a person sees of a pull: on a terminal a bar for each layer and one for all, else lines.

Does not know who pulls.
"""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

import typer
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TransferSpeedColumn,
)
from rich.table import Column

from tagwise.cli.console import standard_error
from tagwise.cli.docker_units import human_size
from tagwise.engine.models import LayerProgress, LayerState, PullProgress
from tagwise.ide.markup import clean
from tagwise.oci.reference import ImageReference

_MOST_LAYERS: Final = 40
# Columns from which on there is room for a layer's state, its bytes and how fast they come.
_WIDE: Final = 70
_BAR: Final = 30


@contextmanager
def pull_display(
    reference: ImageReference, *, quiet: bool
) -> Generator[Callable[[PullProgress], None] | None, None, None]:
    """Give what a pull is to report to; None where nobody looks."""
    if quiet:
        yield None
        return
    if not sys.stderr.isatty():
        yield _Lines()
        return
    console = standard_error()
    is_narrow = console.width < _WIDE
    columns = (
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
        BarColumn(None if is_narrow else _BAR),
        *((TaskProgressColumn(),) if is_narrow else (DownloadColumn(), TransferSpeedColumn())),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bars(progress, reference.familiar, tells_state=not is_narrow)


class _Lines:
    """One line for each thing that happens to a layer, as docker prints into a pipe."""

    def __init__(self) -> None:
        self._states: dict[str, LayerState] = {}

    def __call__(self, pulled: PullProgress) -> None:
        for layer in pulled.layers:
            if self._states.get(layer.id) is not layer.state:
                self._states[layer.id] = layer.state
                size = f" {human_size(layer.total)}" if layer.total else ""
                typer.echo(clean(f"{layer.id}: {layer.state.value}{size}"), err=True)


class _Bars:
    def __init__(self, progress: Progress, name: str, *, tells_state: bool) -> None:
        self._progress = progress
        self._tells_state = tells_state
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
            description=clean(
                f"{layer.id}  {layer.state.value}" if self._tells_state else layer.id
            ),
            completed=layer.current,
            total=layer.total if layer.total or not done else layer.current,
        )

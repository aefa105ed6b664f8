"""`tagwise demo`: the main job on sample files, with nothing but this program."""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tagwise.cli.diff import diff_lines
from tagwise.cli.usage import WrongUsage

if TYPE_CHECKING:
    from rich.console import Console


def demo(
    *,
    serve: Annotated[
        bool, typer.Option("--serve", help="Keep the demonstration's registry running.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="With --serve, where; a free port if not said."),
    ] = None,
) -> None:
    """Show the main job on sample files, against a registry of its own."""
    if not serve:
        if port is not None:
            raise WrongUsage("--port goes with --serve")
        _demonstrate()
        return
    try:
        asyncio.run(_serve(port or 0))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise WrongUsage(f"cannot listen at port {port}: {reason}; name another --port") from error


def _demonstrate() -> None:
    from tagwise.cli.console import standard_output
    from tagwise.demo.demonstration import demonstrate

    console = standard_output()
    with tempfile.TemporaryDirectory(prefix="tagwise-demo-") as folder:
        samples = Path(folder).resolve() / "samples"
        shutil.copytree(_samples(), samples)
        cache = Path(folder) / "cache"
        stage, now = _Terminal(console), datetime.now(UTC)
        asyncio.run(demonstrate(stage, samples=samples, cache=cache, now=now))
    console.print("\nThat was the language server an editor starts as: tagwise lsp")
    console.print(f"To try it in yours against this registry: {_program()} demo --serve")


async def _serve(port: int) -> None:
    from tagwise.demo.demonstration import REGISTRIES, demo_registry

    async with demo_registry(now=datetime.now(UTC), port=port) as registry:
        settings = json.dumps(registry.settings())
        typer.echo(f"The demonstration's registry answers at {registry.url}, until Ctrl-C.")
        typer.echo(
            f"It stands in for {' and '.join(REGISTRIES)}, with the images that samples/ names."
        )
        typer.echo(f"\nIn an editor, start `{_program()} lsp` with these initialization options:")
        typer.echo(f"\n  {settings}\n")
        typer.echo("In Neovim 0.8 or newer, in the buffer of samples/web-app/Dockerfile:")
        typer.echo(f"\n  :lua {_neovim(settings)}\n")
        typer.echo("On the command line:")
        mirrors = " ".join(f"{each}={registry.url}" for each in REGISTRIES)
        typer.echo(f"\n  export TAGWISE_MIRROR='{mirrors}'")
        typer.echo(f"  {_program()} inspect python:3.12-slim")
        try:
            await asyncio.Event().wait()
        finally:
            typer.echo("stopped")


def _program() -> str:
    """Return what starts this program from a shell or an editor: its name only if that is found."""
    ours = shutil.which("tagwise", path=str(Path(sys.executable).parent))
    found = shutil.which("tagwise")
    is_found = found is not None and ours is not None and Path(found).samefile(ours)
    return "tagwise" if is_found or ours is None else ours


def _neovim(settings: str) -> str:
    command = f'cmd = {{"{_program()}", "lsp"}}'
    start = f'vim.lsp.start({{name = "tagwise", {command}, root_dir = vim.fn.getcwd()'
    return f"{start}, init_options = vim.json.decode([[{settings}]])}})"


def _samples() -> Path:
    """Return the samples: beside the package where it is installed, else in the source tree."""
    import tagwise

    package = Path(tagwise.__file__).parent
    for folder in (package / "samples", package.parent.parent / "samples"):
        if folder.is_dir():
            return folder
    raise WrongUsage("the samples are not installed with this program")


class _Terminal:
    """Draws what an editor would show."""

    def __init__(self, console: "Console") -> None:
        self._console = console

    def caption(self, text: str) -> None:
        self._console.print()
        self._console.rule(f"[bold]{text}", align="left")

    def hover(self, file: str, line: str, markdown: str) -> None:
        from rich.markdown import Markdown
        from rich.panel import Panel

        self._console.print(f"\n[dim]hover, {file}:[/]  {line}", soft_wrap=True)
        self._console.print(Panel(Markdown(markdown), width=84), soft_wrap=False)

    def actions(self, titles: tuple[str, ...]) -> None:
        self._console.print("\n[dim]code actions there:[/]")
        for title in titles:
            self._console.print(f"  💡 {title}", markup=False)

    def diff(self, file: str, before: str, after: str) -> None:
        from tagwise.cli.console import print_diff

        self._console.print()
        print_diff(diff_lines(file, before, after, context=0))

"""`tagwise demo`: the main job on sample files, with nothing but this program."""

import asyncio
import json
import shutil
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
    port: Annotated[int, typer.Option(help="With --serve, where; 0 takes a free port.")] = 0,
) -> None:
    """Show the main job on sample files, against a registry of its own."""
    if serve:
        asyncio.run(_serve(port))
    else:
        _demonstrate()


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
    console.print("To try it in yours against this registry: tagwise demo --serve")


async def _serve(port: int) -> None:
    from tagwise.demo.demonstration import demo_registry

    async with demo_registry(now=datetime.now(UTC), port=port) as registry:
        settings = json.dumps(registry.settings())
        typer.echo(f"The demonstration's registry answers at {registry.url}, until Ctrl-C.")
        typer.echo("It stands in for docker.io, with the images that samples/ names.")
        typer.echo("\nIn an editor, start `tagwise lsp` with these initialization options:")
        typer.echo(f"\n  {settings}\n")
        typer.echo("In Neovim, in a folder with a Dockerfile:")
        typer.echo(f"\n  :lua {_neovim(settings)}\n")
        typer.echo("On the command line:")
        typer.echo(f"\n  export TAGWISE_MIRROR=docker.io={registry.url}")
        typer.echo("  tagwise inspect python:3.12-slim")
        try:
            await asyncio.Event().wait()
        finally:
            typer.echo("stopped")


def _neovim(settings: str) -> str:
    start = 'vim.lsp.start({name = "tagwise", cmd = {"tagwise", "lsp"}, root_dir = vim.fn.getcwd()'
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
        print_diff(self._console, diff_lines(file, before, after, context=0))

"""`tagwise cache`: what is kept on disk."""

import typer

from tagwise.ide.phrases import size


def cache_commands() -> typer.Typer:
    commands = typer.Typer(help="Show or forget what is kept on disk.")
    commands.callback(invoke_without_command=True)(_info_unless_told)
    commands.command()(info)
    commands.command()(clear)
    return commands


def _info_unless_told(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        info()


def info() -> None:
    """Say where it is and how much."""
    from tagwise.cli.parts import cache_folder, open_store

    usage = open_store().usage()
    typer.echo(f"folder   {cache_folder()}")
    typer.echo(f"size     {size(usage.size)} of at most {size(usage.size_limit)}")
    typer.echo(f"content  {usage.blobs} manifests and configurations, by digest, for good")
    typer.echo(f"answers  {usage.answers} about tags and hosts, for a while")


def clear() -> None:
    """Forget everything: the registries are asked again."""
    from tagwise.cli.parts import cache_folder, open_store

    store = open_store()
    before = store.usage().size
    store.clear()
    typer.echo(f"{size(before - store.usage().size)} freed in {cache_folder()}")

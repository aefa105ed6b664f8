"""`tagwise build-command`: the line that builds a Dockerfile as its compose or bake file says."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tagwise.cli.asking import parsed_platform, parsed_reference
from tagwise.cli.engine import tell
from tagwise.cli.usage import WrongUsage, told
from tagwise.session.build_command import (
    BuildCommand,
    BuildWishes,
    choices_of,
    compose_build_command,
)
from tagwise.session.files import read_text
from tagwise.session.shell_words import Shell, line_of, user_shell

if TYPE_CHECKING:
    from tagwise.documents.build_plan import BuildPlan

_NAMES: Final = ("Dockerfile", "Containerfile")


def build_command(  # noqa: PLR0913 - a command's options.
    dockerfile: Annotated[
        str | None, typer.Argument(metavar="DOCKERFILE", help="./Dockerfile if none is named.")
    ] = None,
    *,
    platforms: Annotated[
        list[str] | None,
        typer.Option("--platform", metavar="P[,P]", help="Such as linux/amd64,linux/arm64."),
    ] = None,
    tags: Annotated[
        list[str] | None,
        typer.Option("--tag", "-t", metavar="NAME", help="A name for the image. Repeatable."),
    ] = None,
    service: Annotated[
        str | None, typer.Option(metavar="NAME", help="Build as this compose service.")
    ] = None,
    bake_target: Annotated[
        str | None, typer.Option(metavar="NAME", help="Build as this bake target.")
    ] = None,
    alone: Annotated[
        bool, typer.Option("--alone", help="Build as no compose or bake file says.")
    ] = False,
    arguments: Annotated[
        list[str] | None,
        typer.Option("--build-arg", metavar="NAME=VALUE", help="For an ARG. Repeatable."),
    ] = None,
    target: Annotated[str, typer.Option(metavar="STAGE", help="Build up to this stage.")] = "",
    context: Annotated[
        str, typer.Option(metavar="PATH", help="The folder to build from, or a URL.")
    ] = "",
    push: Annotated[bool, typer.Option("--push", help="Push the image when it is built.")] = False,
    load: Annotated[bool, typer.Option("--load", help="Load it into the engine.")] = False,
    shell: Annotated[
        Shell | None, typer.Option(help="Whose quotes to print; yours if none is said.")
    ] = None,
    run: Annotated[bool, typer.Option("--run", help="Run it, after printing it.")] = False,
) -> None:
    """Print the `docker buildx build` line that a compose or bake file amounts to.

    Build arguments, named contexts, the stage, caches, secrets and what else the file gives are in
    it; several platforms are built by one buildx that can.
    """
    for tag in tags or ():
        parsed_reference(tag)
    wishes = BuildWishes(
        platforms=tuple(_platforms(platforms or ())),
        tags=tuple(tags or ()),
        args=dict(map(_argument, arguments or ())),
        target=target,
        context=context,
        push=push,
        load=load,
    )
    command = _composed(_file(dockerfile), wishes, service, bake_target, alone=alone)
    shown = shell or user_shell(os.environ, windows=os.name == "nt")
    typer.echo(line_of(command.words, shown), err=run)
    for each in command.unknown:
        tell(f"left out of the line: {each}")
    if command.unknown:
        raise typer.Exit(1)
    if run:
        raise typer.Exit(_run(command))


def _composed(
    file: Path,
    wishes: BuildWishes,
    service: str | None,
    bake_target: str | None,
    *,
    alone: bool,
) -> BuildCommand:
    from tagwise.cli.parts import build_session

    session = build_session()
    for complaint in session.configure():
        tell(complaint)
    session.look_in((_repository(file.parent), Path.cwd()))
    text = _text(file)
    workspace = session.workspace
    plans = () if alone else workspace.plans(file)
    plan = _chosen(file, plans, service, bake_target)
    if plan is not None and plan.obstacle:
        raise WrongUsage(f"no single line builds {plan.kind.value} {plan.name!r}: {plan.obstacle}")
    return compose_build_command(
        file, plan, wishes, text=text, settings=workspace.build_args(file), folder=Path.cwd()
    )


def _chosen(
    file: Path, plans: "Iterable[BuildPlan]", service: str | None, bake_target: str | None
) -> "BuildPlan | None":
    """Return the builder that is meant, None if there is none; several that say the same are one.

    :raises WrongUsage: if it is not clear which, or the one named does not build the file.
    """
    from tagwise.documents.build_plan import PlanKind

    wanted = {PlanKind.SERVICE: service, PlanKind.BAKE_TARGET: bake_target}
    is_named = service is not None or bake_target is not None
    listed = tuple(plans)
    found = [each for each in listed if not is_named or wanted.get(each.kind) == each.name]
    names = ", ".join(f"{each.kind.value} {each.name!r}" for each in listed)
    if is_named and not found:
        known = f": {names} do" if listed else ", and neither does anything else near it"
        raise WrongUsage(f"{service or bake_target!r} does not build {_shown(file)}{known}")
    if len(choices_of(found)) > 1:
        raise WrongUsage(
            f"{_shown(file)} is built by {names}: choose with --service or --bake-target, or say "
            "--alone"
        )
    return found[0] if found else None


def _run(command: BuildCommand) -> int:
    """Run docker without a shell, on this terminal; what ends it by Ctrl-C ends us, too."""
    from tagwise.registry.programs import find_program

    name, *words = command.words
    outside = (command.folder, _repository(command.folder))
    program = find_program(name, environment=os.environ, outside=outside)
    if program is None:
        tell(f"{name} is not on PATH: install Docker with its plugin buildx, or run the line there")
        return 1
    sys.stdout.flush()
    process = subprocess.Popen([program, *words], cwd=command.folder)  # noqa: S603 - no shell.
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # It has been told, too, and says itself what it left behind.
            continue
        return 128 - code if code < 0 else code


def _file(named: str | None) -> Path:
    if named is not None:
        path = Path(named)
        if not path.is_dir():
            return path.absolute()
        folder = path
    else:
        folder = Path()
    found = [folder / name for name in _NAMES if (folder / name).is_file()]
    if not found:
        raise WrongUsage(f"no Dockerfile in {folder}: say which file")
    return found[0].absolute()


def _repository(folder: Path) -> Path:
    """Return the folder of the git repository: whoever builds the file may stand above it."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def _text(file: Path) -> str:
    try:
        return read_text(file)
    except FileNotFoundError:
        raise WrongUsage(f"{_shown(file)}: no such file") from None
    except OSError as error:
        raise WrongUsage(told(error)) from error
    except ValueError as error:
        raise WrongUsage(f"{_shown(file)}: {error}") from error


def _shown(file: Path) -> str:
    return os.path.relpath(file)


def _platforms(written: Iterable[str]) -> Iterable[str]:
    for each in written:
        for text in each.split(","):
            parsed_platform(text.strip())
            yield text.strip()


def _argument(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        value = os.environ.get(name, "")
    return name, value

"""tagwise.server.composeBuildCommand: the `docker buildx build` line that builds a Dockerfile."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tagwise.errors import CannotAsk, NoTarget
from tagwise.lsp.client_requests import choice, tell
from tagwise.lsp.command_arguments import BuildCommandArguments
from tagwise.lsp.engine_values import BuildLine
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of, path_of

if TYPE_CHECKING:
    from tagwise.documents.build_plan import BuildPlan

ALONE = "None of them"


async def compose_build_command(
    ls: TagwiseServer, arguments: BuildCommandArguments
) -> BuildLine | None:
    """Compose the line for the person to run; nothing is started here."""
    from tagwise.session.build_command import BuildWishes, compose_build_command
    from tagwise.session.shell_words import line_of, user_shell

    await ls.settled()
    workspace = ls.session.workspace
    document = document_of(arguments.uri)
    path, text = path_of(document), workspace.text(document)
    if path is None or text is None:
        raise NoTarget(f"{arguments.uri} is no file that can be built from")
    plans = workspace.plans(path)
    plan = await _chosen(ls, plans, arguments.builder)
    if plan is not None and plan.obstacle:
        raise NoTarget(f"no single line builds {_named(plan)}: {plan.obstacle}")
    command = compose_build_command(
        path,
        plan,
        BuildWishes(platforms=arguments.platforms, tags=arguments.tags),
        text=text,
        settings=workspace.build_args(path),
        folder=_folder(path, workspace.files.roots),
    )
    line = line_of(command.words, user_shell(os.environ, windows=os.name == "nt"))
    if arguments.show:
        left = "".join(f"\nleft out of the line: {each}" for each in command.unknown)
        tell(ls, f"in {command.folder}:\n{line}{left}")
    return BuildLine(line, command.words, str(command.folder), command.unknown)


async def _chosen(
    ls: TagwiseServer, plans: "tuple[BuildPlan, ...]", builder: str | None
) -> "BuildPlan | None":
    """Return who builds it as the person means; None where nobody does.

    :raises CannotAsk: if there are several, and no way to ask.
    """
    from tagwise.session.build_command import choices_of

    found = choices_of(each for each in plans if builder in {None, each.name, _named(each)})
    if builder is not None and not found:
        raise NoTarget(f"{builder!r} does not build this file")
    if len(found) <= 1:
        return found[0] if found else None
    labelled = _labelled(found)
    question = f"This file is built by {', '.join(labelled)}. As which of them?"
    instead = "use `tagwise build-command` in a terminal"
    chosen = await choice(ls, question, *labelled, ALONE, instead=instead)
    if chosen is None:
        raise CannotAsk("no line was composed: nothing was chosen")
    return labelled.get(chosen)


def _labelled(plans: "Sequence[BuildPlan]") -> "Mapping[str, BuildPlan]":
    """Name each, and where names repeat, the file that says it, too."""
    names = [_named(each) for each in plans]
    if len(set(names)) < len(names):
        names = [f"{_named(each)} ({Path(each.document).name})" for each in plans]
    if len(set(names)) < len(names):
        names = [f"{_named(each)} ({each.document})" for each in plans]
    return dict(zip(names, plans, strict=True))


def _named(plan: "BuildPlan") -> str:
    return f"{plan.kind.value} {plan.name}"


def _folder(path: Path, roots: tuple[Path, ...]) -> Path:
    """Return the folder to run the line in: the workspace's that holds the file."""
    above = [root for root in roots if path.is_relative_to(root)]
    return max(above, key=lambda each: len(each.parts), default=path.parent)

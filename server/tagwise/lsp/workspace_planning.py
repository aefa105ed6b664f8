"""Pinning and updating in every file of the workspace, as one edit that a person looks over first.

Does not know how a digest is found out, nor which files there are.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from lsprotocol import types

from tagwise.documents.model import Occurrence
from tagwise.errors import NoTarget
from tagwise.ide.actions.offer import Verb
from tagwise.ide.edits import Edit, Plan, merged
from tagwise.ide.phrases import counted
from tagwise.lsp.applying import apply_edit, complaint_of, documents_of
from tagwise.lsp.client_requests import tell
from tagwise.lsp.command_arguments import FolderArguments
from tagwise.lsp.convert import workspace_edit
from tagwise.lsp.planning import failures_of
from tagwise.lsp.progress import Progress, with_progress
from tagwise.lsp.reference_values import ChangedReferences
from tagwise.lsp.server import TagwiseServer
from tagwise.session.pinner import Outcome
from tagwise.session.rereading import changed_since
from tagwise.session.uris import document_of, path_of
from tagwise.session.whole_workspace import read_workspace
from tagwise.session.workspace import Workspace

_TITLES: Final = {Verb.PIN: "Pin all images", Verb.UPDATE: "Update all pins"}
_DONE: Final = {Verb.PIN: "pinned", Verb.UPDATE: "updated"}
_ONE: Final = {Verb.PIN: "Pin", Verb.UPDATE: "Update the pin of"}


async def change_workspace(
    ls: TagwiseServer, arguments: FolderArguments, verb: Verb
) -> ChangedReferences | None:
    """Plan, have it looked over and applied, and say what became of it; None if cancelled."""
    await ls.settled()
    folders = _folders(ls, arguments)

    async def work(progress: Progress) -> tuple[tuple[Outcome, ...], Workspace]:
        return await _planned(ls, folders, verb, progress)

    planned = await with_progress(ls, _TITLES[verb], work)
    if planned is None:
        return None
    outcomes, planned_for = planned
    failures = tuple(failures_of(outcomes))
    plans = [each.result for each in outcomes if isinstance(each.result, Plan)]
    changed = sum(bool(each.edits) for each in plans)
    unchanged = len(plans) - changed
    if failures:
        stay = f"{len(failures)} of {counted(len(outcomes), 'image')} cannot be {_DONE[verb]}"
        said = f"Tagwise: {stay}: {complaint_of(failures)}"
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, said))
    if not changed:
        if not failures:
            tell(ls, f"nothing to change in {counted(len(outcomes), 'image')}")
        return ChangedReferences(0, unchanged, (), failures, is_applied=False)
    edit = workspace_edit(
        merged(plans),
        planned_for,
        ls.workspace.position_encoding,
        versioned=ls.abilities.versioned_edits,
        labels=_labels(outcomes, verb) if ls.abilities.change_annotations else None,
    )
    documents = documents_of(edit)
    images, files = counted(changed, "image"), counted(len(documents), "file")
    if edit.change_annotations:
        # A person may leave some out, and nobody says which.
        tell(ls, f"{images} in {files} can be {_DONE[verb]}: look them over, then apply")
    is_applied = await apply_edit(ls, edit)
    if is_applied and not edit.change_annotations:
        tell(ls, f"{images} {_DONE[verb]} in {files}")
    return ChangedReferences(changed, unchanged, documents, failures, is_applied)


async def _planned(
    ls: TagwiseServer, folders: Sequence[Path], verb: Verb, progress: Progress
) -> tuple[tuple[Outcome, ...], Workspace]:
    """Plan, and return the workspace that the plans fit, too: as it is once registries have said.

    :raises NoTarget: if a document that is to be edited says something else by then.
    """
    progress.report("reading files", 0)
    reads = [
        read
        async for read in read_workspace(ls.session.workspace, folders)
        if _is_below(read.document, folders)
    ]
    images = [
        (read, each) for read in reads for each in read.parsed.occurrences if each.skipped is None
    ]

    def told(done: int) -> None:
        progress.report(f"{done} of {counted(len(images), 'image')}", done * 100 // len(images))

    occurrences = [occurrence for _, occurrence in images]
    outcomes = await ls.session.pinner.outcomes(occurrences, verb, told=told)
    edited = (
        read
        for (read, _), outcome in zip(images, outcomes, strict=True)
        if isinstance(outcome.result, Plan) and outcome.result.edits
    )
    now = ls.session.workspace.apart()
    for read in await changed_since(edited, now):
        name = Path(read.document).name
        message = f"{name}, or what it has values from, has changed while registries were asked"
        raise NoTarget(f"{message}: try again")
    return outcomes, now


def _is_below(document: str, folders: Sequence[Path]) -> bool:
    path = path_of(document)
    return path is not None and any(path.is_relative_to(folder) for folder in folders)


def _folders(ls: TagwiseServer, arguments: FolderArguments) -> tuple[Path, ...]:
    roots = ls.session.workspace.files.roots
    if arguments.folder is None:
        if not roots:
            raise NoTarget("no folder is open in the editor")
        return roots
    folder = path_of(document_of(arguments.folder))
    if folder is None or not any(folder.is_relative_to(root) for root in roots):
        raise NoTarget(f"{arguments.folder} is no folder of this workspace")
    return (folder,)


def _labels(outcomes: Sequence[Outcome], verb: Verb) -> dict[Edit, str]:
    """Give each edit the words a person sees it under, and may leave it out by."""
    labels: dict[Edit, str] = {}
    for outcome in outcomes:
        if isinstance(outcome.result, Plan):
            for edit in outcome.result.edits:
                labels.setdefault(edit, f"{_ONE[verb]} {_name(outcome.occurrence)}")
    return labels


def _name(occurrence: Occurrence) -> str:
    reference = occurrence.reference
    return reference.without_digest().familiar if reference is not None else occurrence.value.text

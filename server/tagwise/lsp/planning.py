"""From the data of a code action to its edits: shared by its resolve request and its command.

Does not know how the edits reach the client.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

import attrs
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tagwise.documents.model import Occurrence
from tagwise.errors import NoTarget
from tagwise.ide.actions.pin import can_pin
from tagwise.ide.edits import Plan, Refusal, merged, pin
from tagwise.lsp.action_data import ActionData
from tagwise.lsp.applying import complaint_of
from tagwise.lsp.convert import workspace_edit
from tagwise.lsp.image_target import ImageTarget, occurrence_of
from tagwise.lsp.server import TagwiseServer
from tagwise.session.pinner import Outcome
from tagwise.session.uris import document_of
from tagwise.session.workspace import ReadDocument

ON_SAVE: Final = 0.8
"""Seconds an action that holds up a save may take; what is not known by then stays as it is."""


@attrs.frozen
class PlannedEdit:
    """`failures` are sentences about what could not be done; `changed` and `unchanged` count the rest."""

    edit: types.WorkspaceEdit | None
    failures: tuple[str, ...]
    changed: int
    unchanged: int

    @property
    def complaint(self) -> str:
        return complaint_of(self.failures)


async def plan_edit(ls: TagwiseServer, data: ActionData) -> PlannedEdit:
    """Compute the edit that `data` stands for.

    The files that values come from are read anew, before the registry is asked and after: an edit
    is made for the texts as they are.

    :raises JsonRpcException: `ContentModified` where something has changed since.
    """
    await ls.settled()
    read = await _read_anew(ls, data)
    occurrences = _selected(ls, data, read)
    outcomes = await _outcomes(ls, occurrences, data)
    if (await _read_anew(ls, data)).parsed != read.parsed:
        raise content_modified()
    plan = merged(each.result for each in outcomes if isinstance(each.result, Plan))
    encoding = ls.workspace.position_encoding
    versioned = ls.abilities.versioned_edits
    edit = workspace_edit(plan, ls.session.workspace, encoding, versioned=versioned)
    plans = [each.result for each in outcomes if isinstance(each.result, Plan)]
    changed = sum(bool(each.edits) for each in plans)
    failures = tuple(failures_of(outcomes))
    return PlannedEdit(edit if plan.edits else None, failures, changed, len(plans) - changed)


def _selected(ls: TagwiseServer, data: ActionData, read: ReadDocument) -> tuple[Occurrence, ...]:
    if data.is_on_all:
        return tuple(each for each in read.parsed.occurrences if _is_meant(each, data))
    target = ImageTarget(data.uri, occurrence=data.occurrence, position=data.position)
    try:
        return (occurrence_of(ls, target, read),)
    except NoTarget as error:
        raise content_modified(str(error)) from error


def _is_meant(occurrence: Occurrence, data: ActionData) -> bool:
    """Whether an action on all images is on this one; one that cannot be done is told of if asked."""
    return can_pin(occurrence) if data.automatic else occurrence.skipped is None


def content_modified(
    message: str = "the document has changed since the action was offered",
) -> JsonRpcException:
    return JsonRpcException(message, types.LSPErrorCodes.ContentModified.value)


async def _read_anew(ls: TagwiseServer, data: ActionData) -> ReadDocument:
    ls.session.workspace.look_again()
    read = await ls.session.workspace.read(document_of(data.uri))
    # An id means the same image in any version; anything else means the text it was given for.
    is_old = read is not None and data.version not in {None, read.version}
    if read is None or (is_old and data.occurrence is None):
        raise content_modified()
    return read


async def _outcomes(
    ls: TagwiseServer, occurrences: tuple[Occurrence, ...], data: ActionData
) -> tuple[Outcome, ...]:
    if data.automatic and ls.session.silence is not None:
        return tuple(_known_outcome(ls, occurrence) for occurrence in occurrences)
    work = ls.session.pinner.outcomes(occurrences, data.verb, data.tag)
    asking = ls.session.tasks.start(work, name=f"{data.verb.value} in {data.uri}")
    await asyncio.wait({asking}, timeout=ON_SAVE if data.automatic else None)
    if asking.done() and not asking.cancelled():
        return tuple(each for each in asking.result() if not (data.automatic and each.failed))
    if data.automatic:
        return tuple(_known_outcome(ls, occurrence) for occurrence in occurrences)
    code = types.LSPErrorCodes.ServerCancelled.value
    raise JsonRpcException("the settings have changed meanwhile: try again", code)


def _known_outcome(ls: TagwiseServer, occurrence: Occurrence) -> Outcome:
    known = ls.session.lookup.known_digest(occurrence.reference) if occurrence.reference else None
    return Outcome(occurrence, pin(occurrence, known) if known else Plan(()))


def failures_of(outcomes: Iterable[Outcome]) -> Iterable[str]:
    """Say what could not be done, each in a sentence that names the image."""
    for outcome in outcomes:
        match outcome.result:
            case Refusal(reason):
                text = outcome.occurrence.value.text
                yield reason if text in reason else f"{text}: {reason}"
            case Plan():
                pass

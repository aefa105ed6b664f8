"""The edits that taking over an inlay hint makes: the pin, where it stands in the same document.

An editor takes edits of a hint for its own document only; a pin that goes elsewhere has none.
Does not know what the hint says.
"""

import asyncio
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from tagwise.documents.model import Occurrence
from tagwise.errors import InvalidManifest, RegistryError
from tagwise.ide.actions.offer import Verb
from tagwise.ide.actions.pin import can_pin
from tagwise.ide.edits import Plan, Refusal, pin
from tagwise.lsp.convert import Positions
from tagwise.lsp.server import TagwiseServer
from tagwise.session.workspace import ReadDocument

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE: Final = 3.0


def known_edits(
    ls: TagwiseServer, read: ReadDocument, occurrence: Occurrence
) -> "Sequence[types.TextEdit] | None":
    """Return the edits that pin to the digest that is known; None where there are none."""
    if occurrence.reference is None or not can_pin(occurrence):
        return None
    known = ls.session.lookup.known_digest(occurrence.reference)
    return None if known is None else _edits(ls, read, pin(occurrence, known))


async def asked_edits(
    ls: TagwiseServer, read: ReadDocument, occurrence: Occurrence
) -> "Sequence[types.TextEdit] | None":
    """Return the edits that pin to what the tag names now, as far as its registry says so soon."""
    if not can_pin(occurrence) or ls.session.silence is not None:
        return known_edits(ls, read, occurrence)
    asking = ls.session.tasks.start(_planned(ls, occurrence), name="pin by a hint")
    await asyncio.wait({asking}, timeout=PATIENCE)
    plan = asking.result() if asking.done() and not asking.cancelled() else None
    return None if plan is None else _edits(ls, read, plan)


async def _planned(ls: TagwiseServer, occurrence: Occurrence) -> Plan | None:
    try:
        plan = await ls.session.pinner.plan(occurrence, Verb.PIN)
    except (RegistryError, InvalidManifest):
        return None
    return plan if isinstance(plan, Plan) else None


def _edits(
    ls: TagwiseServer, read: ReadDocument, plan: Plan | Refusal
) -> "Sequence[types.TextEdit] | None":
    if isinstance(plan, Refusal) or any(
        edit.place.document != read.document for edit in plan.edits
    ):
        return None
    positions = Positions(read.text, ls.workspace.position_encoding)
    edits = [types.TextEdit(positions.range(each.place.span), each.text) for each in plan.edits]
    return edits or None

"""tagwise.server.applyAction: pins, updates or unpins one reference of a document, or all of them."""

from typing import Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tagwise.errors import NoTarget
from tagwise.ide.actions.offer import Verb
from tagwise.lsp.action_data import ActionData
from tagwise.lsp.applying import apply_edit, documents_of
from tagwise.lsp.client_requests import tell
from tagwise.lsp.reference_values import ChangedReferences
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of

_NOTHING_TO_DO: Final = {
    Verb.PIN: "is pinned to its digest already",
    Verb.UPDATE: "is up to date",
    Verb.UNPIN: "has no digest to remove",
    Verb.RETAG: "has no newer tag of its line",
}


async def apply_action(ls: TagwiseServer, data: ActionData) -> ChangedReferences | None:
    from tagwise.lsp.planning import plan_edit

    try:
        planned = await plan_edit(ls, data)
    except JsonRpcException as error:
        raise NoTarget(error.message) from error
    if said := planned.complaint:
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, said))
    if planned.edit is None:
        if not said:
            every = "every image" if data.is_on_all else "the image"
            tell(ls, f"nothing to change: {every} {_NOTHING_TO_DO[data.verb]}")
        return ChangedReferences(0, planned.unchanged, (), planned.failures, is_applied=False)
    is_applied = await apply_edit(ls, planned.edit)
    documents = documents_of(planned.edit)
    elsewhere = [each for each in documents if document_of(each) != document_of(data.uri)]
    if is_applied and elsewhere:
        # The value comes from another file, which the person may not be looking at.
        names = ", ".join(each.rpartition("/")[2] for each in elsewhere)
        tell(ls, f"the edit is in {names}, where the value comes from")
    return ChangedReferences(
        planned.changed, planned.unchanged, documents, planned.failures, is_applied
    )

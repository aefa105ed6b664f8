"""tagwise.server.listReferences: what stands in a document where an image can."""

from tagwise.ide.actions.pin import can_pin
from tagwise.ide.occurrence_ids import occurrence_ids
from tagwise.lsp.command_arguments import DocumentArguments
from tagwise.lsp.convert import Positions
from tagwise.lsp.reference_values import ListedReference
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of


async def list_references(
    ls: TagwiseServer, arguments: DocumentArguments
) -> tuple[ListedReference, ...]:
    await ls.settled()
    read = await ls.session.workspace.read(document_of(arguments.uri))
    if read is None:
        return ()
    positions = Positions(read.text, ls.workspace.position_encoding)
    occurrences = read.parsed.occurrences
    return tuple(
        ListedReference(
            id=name,
            text=each.value.text,
            range=positions.range(each.span),
            role=each.role.value,
            familiar_name=each.reference.familiar if each.reference else None,
            canonical_name=each.reference.canonical if each.reference else None,
            platform=str(each.platform) if each.platform else None,
            variant=each.variant,
            is_pinned=each.reference is not None and each.reference.digest is not None,
            can_pin=each.skipped is None and can_pin(each),
            skipped=each.skipped.message if each.skipped else None,
            skip_reason=each.skipped.reason.value if each.skipped else None,
        )
        for each, name in zip(occurrences, occurrence_ids(occurrences), strict=True)
    )

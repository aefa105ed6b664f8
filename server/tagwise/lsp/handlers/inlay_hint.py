"""textDocument/inlayHint: what a reference means today, behind it; never asks the network."""

from collections.abc import Iterator

from lsprotocol import types

from tagwise.documents.traced import Span
from tagwise.lsp.convert import Positions
from tagwise.lsp.hint_edits import known_edits
from tagwise.lsp.image_target import to_wire
from tagwise.lsp.known_images import each_alone, find_out_behind, known_image
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of
from tagwise.session.workspace import ReadDocument


async def inlay_hint(
    ls: TagwiseServer, params: types.InlayHintParams
) -> list[types.InlayHint] | None:
    ls.asks_for_hints = True
    await ls.settled()
    document = document_of(params.text_document.uri)
    read = await ls.session.workspace.read(document)
    if read is None or not ls.session.workspace.shows_inlay_hints(document):
        return None
    find_out_behind(ls, read)
    shown = Positions(read.text, ls.workspace.position_encoding).span(params.range)
    return list(_hints(ls, params.text_document.uri, read, shown))


def _hints(
    ls: TagwiseServer, uri: str, read: ReadDocument, shown: Span
) -> Iterator[types.InlayHint]:
    from tagwise.ide.inlay_hints import hint_label

    positions = Positions(read.text, ls.workspace.position_encoding)
    now = ls.session.clock()
    for occurrence, target in each_alone(uri, read):
        if occurrence.span.end not in shown:
            continue
        known = known_image(ls, occurrence)
        label = hint_label(occurrence, known.answer, tag=known.tag, now=now)
        if label is not None:
            resolves = "textEdits" in ls.abilities.hint_properties
            yield types.InlayHint(
                positions.range(occurrence.span).end,
                label,
                text_edits=None if resolves else known_edits(ls, read, occurrence),
                padding_left=True,
                data=to_wire(target),
            )

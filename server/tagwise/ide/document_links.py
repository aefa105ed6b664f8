"""Links from references to the pages their registries have about them.

Does not know which registries have any.
"""

from collections.abc import Iterator

import attrs

from tagwise.documents.model import ParsedDocument, SkipReason
from tagwise.documents.traced import Span
from tagwise.oci.registry_pages import page_of


@attrs.frozen
class DocumentLink:
    """`tooltip` is what a person reads before following it."""

    span: Span
    url: str
    tooltip: str


def document_links(parsed: ParsedDocument) -> Iterator[DocumentLink]:
    """Yield one link for each place that names an image or an artifact, in the text's order."""
    linked: set[Span] = set()
    for occurrence in parsed.occurrences:
        reference, skipped = occurrence.reference, occurrence.skipped
        is_named = skipped is None or skipped.reason is SkipReason.ARTIFACT
        if reference is None or not is_named or occurrence.span in linked:
            continue
        page = page_of(reference)
        if page is not None:
            linked.add(occurrence.span)
            tooltip = f"{reference.without_digest().familiar} on {page.site}"
            yield DocumentLink(occurrence.span, page.url, tooltip)

"""What is around a place that is written in: the document's stages, and images somebody may mean.

Those are the images of documents that are open, then those of this machine's engine.
Does not know what they are offered for.
"""

from collections import Counter
from collections.abc import Iterator

from tagwise.documents.model import ParsedDocument
from tagwise.errors import InvalidReference
from tagwise.ide.completion import NamedImage
from tagwise.ide.writing import MARK
from tagwise.oci.reference import ImageReference
from tagwise.session.session import Session
from tagwise.session.suggestions import Place
from tagwise.session.workspace import ReadDocument


async def surroundings(session: Session, read: ReadDocument) -> Place:
    documents = [read.parsed]
    for document in session.workspace.open_documents():
        other = await session.workspace.read(document) if document != read.document else None
        if other is not None:
            documents.append(other.parsed)
    images = (*_written(documents), *_local(session))
    return Place(stages=(), images=images)


def _written(documents: list[ParsedDocument]) -> Iterator[NamedImage]:
    """Yield the images that documents name, the most used first."""
    counted = Counter(
        occurrence.reference.without_digest().familiar
        for parsed in documents
        for occurrence in parsed.occurrences
        if occurrence.reference is not None and occurrence.skipped is None
    )
    for text, _ in counted.most_common():
        if MARK not in text:
            yield NamedImage(ImageReference.parse(text), "used in this workspace")


def _local(session: Session) -> Iterator[NamedImage]:
    for text in session.local_names():
        try:
            yield NamedImage(ImageReference.parse(text), "on this machine")
        except InvalidReference:
            continue

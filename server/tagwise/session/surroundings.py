"""What is around a place that is written in: the document's stages, and images somebody may mean.

Those are the images of the workspace's documents, then those of this machine's engine.
Does not know what they are offered for.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from tagwise.documents.model import ParsedDocument, Role
from tagwise.documents.names import Giver, Name, NameKind
from tagwise.ide.completion import NamedImage
from tagwise.ide.writing import Part, Writing
from tagwise.oci.reference import ImageReference, as_reference
from tagwise.session.navigation import document_of_giver
from tagwise.session.session import Session
from tagwise.session.suggestions import PATIENCE, Place


async def surroundings(session: Session, writing: Writing, document: str) -> Place:
    """Return what is around a place in `document`: of images only where one may be named."""
    if writing.part in {Part.STAGE, Part.VARIABLE}:
        giver = document_of_giver(document, Giver(writing.name, writing.within))
        names = session.workspace.given_names(giver) if giver is not None else ()
        names = tuple(each for each in names if each.within == writing.within)
        return Place(_of(names, NameKind.STAGE), _of(names, NameKind.VARIABLE))
    if writing.part is Part.BUILD_PLATFORM:
        return Place(bases=await _bases(session, writing, document))
    if writing.part is not Part.NAME:
        return Place()
    names = session.workspace.given_names(document)
    start = writing.span.start
    before = [
        each
        for each in names
        if each.definitions[0].start < start and (each.within is None or start in each.within)
    ]
    documents: list[ParsedDocument] = []
    for each in session.workspace.open_documents():
        read = await session.workspace.read(each)
        if read is not None:
            documents.append(read.parsed)
    documents += [each.parsed for each in await session.images.soon(PATIENCE)]
    images = (*_written(documents, writing.whole), *_local(session))
    settled = not session.images.is_searching
    return Place(_of(before, NameKind.STAGE), images=images, settled=settled)


async def _bases(session: Session, writing: Writing, document: str) -> tuple[ImageReference, ...]:
    """Return what a Dockerfile builds on for the platform it is built for, each image once.

    What a stage asks for by name, most often the platform that builds, is another's.
    """
    giver = document_of_giver(document, Giver(writing.name, writing.within))
    seen = session.workspace.opened_or_on_disk(giver) if giver is not None else None
    read = await session.workspace.glance(giver, seen) if giver and seen is not None else None
    if read is None:
        return ()
    fixed = {each.reference for each in read.parsed.platforms}
    found = (
        each.reference
        for each in read.parsed.occurrences
        if each.role is Role.BASE_IMAGE and each.reference is not None and each.skipped is None
        if writing.within is None or each.span.start in writing.within
    )
    bases = tuple(dict.fromkeys(found))
    return tuple(each for each in bases if each not in fixed) or bases


def _of(names: Iterable[Name], kind: NameKind) -> tuple[str, ...]:
    return tuple(each.name for each in names if each.kind is kind)


def _written(documents: list[ParsedDocument], unfinished: str) -> Iterator[NamedImage]:
    """Yield the images that documents name, the most used first, but what is only begun."""
    counted = Counter(
        occurrence.reference.without_digest().familiar
        for parsed in documents
        for occurrence in parsed.occurrences
        if occurrence.reference is not None and occurrence.skipped is None
    )
    for text, _ in counted.most_common():
        if text != unfinished:
            yield NamedImage(ImageReference.parse(text), "used in this workspace")


def _local(session: Session) -> Iterator[NamedImage]:
    for text in session.local_names():
        if (reference := as_reference(text)) is not None:
            yield NamedImage(reference, "on this machine")

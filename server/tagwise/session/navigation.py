"""From a place in a document to others: definitions, uses, other places of the same image.

Does not know the protocol.
"""

import os
from collections.abc import Iterable

from tagwise.documents.model import Role
from tagwise.documents.names import Giver, Name, NameElsewhere, NameKind
from tagwise.documents.traced import Place, Span
from tagwise.ide.navigation import (
    definitions_for,
    elsewhere_at,
    image_at,
    name_at,
    origins_at,
    places_of,
)
from tagwise.session.session import Session
from tagwise.session.uris import path_of
from tagwise.session.workspace import ReadDocument


async def definitions(session: Session, read: ReadDocument, offset: int) -> tuple[Place, ...]:
    """Return where what stands at `offset` comes from."""
    workspace = session.workspace
    elsewhere = elsewhere_at(workspace.names_elsewhere(read.document), offset)
    if elsewhere:
        found_there = [await _in_dockerfile(session, read, each) for each in elsewhere]
        return tuple(dict.fromkeys(place for each in found_there for place in each))
    found = list(origins_at(read.parsed, offset, read.document))
    name = name_at(workspace.given_names(read.document), offset)
    if name is not None:
        own = [Place(read.document, span) for span in definitions_for(name, offset)]
        beyond = [place for place in found if place.document != read.document]
        found = [*own, *beyond]
    return tuple(dict.fromkeys(found))


async def uses(
    session: Session, read: ReadDocument, offset: int, *, with_definitions: bool
) -> tuple[Place, ...]:
    """Return every place that uses the name at `offset`, or that names the same image."""
    found = name_there(session, read, offset)
    if found is not None:
        document, name = found
        spans = name.spans if with_definitions else name.uses
        own = [Place(document, span) for span in spans]
        said = said_of(session, document, name)
        return tuple(dict.fromkeys([*own, *(Place(where, each.span) for where, each in said)]))
    image = image_at(read.parsed, offset, read.document)
    if image is None:
        return ()
    documents = await session.images.documents()
    return tuple(
        Place(each.document, span) for each in documents for span in places_of(each.parsed, image)
    )


def highlights(session: Session, read: ReadDocument, offset: int) -> tuple[Iterable[Span], ...]:
    """Return the places of this document that mean the same: definitions, then the others."""
    name = name_at(session.workspace.given_names(read.document), offset)
    if name is not None:
        return name.definitions, name.uses
    image = image_at(read.parsed, offset, read.document)
    return (), places_of(read.parsed, image) if image is not None else ()


def name_there(session: Session, read: ReadDocument, offset: int) -> tuple[str, Name] | None:
    """Return the name at `offset`, and the document that gives it."""
    workspace = session.workspace
    name = name_at(workspace.given_names(read.document), offset)
    if name is not None:
        return read.document, name
    for elsewhere in elsewhere_at(workspace.names_elsewhere(read.document), offset):
        document = document_of_giver(read.document, elsewhere.giver)
        names = workspace.given_names(document) if document and elsewhere.is_written else ()
        found = next((each for each in names if _is_meant(each, elsewhere)), None)
        if document is not None and found is not None:
            return document, found
    return None


def said_of(session: Session, document: str, name: Name) -> list[tuple[str, NameElsewhere]]:
    """List where those who build a document say a name of it, each with the document it is in."""
    workspace = session.workspace
    if name.within is not None:
        said = [(document, each) for each in workspace.names_elsewhere(document)]
    else:
        said = [*workspace.said_of_names(document)]
    return [(where, each) for where, each in said if each.is_written and _is_meant(name, each)]


def document_of_giver(document: str, giver: Giver) -> str | None:
    """Return the document that gives names which another, or it itself, says."""
    return document if giver.within is not None else document_named(document, giver.path)


def document_named(document: str, named: str) -> str | None:
    """Return the document that a path from the folder of another leads to."""
    path = path_of(document)
    return None if path is None else os.path.normpath(path.parent / named)


async def _in_dockerfile(
    session: Session, read: ReadDocument, elsewhere: NameElsewhere
) -> tuple[Place, ...]:
    document, within = document_of_giver(read.document, elsewhere.giver), elsewhere.giver.within
    if document is None:
        return ()
    for name in session.workspace.given_names(document):
        if _is_meant(name, elsewhere):
            return (Place(document, name.definitions[0]),)
    if elsewhere.kind is not NameKind.STAGE or elsewhere.name is not None:
        return ()
    seen = session.workspace.opened_or_on_disk(document)
    other = await session.workspace.glance(document, seen) if seen is not None else None
    bases = [
        each.span
        for each in (other.parsed.occurrences if other is not None else ())
        if each.role is Role.BASE_IMAGE and (within is None or each.span.start in within)
    ]
    return (Place(document, bases[-1]),) if bases else ()


def _is_meant(name: Name, elsewhere: NameElsewhere) -> bool:
    said = (elsewhere.kind, elsewhere.name, elsewhere.giver.within)
    return (name.kind, name.name, name.within) == said

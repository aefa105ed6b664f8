"""What a command is about: an image, as a client names it.

One of: an occurrence of a document by its id, which the server gave; what stands at a position of a
document; a reference as text.  Clients keep ids while documents change: an old version is no error
as long as the same occurrence can be found.
Does not know what is done with the image.
"""

import attrs
from cattrs import structure, unstructure
from cattrs.errors import BaseValidationError
from lsprotocol import types

from tagwise.documents.model import Occurrence
from tagwise.errors import NoTarget
from tagwise.ide.occurrence_ids import find_occurrence, occurrence_id
from tagwise.lsp.convert import Positions
from tagwise.lsp.server import TagwiseServer
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.session.uris import document_of
from tagwise.session.workspace import ReadDocument


@attrs.frozen
class ImageTarget:
    """`uri` with `occurrence` or `position`, or `reference`; `platform` beats what a file asks for."""

    uri: str | None = None
    version: int | None = None
    occurrence: str | None = None
    position: types.Position | None = None
    reference: str | None = None
    platform: str | None = None


@attrs.frozen
class TargetImage:
    """The image that is meant; where a document names it, also the occurrence, and the document."""

    reference: ImageReference
    platform: Platform | None
    occurrence: Occurrence | None = None
    read: ReadDocument | None = None


def target_of(uri: str, read: ReadDocument, occurrence: Occurrence) -> ImageTarget:
    """Return the target that leads back to an occurrence."""
    name = occurrence_id(read.parsed.occurrences, occurrence)
    return ImageTarget(uri=uri, version=read.version, occurrence=name)


def to_wire(target: ImageTarget) -> dict[str, object]:
    """Return a target as clients write one: with what it says, and nothing else."""
    wire: dict[str, object] = unstructure(target)
    return {key: value for key, value in wire.items() if value is not None}


def from_wire(raw: object) -> ImageTarget | None:
    """Return the target, or None where a client sends something else."""
    try:
        return structure(raw, ImageTarget)
    except (BaseValidationError, TypeError, ValueError):
        return None


async def image_of(ls: TagwiseServer, target: ImageTarget) -> TargetImage:
    """Return the image a target means.

    :raises NoTarget: if it means none, or more than one.
    :raises InvalidReference: if its text is no reference.
    :raises InvalidPlatform: if it asks for what is no platform.
    """
    platform = Platform.parse(target.platform) if target.platform else None
    if target.reference is not None:
        return TargetImage(ImageReference.parse(target.reference), platform)
    read = await read_of(ls, target)
    occurrence = occurrence_of(ls, target, read)
    if occurrence.reference is None or occurrence.skipped is not None:
        why = occurrence.skipped.message if occurrence.skipped else "it is no image"
        raise NoTarget(f"{occurrence.value.text}: {why}")
    platform = platform or occurrence.platform
    return TargetImage(occurrence.reference, platform, occurrence, read)


async def engine_name_of(ls: TagwiseServer, target: ImageTarget) -> str:
    """Return what an engine finds a target's image by; a reference may be an id, or its beginning.

    :raises NoTarget: if it means none, or more than one.
    :raises InvalidReference: if its text is neither.
    """
    from tagwise.engine.names import engine_name, is_id

    if target.reference is not None and is_id(target.reference):
        return target.reference
    return engine_name((await image_of(ls, target)).reference)


async def read_of(ls: TagwiseServer, target: ImageTarget) -> ReadDocument:
    """Return the document of a target, as it is now.

    :raises NoTarget: if there is none that is open and read.
    """
    if target.uri is None:
        raise NoTarget("no image is named: neither a document nor a reference was given")
    await ls.settled()
    read = await ls.session.workspace.read(document_of(target.uri))
    if read is None:
        raise NoTarget(f"{target.uri} is not open in the editor, or names no images")
    return read


def occurrence_of(ls: TagwiseServer, target: ImageTarget, read: ReadDocument) -> Occurrence:
    """Return the occurrence of a document that is meant.

    :raises NoTarget: if that is none, or more than one.
    """
    occurrences = read.parsed.occurrences
    if target.occurrence is not None:
        found = find_occurrence(occurrences, target.occurrence)
        if found is None:
            raise NoTarget("the image has changed in the document meanwhile: try again")
        return found
    if target.position is None:
        raise NoTarget("no place in the document was given")
    offset = Positions(read.text, ls.workspace.position_encoding).offset(target.position)
    here = [each for each in occurrences if offset in each.span]
    if not here:
        raise NoTarget(f"no image is named in line {target.position.line + 1}, at the cursor")
    images = {(each.reference and each.reference.canonical, each.platform) for each in here}
    if len(images) > 1:
        named = ", ".join(f"{each.value.text} ({each.variant})" for each in here)
        raise NoTarget(f"several images are meant here, by who builds them: {named}")
    return next((each for each in here if each.skipped is None), here[0])

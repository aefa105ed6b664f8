"""What somebody is writing at a place: which part of which reference, and what a choice replaces.

A place may be empty, or hold half a name: so the document is read as it would be if a word stood
there (`marked`), and where that word turns up in what was read says what the place is for.  So no
format needs to be known here, and a value that comes from elsewhere is seen whole where it is used.
Does not know what could be written there.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Final

import attrs

from tagwise.documents.build_platforms import BuildPlatform
from tagwise.documents.model import AskedPlatform, Occurrence, ParsedDocument, Role
from tagwise.documents.names import Giver, NameElsewhere, NameKind
from tagwise.documents.traced import Piece, Span, TracedText
from tagwise.oci.reference import ImageReference, as_reference

# A word that can stand in a name, a tag and a platform, and in nothing that anybody writes.
MARK: Final = "zqtagwiseqz"

_IN_PIECES: Final = frozenset({Role.CHART_IMAGE, Role.IMAGE_OVERRIDE})


class Part(Enum):
    """What a place is for: a part of a reference, what is asked of it, a name of a Dockerfile."""

    NAME = "name"
    TAG = "tag"
    DIGEST = "digest"
    PLATFORM = "platform"
    BUILD_PLATFORM = "build platform"
    STAGE = "stage"
    VARIABLE = "variable"


@attrs.frozen
class Writing:
    """`span` of the document is what a choice replaces; `typed` of it stands before the cursor.

    `before` and `behind` are what the part says around it, from elsewhere: a choice has to start
    and to end so, and only what is between goes to `span`.  `whole` is what the part says now.
    `name` is the name of the image, as far as it is written, or the path of what gives the name that
    is written, if it is not a part of the document, at `within`.  `has_tag`: something follows it, or
    cannot.
    """

    part: Part
    span: Span
    typed: str
    whole: str
    before: str
    behind: str
    name: str
    role: Role | None
    tag: str | None = None
    has_tag: bool = False
    within: Span | None = None

    @property
    def reference(self) -> ImageReference | None:
        """The image that is written about, with its tag where a digest or a platform is."""
        return as_reference(f"{self.name}:{self.tag}" if self.tag else self.name)

    def inserted(self, choice: str) -> str | None:
        """Return what goes to `span` for a choice, None if it does not fit what stands around."""
        if not (choice.startswith(self.before) and choice.endswith(self.behind)):
            return None
        end = len(choice) - len(self.behind)
        return choice[len(self.before) : end] if end > len(self.before) else None


def marked(text: str, offset: int) -> str:
    return f"{text[:offset]}{MARK}{text[offset:]}"


def writings(parsed: ParsedDocument, document: str, offset: int) -> Iterator[Writing]:
    """Yield what is written at `offset` of `document`, whose marked text `parsed` is of."""
    seen: set[tuple[Part, str, str, str]] = set()
    for writing in _found(parsed, document, offset):
        key = (writing.part, writing.name, writing.before, writing.behind)
        if key not in seen:
            seen.add(key)
            yield writing


def naming(name: NameElsewhere, text: str, offset: int) -> Writing | None:
    """Return what is written of a name that another document gives; `text` is marked."""
    part = Part.STAGE if name.kind is NameKind.STAGE else Part.VARIABLE
    return _told(part, name.span, name.giver, text, offset) if name.is_written else None


def building_for(platform: BuildPlatform, text: str, offset: int) -> Writing | None:
    """Return what is written of a platform that a Dockerfile is built for; `text` is marked."""
    return _told(Part.BUILD_PLATFORM, platform.span, platform.giver, text, offset)


def _told(part: Part, span: Span, giver: Giver, text: str, offset: int) -> Writing | None:
    if MARK not in span.of(text):
        return None
    typed, whole = text[span.start : offset], span.of(text).replace(MARK, "")
    unmarked = Span(span.start, span.end - len(MARK))
    within = _unmarked(giver.within, offset) if giver.within is not None else None
    return Writing(part, unmarked, typed, whole, "", "", giver.path, None, within=within)


def _unmarked(span: Span, offset: int) -> Span:
    """Return where what stands at a span of the marked text stands without the mark."""
    before = [at - len(MARK) if at > offset else at for at in (span.start, span.end)]
    return Span(*before)


def _found(parsed: ParsedDocument, document: str, offset: int) -> Iterator[Writing]:
    for asked in parsed.platforms:
        at = asked.value.text.find(MARK)
        if at >= 0 and (writing := _platform(asked, at, document, offset)) is not None:
            yield writing
    for occurrence in parsed.occurrences:
        at = occurrence.value.text.find(MARK)
        if at >= 0 and (writing := _reference(occurrence, at, document, offset)) is not None:
            yield writing


def _platform(asked: AskedPlatform, at: int, document: str, offset: int) -> Writing | None:
    found = _written(asked.value, (0, len(asked.value.text)), at, document, offset)
    if found is None:
        return None
    reference = asked.reference.without_digest()
    name = reference.text[: reference.name_span[1]]
    return _writing(Part.PLATFORM, found, name=name, role=None, tag=reference.tag)


def _reference(occurrence: Occurrence, at: int, document: str, offset: int) -> Writing | None:
    text = occurrence.value.text
    name_end, tag_end = _ends(text)
    if at < name_end or (at == name_end and name_end == len(text)):
        part, bounds = Part.NAME, (0, name_end)
    elif at < tag_end:
        part, bounds = Part.TAG, (name_end + 1, tag_end)
    else:
        part, bounds = Part.DIGEST, (tag_end + 1, len(text))
    found = _written(occurrence.value, bounds, at, document, offset)
    if found is None:
        return None
    tag = text[name_end + 1 : tag_end].replace(MARK, "") or None
    return _writing(
        part,
        found,
        name=text[:name_end].replace(MARK, ""),
        role=occurrence.role,
        tag=tag if part is Part.DIGEST else None,
        has_tag=name_end < len(text) or occurrence.role in _IN_PIECES,
    )


def _ends(text: str) -> tuple[int, int]:
    """Return where the name ends and where the tag ends, of what may be half a reference."""
    at = text.find("@")
    end = at if at >= 0 else len(text)
    colon = text.find(":", text.rfind("/", 0, end) + 1, end)
    return (colon if colon >= 0 else end), end


@attrs.frozen
class _Written:
    span: Span
    typed: str
    whole: str
    before: str
    behind: str


def _writing(
    part: Part,
    found: _Written,
    *,
    name: str,
    role: Role | None,
    tag: str | None,
    has_tag: bool = False,
) -> Writing:
    return Writing(
        part,
        found.span,
        found.typed,
        found.whole,
        found.before,
        found.behind,
        name,
        role,
        tag,
        has_tag,
    )


def _written(
    value: TracedText, bounds: tuple[int, int], at: int, document: str, offset: int
) -> _Written | None:
    """Return the run of a part that holds the mark, where it is written as it reads."""
    start, _ = bounds
    pieces = value.between(*bounds).pieces
    length = start
    for index, piece in enumerate(pieces):
        if length <= at < length + len(piece.text):
            span = _unmarked_span(piece, at - length, document, offset)
            if span is None:
                return None
            return _Written(
                span,
                piece.text[: at - length],
                "".join(each.text for each in pieces).replace(MARK, ""),
                "".join(each.text for each in pieces[:index]),
                "".join(each.text for each in pieces[index + 1 :]),
            )
        length += len(piece.text)
    return None


def _unmarked_span(piece: Piece, at: int, document: str, offset: int) -> Span | None:
    """Return where a piece with the mark stands in the text without it."""
    place = piece.place
    if place is None or place.document != document or not piece.exact:
        return None
    span = place.span
    if span.start + at != offset or MARK not in piece.text:
        return None
    return Span(span.start, span.end - len(MARK))

"""An image reference in a compose file: from the scalar it is written in to an occurrence.

Does not know which key the scalar stands under: whoever found it says what the image is for.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from tagwise.documents.compose.scope import Scope
from tagwise.documents.interpolation import Fault, FaultKind, Interpolated, interpolate
from tagwise.documents.model import (
    NoPin,
    Occurrence,
    ParsedDocument,
    PinPlace,
    Problem,
    Role,
    Severity,
    Skip,
    SkipReason,
    TagComment,
)
from tagwise.documents.traced import Place, Span, TracedText
from tagwise.documents.yaml_tree import AliasNode, Node, ScalarNode, resolved
from tagwise.errors import InvalidReference
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference

_TEMPLATE: Final = re.compile(r"\{\{|\{%|<%")
_TAG_COMMENT: Final = re.compile(
    r"[\"']?[ \t\],}]*[ \t]#[ \t]*(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})[ \t]*(?=[\r\n]|$)"
)


@attrs.frozen
class ImagePlace:
    """A node that names an image: what for, for which platform, and why not, if not.

    `part` matches what the node says where that is more than the reference, its group `image`.
    `is_target`: an alias makes an image of what stands there for something else.
    """

    node: Node
    role: Role
    platform: Platform | None = None
    skipped: Skip | None = None
    part: re.Pattern[str] | None = None
    is_target: bool = False


# What decides, together with the variables, what a place says.
_Key = tuple[str, str, str | None, Role, Platform | None, Skip | None, re.Pattern[str] | None]


@attrs.frozen
class _Reading:
    """What was read of a place that started at `start`."""

    start: int
    found: ParsedDocument


@attrs.define
class Readings:
    """What was read of the last version of a text: most of it says the same in the next, moved.

    Its variables are those of `scope`.  Only what the last version says is kept.
    """

    _last: tuple[Scope | None, dict[_Key, _Reading]] = (None, {})

    def read(self, places: Iterable[ImagePlace], scope: Scope, text: str) -> list[ParsedDocument]:
        """Return what each place says, as `read_reference` does."""
        last_scope, last = self._last
        last = last if last_scope == scope else {}
        kept: dict[_Key, _Reading] = {}
        found = [_read_again(place, scope, text, last, kept) for place in places]
        self._last = (scope, kept)
        return found


def _read_again(
    place: ImagePlace,
    scope: Scope,
    text: str,
    last: Mapping[_Key, _Reading],
    kept: dict[_Key, _Reading],
) -> ParsedDocument:
    node = place.node
    if not isinstance(node, ScalarNode):
        return read_reference(place, scope, text)
    start = node.span.start
    written = node.span.of(text)
    key = (written, node.value, node.tag, place.role, place.platform, place.skipped, place.part)
    known = kept.get(key) or last.get(key)
    found = (
        _read(place, scope)
        if known is None
        else _moved(known.found, scope.document, start - known.start)
    )
    kept[key] = _Reading(start, found)
    return _with_tag_comment(found, text, scope)


def _moved(found: ParsedDocument, document: str, by: int) -> ParsedDocument:
    if by == 0:
        return found
    return ParsedDocument(
        tuple(each.moved(document, by) for each in found.occurrences),
        tuple(attrs.evolve(each, span=each.span.moved(by)) for each in found.problems),
    )


def read_reference(place: ImagePlace, scope: Scope, text: str) -> ParsedDocument:
    """Return the occurrence at `place`, if something is written there, and its problems."""
    found = _read(place, scope)
    return found if isinstance(place.node, AliasNode) else _with_tag_comment(found, text, scope)


def _read(place: ImagePlace, scope: Scope) -> ParsedDocument:
    scalar = resolved(place.node)
    if not isinstance(scalar, ScalarNode) or scalar.is_null or not scalar.value:
        return ParsedDocument()
    if place.role is Role.SERVICE_IMAGE and not scalar.is_text:
        return _no_text(place, scalar, scope)
    written = _written(place.part, scalar.traced(scope.document), scope)
    if written is None:
        return ParsedDocument()
    source, interpolated = written
    occurrence, error = _occurrence(place, source, interpolated, scope)
    if isinstance(place.node, AliasNode):
        value = scope.seen_from(place.node, occurrence.value)
        aliased = attrs.evolve(occurrence, value=value, span=place.node.span)
        return ParsedDocument((aliased,))
    problems = [fault_problem(each, source, scalar, scope) for each in interpolated.faults]
    if error is not None and occurrence.skipped == _invalid(error):
        problems.append(_reference_problem(error, occurrence, scope))
    return ParsedDocument((occurrence,), tuple(problems))


def _no_text(place: ImagePlace, scalar: ScalarNode, scope: Scope) -> ParsedDocument:
    """Say what compose-go's schema does of a number: `image must be a string`."""
    message = f"image must be a string: {scalar.value} is none without quotes"
    span, skipped = place.node.span, Skip(SkipReason.INVALID, message)
    value = scalar.traced(scope.document)
    occurrence = Occurrence(place.role, span, value, None, skipped, pin=NoPin(message))
    return ParsedDocument(
        (occurrence,), (Problem("invalid-reference", message, span, Severity.ERROR),)
    )


def fault_problem(fault: Fault, source: TracedText, scalar: ScalarNode, scope: Scope) -> Problem:
    """Tell what is wrong in `source`, which `scalar` says, where it is."""
    shown = source.written_in(scope.document, fault.span.start, fault.span.end)
    return Problem(fault.kind.value, fault.message, shown or scalar.span, Severity.ERROR)


def is_template(text: str) -> bool:
    """Whether something else has to render the text before compose can read it."""
    return bool(_TEMPLATE.search(text))


def unset_message(names: tuple[str, ...]) -> str:
    verb = "is" if len(names) == 1 else "are"
    return (
        f"{' and '.join(names)} {verb} not set: neither the environment nor .env says what to use"
    )


def _occurrence(
    place: ImagePlace, source: TracedText, interpolated: Interpolated, scope: Scope
) -> tuple[Occurrence, InvalidReference | None]:
    value = interpolated.value
    span = source.shown_in(scope.document, 0, len(source.text)) or place.node.span
    unknown = _unknown(source, interpolated)
    reference, error = (None, None) if unknown else _parsed(value.text)
    skipped = place.skipped or unknown or (_invalid(error) if error else None)
    pin = PinPlace(Place(scope.document, span))
    occurrence = Occurrence(
        place.role, span, value, reference, skipped, platform=place.platform, pin=pin
    )
    return occurrence, error


def _written(
    part: re.Pattern[str] | None, source: TracedText, scope: Scope
) -> tuple[TracedText, Interpolated] | None:
    """Return a reference as it is written, and its value; None if the scalar holds none."""
    if part is None:
        return source, _interpolated(source, scope)
    if match := part.fullmatch(source.text):
        own = source.between(*match.span("image"))
        return own, _interpolated(own, scope)
    interpolated = _interpolated(source, scope)
    match = part.fullmatch(interpolated.value.text)
    if match is None:
        return None
    value = interpolated.value.between(*match.span("image"))
    return source, attrs.evolve(interpolated, value=value)


def _interpolated(source: TracedText, scope: Scope) -> Interpolated:
    """Put variables in; a template keeps its text, which is not compose's to read yet."""
    if is_template(source.text):
        return Interpolated(source)
    return interpolate(source, scope.variable)


def _unknown(source: TracedText, interpolated: Interpolated) -> Skip | None:
    """Why the value cannot be known, if it cannot."""
    if is_template(source.text):
        return Skip(
            SkipReason.TEMPLATE, "a template: which image this is is known once it is rendered"
        )
    for fault in interpolated.faults:
        is_unset = fault.kind is FaultKind.REQUIRED
        reason = SkipReason.UNSET_VARIABLE if is_unset else SkipReason.INVALID
        return Skip(reason, fault.message)
    if interpolated.unset:
        names = tuple(dict.fromkeys(unset.name for unset in interpolated.unset))
        return Skip(SkipReason.UNSET_VARIABLE, unset_message(names))
    return None


def _parsed(text: str) -> tuple[ImageReference | None, InvalidReference | None]:
    try:
        return ImageReference.parse(text), None
    except InvalidReference as error:
        return None, error


def _invalid(error: InvalidReference) -> Skip:
    return Skip(SkipReason.INVALID, str(error))


def _reference_problem(error: InvalidReference, occurrence: Occurrence, scope: Scope) -> Problem:
    """Point at the wrong part; at its neighbours where something is missing between them."""
    start, end = error.start, error.end
    if start == end:
        start, end = max(start - 1, 0), end + 1
    shown = occurrence.value.written_in(scope.document, start, end)
    span = shown or occurrence.span
    return Problem("invalid-reference", str(error), span, Severity.ERROR)


def _with_tag_comment(found: ParsedDocument, text: str, scope: Scope) -> ParsedDocument:
    comments = [_tag_comment(each, text, scope) for each in found.occurrences]
    if not any(comments):
        return found
    pairs = zip(found.occurrences, comments, strict=True)
    return ParsedDocument(
        tuple(attrs.evolve(each, tag_comment=comment) for each, comment in pairs), found.problems
    )


def _tag_comment(occurrence: Occurrence, text: str, scope: Scope) -> TagComment | None:
    reference = occurrence.reference
    if reference is None or reference.digest is None or reference.tag is not None:
        return None
    comment = _TAG_COMMENT.match(text, occurrence.span.end)
    if comment is None:
        return None
    place = Place(scope.document, Span(comment.start("tag"), comment.end("tag")))
    return TagComment(comment["tag"], place)

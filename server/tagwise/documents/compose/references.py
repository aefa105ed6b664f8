"""An image reference in a compose file: from the scalar it is written in to an occurrence.

Does not know which key the scalar stands under: whoever found it says what the image is for.
"""

import re
from typing import Final

import attrs

from tagwise.documents.compose.scope import Scope
from tagwise.documents.interpolation import Fault, FaultKind, Interpolated, interpolate
from tagwise.documents.model import (
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


def read_reference(place: ImagePlace, scope: Scope, text: str) -> ParsedDocument:
    """Return the occurrence at `place`, if something is written there, and its problems."""
    scalar = resolved(place.node)
    if not isinstance(scalar, ScalarNode) or scalar.is_null or not scalar.value:
        return ParsedDocument()
    written = _written(place.part, scalar.traced(scope.document), scope)
    if written is None:
        return ParsedDocument()
    source, interpolated = written
    occurrence, error = _occurrence(place, source, interpolated, scope)
    if isinstance(place.node, AliasNode):
        value = scope.seen_from(place.node, occurrence.value)
        aliased = attrs.evolve(occurrence, value=value, span=place.node.span)
        return ParsedDocument((aliased,))
    if comment := _tag_comment(occurrence, text, scope):
        occurrence = attrs.evolve(occurrence, tag_comment=comment)
    problems = [fault_problem(each, source, scalar, scope) for each in interpolated.faults]
    if error is not None and occurrence.skipped == _invalid(error):
        problems.append(_reference_problem(error, occurrence, scope))
    return ParsedDocument((occurrence,), tuple(problems))


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


def _tag_comment(occurrence: Occurrence, text: str, scope: Scope) -> TagComment | None:
    reference = occurrence.reference
    if reference is None or reference.digest is None or reference.tag is not None:
        return None
    comment = _TAG_COMMENT.match(text, occurrence.span.end)
    if comment is None:
        return None
    place = Place(scope.document, Span(comment.start("tag"), comment.end("tag")))
    return TagComment(comment["tag"], place)

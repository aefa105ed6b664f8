"""A reference in pieces: a YAML mapping with keys for its name, its tag and its digest.

Its span is that of the name; a digest goes under the key for digests.  Does not know which mappings
these are, nor what an absent key means.
"""

import re
from collections.abc import Iterable
from typing import Final

import attrs

from tagwise.documents.model import NoPin, Occurrence, ParsedDocument, PinPlace, Role, Skip
from tagwise.documents.references import read_reference, template_in
from tagwise.documents.traced import Piece, Place, Span, TracedText
from tagwise.documents.yaml_images import seen_from
from tagwise.documents.yaml_tree import AliasNode, Entry, MappingNode, ScalarNode, resolved

_KEY: Final = "digest"
_COLON: Final = re.compile(r"[\"']?[ \t]*:")
_DECIMAL: Final = re.compile(r"\d{1,12}\.\d{1,3}")
_BREAK: Final = re.compile(r"\r\n|[\r\n]|\Z")
_LINE: Final = re.compile(r"[ \t]*,?[ \t]*(?:(?<=[ \t,])#[^\r\n]*)?(?=[\r\n]|\Z)")


@attrs.frozen
class Group:
    """`digest` is the entry for it, filled in or not; `tag` may come from another document.

    `append`: a digest may get an entry of its own if there is none, behind the others.  `has_numbers`:
    a tag without quotes that is a number is one to the reader, and loses the zeros at its end.
    """

    role: Role
    mapping: MappingNode
    name: Entry
    registry: Entry | None = None
    tag: Entry | None = None
    digest: Entry | None = None
    append: bool = False
    has_numbers: bool = False


@attrs.frozen
class Supposed:
    """A tag that is not written in the group, and the sentence that says so; or why there is none."""

    tag: TracedText | None = None
    assumption: str | None = None
    skipped: Skip | None = None


def is_said(entry: Entry | None) -> bool:
    """Whether there is a scalar with text under a key."""
    scalar = None if entry is None else resolved(entry.value)
    return isinstance(scalar, ScalarNode) and not scalar.is_null and bool(scalar.value)


def read_group(group: Group, supposed: Supposed, text: str, document: str) -> ParsedDocument:
    """Read a group; `supposed` stands in for a tag and a digest if there is neither."""
    name = _value(group.name, document)
    if not name.text:
        return ParsedDocument()
    is_complete = is_said(group.tag) or is_said(group.digest)
    tag = _value(group.tag, document)
    number = _number(group.tag) if group.has_numbers else None
    if is_complete:
        supposed = Supposed()
    if number is not None:
        note = f"the tag {tag.text} is a number without quotes: that is {number}"
        tag, supposed = tag.derived(number), Supposed(assumption=note)
    value = TracedText.join(
        (
            *_before(_registry(group, document), "/"),
            name,
            *_behind(":", tag if is_complete else supposed.tag),
            *_behind(_at(group, text, document), _value(group.digest, document)),
        )
    )
    occurrence = Occurrence(
        group.role,
        name.shown_in(document, 0, len(name.text)) or group.name.value.span,
        value,
        None,
        supposed.skipped or template_in(value.text),
        assumption=supposed.assumption,
    )
    read = read_reference(occurrence, document, text)
    (found,) = read.occurrences
    pin = NoPin(found.skipped.message) if found.skipped else _pin(group, text, document)
    pinned = attrs.evolve(found, pin=pin, tag_comment=None)
    return ParsedDocument((pinned,), read.problems)


def _value(entry: Entry | None, document: str) -> TracedText:
    if entry is None or not is_said(entry):
        return TracedText()
    scalar = resolved(entry.value)
    if not isinstance(scalar, ScalarNode):
        return TracedText()
    value = seen_from(entry.value, scalar.traced(document), document)
    return value if scalar.anchor is None else _shared(value)


def _shared(value: TracedText) -> TracedText:
    pieces = (attrs.evolve(each, editable=False, shared=True) for each in value.pieces)
    return TracedText(tuple(pieces))


def _registry(group: Group, document: str) -> TracedText:
    """Return the registry; one that stands elsewhere is that of others, too."""
    value = _value(group.registry, document)
    held = group.mapping.span
    if group.registry is None or held.start <= group.registry.key.span.start < held.end:
        return value
    return _shared(value)


def _number(entry: Entry | None) -> str | None:
    """Return how Go prints a number that is written with more digits than it needs."""
    scalar = None if entry is None else resolved(entry.value)
    if not isinstance(scalar, ScalarNode) or scalar.is_text or not _DECIMAL.fullmatch(scalar.value):
        return None
    printed = repr(float(scalar.value)).removesuffix(".0")
    return printed if printed != scalar.value else None


def _before(value: TracedText, joiner: str) -> Iterable[TracedText]:
    return (value, TracedText.unplaced(joiner)) if value.text else ()


def _behind(joiner: str | TracedText, value: TracedText | None) -> Iterable[TracedText]:
    joint = TracedText.unplaced(joiner) if isinstance(joiner, str) else joiner
    return (joint, value) if value and value.text else ()


def _at(group: Group, text: str, document: str) -> TracedText:
    """Return the `@` before a digest: written as its key, if all of that goes with the digest."""
    entry = group.digest
    if entry is None or not is_said(entry) or isinstance(entry.value, AliasNode):
        return TracedText.unplaced("@")
    span = _lead_span(group, entry, text)
    place = None if span is None else Place(document, span)
    return TracedText((Piece("@", place, exact=False),))


def _lead_span(group: Group, entry: Entry, text: str) -> Span | None:
    """Return what stands before a plain digest that means nothing without it.

    Where the entry is one that a pin may have appended, that is all of it.
    """
    value = entry.value
    if not isinstance(value, ScalarNode) or value.style or value.anchor or value.tag:
        return None
    if group.append and (before := _before_entry(group, entry, text)) is not None:
        return Span(before, value.span.start)
    colon = _COLON.match(text, entry.key.span.end)
    blanks = text[colon.end() : value.span.start] if colon else ""
    return Span(colon.end(), value.span.start) if colon and blanks.strip(" \t") == "" else None


def _before_entry(group: Group, entry: Entry, text: str) -> int | None:
    """Return where what makes a plain entry one more starts: its line's break, or its comma."""
    first, key = group.mapping.span.start, entry.key.span.start
    if _is_flow(group, text):
        comma = text.rfind(",", first, key)
        return comma if comma >= 0 and not text[comma + 1 : key].strip(" \t") else None
    line = _line_start(text, key)
    behind = _LINE.match(text, entry.value.span.end)
    is_alone = behind is not None and not behind[0].strip(" \t")
    if line <= first or not is_alone or text[line:key].strip(" "):
        return None
    return line - (2 if text.startswith("\r\n", line - 2) else 1)


def _pin(group: Group, text: str, document: str) -> PinPlace | NoPin:
    if group.digest is not None:
        return _pin_under_key(group.digest, text, document)
    if not group.append:
        return NoPin("there is no `digest` key to write a digest under")
    return _pin_behind(group, text, document)


def _pin_under_key(entry: Entry, text: str, document: str) -> PinPlace | NoPin:
    value = entry.value
    if isinstance(value, ScalarNode) and not value.anchor and not value.tag:
        if value.value:
            return PinPlace(Place(document, value.content), lead="")
        if value.style in {"'", '"'}:
            return PinPlace(
                Place(document, Span(value.content.start, value.content.start)), lead=""
            )
        colon = _COLON.match(text, entry.key.span.end)
        if colon and not value.style:
            return PinPlace(Place(document, Span(colon.end(), colon.end())), lead=" ")
    return NoPin("what stands under `digest` leaves no place for one")


def _pin_behind(group: Group, text: str, document: str) -> PinPlace | NoPin:
    """Append an entry behind the tag, or behind the name where there is no tag."""
    last = group.tag if group.tag is not None else group.name
    value, line = last.value, _LINE.match(text, last.value.span.end)
    held = group.mapping.span
    is_own = held.start <= last.key.span.start < held.end
    if not is_own or (isinstance(value, ScalarNode) and value.style in {"|", ">"}):
        return NoPin("there is no `digest` key, and no place to add one")
    if _is_flow(group, text):
        at = Span(value.span.end, value.span.end)
        return PinPlace(Place(document, at), lead=f", {_KEY}: ")
    if line is None or "," in line[0]:
        return NoPin("there is no `digest` key, and no place to add one")
    indent = " " * (last.key.span.start - _line_start(text, last.key.span.start))
    at = Span(line.end(), line.end())
    breaks = _BREAK.search(text)
    newline = (breaks[0] if breaks else "") or "\n"
    return PinPlace(Place(document, at), lead=f"{newline}{indent}{_KEY}: ")


def _is_flow(group: Group, text: str) -> bool:
    return text.startswith("{", group.mapping.span.start)


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1

"""Draws what a document says under its lines, so that tests compare pictures with pictures.

        image: python:3.12
               ^^^^^^^^^^^ docker.io/library/python:3.12, pin "image: python:3.12|"

The bar in a pin's line is where a digest would go.
"""

import re
from collections.abc import Mapping
from textwrap import dedent

from tagwise.documents.model import Occurrence, ParsedDocument, PinPlace, Problem
from tagwise.documents.traced import Span


def drawn(text: str, parsed: ParsedDocument, others: Mapping[str, str] | None = None) -> str:
    """Draw occurrences and problems in the order of the text; `others` are texts pins go to."""
    texts = {"": text, **(others or {})}
    found: list[tuple[Span, str]] = [(each.span, _told(each, texts)) for each in parsed.occurrences]
    found += [(each.span, _problem(each)) for each in parsed.problems]
    found.sort(key=lambda each: (each[0].start, each[0].end))
    return "\n".join(_underlined(text, span, label) for span, label in found)


def picture(expected: str) -> str:
    return dedent(expected).strip("\n")


def _underlined(text: str, span: Span, label: str) -> str:
    start, end = _line(text, span.start)
    carets = "^" * max(min(span.end, end) - span.start, 1) + ("…" if span.end > end else "")
    indentation = len(text[start:end]) - len(text[start:end].lstrip(" "))
    before = " " * (span.start - start - indentation)
    return f"{text[start:end].strip(' ')}\n{before}{carets} {label}"


def _told(occurrence: Occurrence, texts: Mapping[str, str]) -> str:
    parts = [
        occurrence.reference.canonical if occurrence.reference else repr(occurrence.value.text)
    ]
    if occurrence.variant:
        parts[0] += f" [{occurrence.variant}]"
    if occurrence.platform:
        parts.append(f"for {occurrence.platform}")
    if occurrence.tag_comment:
        place = occurrence.tag_comment.place
        assert place.span.of(texts[place.document]) == occurrence.tag_comment.tag
        parts.append(f"follows {occurrence.tag_comment.tag}")
    if occurrence.skipped:
        parts.append(f"{occurrence.skipped.reason.value}: {occurrence.skipped.message}")
    elif isinstance(occurrence.pin, PinPlace):
        parts.append(_pin(occurrence.pin, texts))
    else:
        parts.append(f"no pin: {occurrence.pin.reason}")
    return ", ".join(parts)


def _pin(pin: PinPlace, texts: Mapping[str, str]) -> str:
    text, at = texts[pin.place.document], pin.place.span.end
    start, end = _line(text, at)
    line = f"{text[start:at]}|{text[at:end]}".strip()
    document = f" {pin.place.document}" if pin.place.document else ""
    return f'pin{document} "{line}"' + (f" ({pin.note})" if pin.note else "")


def _problem(problem: Problem) -> str:
    return f"{problem.severity.value} {problem.rule}: {problem.message}"


def _line(text: str, offset: int) -> tuple[int, int]:
    start = 1 + max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset))
    end = re.compile(r"[\r\n]|\Z").search(text, offset)
    assert end is not None
    return start, end.start()

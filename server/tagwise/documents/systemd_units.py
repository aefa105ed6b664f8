"""systemd's unit files: sections, keys and values with their places.

systemd.syntax(7): `[Section]`, `Key=value` with blanks around the parts, comments behind `#` or `;`
at a line's start, also between the lines of one value, which ends in a backslash to go on.
Does not know what any key means.
"""

import re
from collections.abc import Iterator
from typing import Final

import attrs

from tagwise.documents.traced import Piece, Place, Span, TracedText

_LINE: Final = re.compile(r"(?P<text>[^\r\n]*)(?P<end>\r\n|[\r\n]|\Z)")
_SECTION: Final = re.compile(r"[ \t]*\[(?P<name>[^\[\]]*)\][ \t]*\Z")
_SETTING: Final = re.compile(r"[ \t]*(?P<key>[^=\s]+)[ \t]*=(?P<value>.*)\Z", re.DOTALL)
_COMMENT: Final = re.compile(r"[ \t]*[#;]")


@attrs.frozen
class Setting:
    """`value` is without the blanks around it; what stands between its lines is one blank."""

    section: str
    key: str
    value: TracedText


def settings_of(text: str, document: str) -> Iterator[Setting]:
    """List the settings in the text's order, empty ones too."""
    section = ""
    for line in _lines(text, document):
        if match := _SECTION.match(line.text):
            section = match["name"]
        elif match := _SETTING.match(line.text):
            value = match["value"]
            end = match.end("value") - (len(value) - len(value.rstrip(" \t")))
            start = match.end("value") - len(value.lstrip(" \t"))
            yield Setting(section, match["key"], line.between(min(start, end), end))


def _lines(text: str, document: str) -> Iterator[TracedText]:
    """List the lines, continued ones as one."""
    parts: list[TracedText] = []
    start = 1 if text.startswith("\N{BYTE ORDER MARK}") else 0
    for match in _LINE.finditer(text, start):
        line = match["text"]
        if _COMMENT.match(line):
            continue
        goes_on = line.endswith("\\")
        parts.append(TracedText.literal(line[: len(line) - goes_on], document, match.start()))
        if goes_on:
            place = Place(document, Span(match.end("text") - 1, match.end()))
            parts.append(TracedText((Piece(" ", place, exact=False),)))
        else:
            yield TracedText.join(parts)
            parts = []
    yield TracedText.join(parts)

"""Cutting YAML into parts by indentation alone, without parsing it.

A section is a key at the start of a line with all that is below it; where its value is a mapping on the
lines below, its entries are the parts, else it is one itself.  In text that is YAML a part says alone
what it says there, unless a quote or a bracket that is open leads out of it.
Does not know what is in a part, nor whether it is YAML.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from tagwise.documents.traced import Span

# Items and what closes brackets belong to the key above them; `---` and its kin are no part of any.
_NO_KEY = r"[ \t\r\n#}\]]|-(?:[ \t\r\n]|\Z)"
_SECTION = re.compile(rf"^(?!\ufeff|\Z|{_NO_KEY})", re.MULTILINE)
_MARKER = re.compile(r"---|\.\.\.|%")
# Bounded, so that no line takes more than its length.
_HEADER = re.compile(
    r"[^\r\n]{0,100}?:[ \t]*+(?:[&!]\S{1,99}[ \t]++){0,2}(?:[&!]\S{1,99})?[ \t]*+(?:#[^\r\n]*+)?\r?\n"
)
_FIRST_ENTRY = re.compile(rf"(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*(?P<indent> +)(?!{_NO_KEY})")


def parts_of(text: str) -> Iterator[Span]:
    """List the parts of a text; what stands before the first key is none."""
    for span in _spans([match.start() for match in _SECTION.finditer(text)], len(text)):
        if _MARKER.match(text, span.start):
            continue
        header = _HEADER.match(text, span.start, span.end)
        first = _FIRST_ENTRY.match(text, header.end(), span.end) if header else None
        if first is None:
            yield span
            continue
        indentation = len(first["indent"])
        pattern = _entry(indentation)
        start = first.start("indent")
        starts = [match.start() for match in pattern.finditer(text, start, span.end)]
        yield from _spans(starts, span.end)


def _spans(starts: list[int], end: int) -> Iterator[Span]:
    return (Span(*each) for each in pairwise([*starts, end]))


@cache
def _entry(indentation: int) -> re.Pattern[str]:
    """Match where a line is indented so far, or less, and starts with no item."""
    return re.compile(rf"^(?= {{1,{indentation}}}(?!{_NO_KEY}))", re.MULTILINE)

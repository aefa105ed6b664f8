"""`# tagwise: ignore[rule]`: comments that switch rules off for a line.

At the end of a line such a comment is for that line; alone on its lines, for the next one, and on a text's
first line for what is said of the whole.  Where a format has no comments at the end of a line (a
Dockerfile), it stands alone.
Does not know formats: what looks like such a comment is one.
"""

import re
from collections.abc import Mapping
from typing import Final

import attrs

from tagwise.documents.traced import Span
from tagwise.ide.line_index import LineIndex, Unit

EVERY_RULE: Final = "*"

_MARK: Final = "tagwise:"
_COMMENT: Final = re.compile(
    r"(?P<before>.*?)(?:#|//|;)[ \t]*tagwise:[ \t]*ignore\[(?P<rules>[\w*, \t-]+)\]"
)


@attrs.frozen
class IgnoreComments:
    """`by_line`: the rules that are off, by the line they are off for."""

    by_line: Mapping[int, frozenset[str]]
    lines: LineIndex | None = None

    @classmethod
    def read(cls, text: str) -> "IgnoreComments":
        if _MARK not in text:
            return cls({})
        lines = LineIndex(text, Unit.CODE_POINT)
        last, _ = lines.line_and_character(len(text))
        by_line: dict[int, frozenset[str]] = {}
        waiting: frozenset[str] = frozenset()
        for number in range(last + 1):
            comment = _COMMENT.match(lines.line(number))
            rules = _rules(comment["rules"]) if comment else frozenset[str]()
            if comment is not None and not comment["before"].strip():
                waiting |= rules
                by_line[number] = waiting
                continue
            if rules or waiting:
                by_line[number] = rules | waiting
            waiting = frozenset()
        return cls(by_line, lines)

    def silence(self, rule: str, span: Span) -> bool:
        """Whether a comment switches `rule` off for what begins where `span` does."""
        if self.lines is None:
            return False
        line, _ = self.lines.line_and_character(span.start)
        rules = self.by_line.get(line, frozenset())
        return rule in rules or EVERY_RULE in rules


def _rules(text: str) -> frozenset[str]:
    return frozenset(each.strip() for each in text.split(","))

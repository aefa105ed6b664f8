"""What `tagwise check` has found, before it is printed.

Does not know any format.
"""

import hashlib
from collections import Counter
from enum import Enum
from pathlib import Path
from typing import Final

import attrs

from tagwise.documents.model import Occurrence, Severity
from tagwise.documents.traced import Span
from tagwise.ide.diagnostics.finding import Finding
from tagwise.ide.line_index import LineIndex, Unit
from tagwise.session.workspace import ReadDocument

_ORDER: Final = tuple(Severity)


class FailOn(Enum):
    """The least severity that counts."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


@attrs.frozen
class Checked:
    """A finding, and the document it is in."""

    read: ReadDocument
    finding: Finding

    @property
    def path(self) -> str:
        """The document's path as a URL or a link spells it, from here where it is below."""
        path, here = Path(self.read.document), Path.cwd()
        return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()

    @property
    def line(self) -> str:
        """The text of the line it is on, without the blanks around."""
        lines = self.lines(Unit.CODE_POINT)
        line, _ = lines.line_and_character(self.finding.span.start)
        return lines.line(line).strip()

    def is_at_least(self, least: FailOn) -> bool:
        return _ORDER.index(self.finding.severity) <= _ORDER.index(Severity(least.value))

    def lines(self, unit: Unit) -> LineIndex:
        return LineIndex(self.read.text, unit)

    def range(self, unit: Unit) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return line and character of the start and of the end, zero-based."""
        return range_of(self.lines(unit), self.finding.span)


@attrs.frozen
class Unasked:
    """What could not be found out about the image at a place, in a sentence."""

    place: str
    message: str

    @classmethod
    def of(cls, read: ReadDocument, occurrence: Occurrence, message: str) -> "Unasked":
        index = LineIndex(read.text, Unit.CODE_POINT)
        line, character = index.line_and_character(occurrence.span.start)
        return cls(f"{read.document}:{line + 1}:{character + 1}", message)


@attrs.frozen
class Report:
    """`documents` is how many were read."""

    checked: tuple[Checked, ...]
    unasked: tuple[Unasked, ...]
    documents: int

    def fingerprints(self) -> tuple[str, ...]:
        """Tell findings apart by what stays the same while lines above them come and go.

        Those alike in one file are told apart by their order.
        """
        seen: Counter[str] = Counter()
        fingerprints: list[str] = []
        for each in self.checked:
            key = f"{each.path}\0{each.finding.rule}\0{each.line}\0{each.finding.message}"
            seen[key] += 1
            content = f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")
            fingerprints.append(hashlib.sha256(content).hexdigest())
        return tuple(fingerprints)


def range_of(lines: LineIndex, span: Span) -> tuple[tuple[int, int], tuple[int, int]]:
    return lines.line_and_character(span.start), lines.line_and_character(span.end)

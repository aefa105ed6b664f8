"""Findings for a person: the place, what is said, the line, and where in it.

Places are printed as compilers do: editors and terminals make links of them.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final
from unicodedata import combining, east_asian_width

from tagwise.cli.check_report import Checked, Report
from tagwise.documents.model import Severity
from tagwise.ide.line_index import Unit
from tagwise.ide.markup import clean
from tagwise.ide.phrases import counted

WIDEST: Final = 160


def as_text(report: Report) -> str:
    lines = [line for each in report.checked for line in _lines(each)]
    return "".join(f"{line}\n" for line in (*lines, _summary(report)))


def _lines(checked: Checked) -> Iterator[str]:
    finding = checked.finding
    (line, character), (last, end) = checked.range(Unit.CODE_POINT)
    place = f"{checked.read.document}:{line + 1}:{character + 1}"
    yield clean(f"{place}: {finding.severity.value}: {finding.message} [{finding.rule}]")
    written = checked.lines(Unit.CODE_POINT).line(line)
    if len(written) > WIDEST:
        return
    stop = end if last == line else len(written)
    marked = _shown(written[character:stop])
    yield f"    {_shown(written)}"
    yield f"    {' ' * _width(_shown(written[:character]))}{'^' * max(1, _width(marked))}"


def _shown(text: str) -> str:
    """Return the text as a terminal shows it: a tab is one blank, a control sequence is none."""
    return "".join(" " if char == "\t" else char if char.isprintable() else "�" for char in text)


def _width(text: str) -> int:
    """Return how many columns a terminal takes for the text."""
    wide = sum(east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(combining(char)) for char in text)


def _summary(report: Report) -> str:
    counts = Counter(each.finding.severity for each in report.checked)
    found = ", ".join(counted(counts[each], each.value) for each in Severity if counts[each])
    said = found or "nothing found"
    if report.unasked:
        said += f", {len(report.unasked)} could not be asked"
    return f"{said} in {counted(report.documents, 'file')}"

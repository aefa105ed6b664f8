"""The JSON of `tagwise check --format json`: a public interface, documented in the README.

Lines and characters are zero-based, characters in UTF-16 units, as in LSP.
"""

import json

from tagwise.cli.check_report import Checked, Report
from tagwise.ide.line_index import Unit


def as_json(report: Report) -> str:
    document = {
        "findings": [_item(each) for each in report.checked],
        "notAsked": [{"place": each.place, "message": each.message} for each in report.unasked],
        "documents": report.documents,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _item(checked: Checked) -> dict[str, object]:
    finding = checked.finding
    start, end = checked.range(Unit.UTF16)
    occurrence = finding.occurrence
    reference = occurrence.reference if occurrence is not None else None
    return {
        "path": checked.path,
        "range": {"start": _position(*start), "end": _position(*end)},
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "canonical": reference.canonical if reference is not None else None,
    }


def _position(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}

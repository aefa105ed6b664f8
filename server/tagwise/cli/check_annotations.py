"""Findings as GitHub's workflow commands, and as GitLab's code quality report.

GitHub: docs.github.com, "Workflow commands for GitHub Actions"; it has no hints.
GitLab: docs.gitlab.com, "Code Quality report format"; a fingerprint stays the same while lines above
come and go, so it holds the line's text and not its number.
"""

import hashlib
import json
from collections import Counter
from types import MappingProxyType
from typing import Final

from tagwise.cli.check_report import Checked, Report
from tagwise.documents.model import Severity
from tagwise.ide.line_index import Unit

_GITHUB: Final = MappingProxyType(
    {
        Severity.ERROR: "error",
        Severity.WARNING: "warning",
        Severity.INFORMATION: "notice",
        Severity.HINT: "notice",
    }
)
_GITLAB: Final = MappingProxyType(
    {
        Severity.ERROR: "major",
        Severity.WARNING: "minor",
        Severity.INFORMATION: "info",
        Severity.HINT: "info",
    }
)


def github(report: Report) -> str:
    return "".join(f"{_command(each)}\n" for each in report.checked)


def gitlab(report: Report) -> str:
    """Two findings alike in one file are told apart by their order."""
    seen: Counter[str] = Counter()
    items: list[dict[str, object]] = []
    for each in report.checked:
        key = f"{each.path}\0{each.finding.rule}\0{_line_text(each)}\0{each.finding.message}"
        seen[key] += 1
        fingerprint = hashlib.sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass"))
        (line, _), _ = each.range(Unit.CODE_POINT)
        items.append(
            {
                "description": each.finding.message,
                "check_name": each.finding.rule,
                "fingerprint": fingerprint.hexdigest(),
                "severity": _GITLAB[each.finding.severity],
                "location": {"path": each.path, "lines": {"begin": line + 1}},
            }
        )
    return json.dumps(items, indent=2, ensure_ascii=False) + "\n"


def _command(checked: Checked) -> str:
    finding = checked.finding
    (line, character), (last, end) = checked.range(Unit.CODE_POINT)
    properties = {"file": checked.path, "line": line + 1}
    if last == line:
        properties |= {"col": character + 1, "endColumn": end}
    else:
        properties |= {"endLine": last + 1}
    properties["title"] = finding.rule
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_GITHUB[finding.severity]} {written}::{_data(finding.message)}"


def _data(text: str) -> str:
    """Escape as the toolkit does (`escapeData`)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _line_text(checked: Checked) -> str:
    lines = checked.lines(Unit.CODE_POINT)
    line, _ = lines.line_and_character(checked.finding.span.start)
    return lines.line(line).strip()

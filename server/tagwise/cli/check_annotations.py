"""Findings as GitHub's workflow commands, and as GitLab's code quality report.

GitHub: docs.github.com, "Workflow commands for GitHub Actions"; it has no hints.
GitLab: docs.gitlab.com, "Code Quality report format".
"""

import json
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
    items: list[dict[str, object]] = []
    for each, fingerprint in zip(report.checked, report.fingerprints(), strict=True):
        (line, _), _ = each.range(Unit.CODE_POINT)
        items.append(
            {
                "description": each.finding.message,
                "check_name": each.finding.rule,
                "fingerprint": fingerprint,
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

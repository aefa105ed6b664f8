"""Findings as SARIF 2.1.0, for GitHub's code scanning and other collectors.

Lines and columns count from one, columns in UTF-16 units (section 3.14.26); what could not be asked
is a notification of the invocation (3.20.21), not a result.  Paths are relative to where the program
was started, the checkout's root in a pipeline; GitHub shows a rule's `help.markdown` beside a result.
"""

import json
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from tagwise import __version__
from tagwise.cli.check_report import Checked, Report, Unasked
from tagwise.documents.model import Severity
from tagwise.ide.diagnostics.rule import Rule
from tagwise.ide.diagnostics.rules import RULES
from tagwise.ide.line_index import Unit

_ROOT: Final = "%SRCROOT%"
SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVEL: Final = MappingProxyType(
    {
        Severity.ERROR: "error",
        Severity.WARNING: "warning",
        Severity.INFORMATION: "note",
        Severity.HINT: "note",
    }
)
_INDEX: Final = MappingProxyType({rule.id: index for index, rule in enumerate(RULES)})


def sarif(report: Report) -> str:
    driver = {
        "name": "tagwise",
        "version": __version__,
        "rules": [_rule(rule) for rule in RULES],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [_notification(each) for each in report.unasked],
            }
        ],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "where tagwise was started"}}},
        "results": [
            _result(*each) for each in zip(report.checked, report.fingerprints(), strict=True)
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, object]:
    configuration: dict[str, object] = {
        "enabled": rule.default is not None,
        "level": _LEVEL[rule.default or Severity.WARNING],
    }
    fix = f" Quick fix in an editor: {rule.fix}." if rule.fix else ""
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.says},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why}{fix}", "markdown": f"{rule.why}{fix}"},
        "defaultConfiguration": configuration,
    }


def _result(checked: Checked, fingerprint: str) -> dict[str, object]:
    finding = checked.finding
    (line, character), (last, end) = checked.range(Unit.UTF16)
    region = {
        "startLine": line + 1,
        "startColumn": character + 1,
        "endLine": last + 1,
        "endColumn": end + 1,
    }
    location = {"artifactLocation": _artifact(checked.path), "region": region}
    return {
        "ruleId": finding.rule,
        "ruleIndex": _INDEX[finding.rule],
        "level": _LEVEL[finding.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"tagwise/v1": fingerprint},
    }


def _artifact(path: str) -> dict[str, str]:
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": _ROOT}


def _notification(unasked: Unasked) -> dict[str, object]:
    return {"level": "warning", "message": {"text": f"{unasked.place}: {unasked.message}"}}

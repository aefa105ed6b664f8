"""Findings as SARIF 2.1.0, for GitHub's code scanning and other collectors.

Lines and columns count from one, columns in UTF-16 units (section 3.14.26); what could not be asked
is a notification of the invocation (3.20.21), not a result.
"""

import hashlib
import json
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from tagwise import __version__
from tagwise.cli.check_report import Checked, Report, Unasked
from tagwise.documents.model import Severity
from tagwise.ide.diagnostics.rule import Rule
from tagwise.ide.diagnostics.rules import RULES
from tagwise.ide.line_index import Unit

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
        "results": [_result(each) for each in report.checked],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, object]:
    configuration: dict[str, object] = {
        "enabled": rule.default is not None,
        "level": _LEVEL[rule.default or Severity.WARNING],
    }
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.says},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.why + (f" Fix: {rule.fix}." if rule.fix else "")},
        "defaultConfiguration": configuration,
    }


def _result(checked: Checked) -> dict[str, object]:
    finding = checked.finding
    (line, character), (last, end) = checked.range(Unit.UTF16)
    region = {
        "startLine": line + 1,
        "startColumn": character + 1,
        "endLine": last + 1,
        "endColumn": end + 1,
    }
    location = {"artifactLocation": {"uri": quote(checked.path)}, "region": region}
    same = f"{checked.path}\0{finding.rule}\0{finding.message}".encode("utf-8", "surrogatepass")
    return {
        "ruleId": finding.rule,
        "ruleIndex": _INDEX[finding.rule],
        "level": _LEVEL[finding.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"tagwise/v1": hashlib.sha256(same).hexdigest()},
    }


def _notification(unasked: Unasked) -> dict[str, object]:
    return {"level": "warning", "message": {"text": f"{unasked.place}: {unasked.message}"}}

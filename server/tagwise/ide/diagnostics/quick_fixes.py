"""Quick fixes: what makes a finding go away, and what switches its rule off for a line.

Does not know the protocol.
"""

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from tagwise.documents.model import Role
from tagwise.documents.traced import Place, Span
from tagwise.ide.actions.offer import Offer, Verb
from tagwise.ide.actions.offers import offers
from tagwise.ide.diagnostics.finding import Finding, Replacement
from tagwise.ide.edits import Edit, Plan

_VERB: Final = MappingProxyType(
    {
        "digest-gone": Verb.UPDATE,
        "drift": Verb.UPDATE,
        "digest-mismatch": Verb.UPDATE,
        "unpinned": Verb.PIN,
        "latest": Verb.PIN,
        "untagged": Verb.PIN,
    }
)
_LINE_START: Final = re.compile(r"(?:\r\n|\n|\r)(?=[^\r\n]*\Z)")
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_RULES_TABLE: Final = re.compile(r"^\[rules\][ \t]*(?:#[^\n]*)?(?:\n|\Z)", re.MULTILINE)
_RULES_KEY: Final = re.compile(r"^[ \t\[]*rules\b", re.MULTILINE)
_INDENT: Final = re.compile(r"[ \t]*")
# A devcontainer.json is JSON with comments; other JSON has none.
_JSON_COMMENTS: Final = "devcontainer"


def fixing_offers(finding: Finding) -> Iterator[Offer]:
    """Yield the actions on a reference that make a finding go away; their edits are for later."""
    verb = _VERB.get(finding.rule)
    if finding.occurrence is not None and verb is not None:
        yield from (each for each in offers(finding.occurrence, None) if each.verb is verb)


def line_ignored(finding: Finding, document: str, text: str, language: str) -> Replacement | None:
    """Switch the rule off for the finding's line, where a comment can stand above it.

    In a Dockerfile's first lines a comment would end the directives.
    """
    lead = _comment_lead(text, language)
    is_directive = finding.occurrence is not None and finding.occurrence.role is Role.SYNTAX
    if lead is None or is_directive:
        return None
    before = _LINE_START.search(text[: finding.span.start])
    start = before.end() if before is not None else 0
    indent = _INDENT.match(text, start)
    ending = _LINE_END.search(text)
    comment = f"{indent[0] if indent else ''}{lead} tagwise: ignore[{finding.rule}]"
    edit = Edit(Place(document, Span(start, start)), comment + (ending[0] if ending else "\n"))
    return Replacement(f"Ignore {finding.rule} on this line", Plan((edit,)))


def rule_off(finding: Finding, settings: str, text: str) -> Replacement | None:
    """Switch the rule off in a `tagwise.toml` (`settings` is its name), if it says nothing of it."""
    if re.search(rf"""^[ \t]*["']?{re.escape(finding.rule)}["']?[ \t]*=""", text, re.MULTILINE):
        return None
    line = f'{finding.rule} = "off"\n'
    header = _RULES_TABLE.search(text)
    if header is not None:
        at, added = header.end(), line if header[0].endswith("\n") else f"\n{line}"
    elif _RULES_KEY.search(text):
        return None
    else:
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        at, added = len(text), f"{gap}[rules]\n{line}"
    plan = Plan((Edit(Place(settings, Span(at, at)), added),))
    return Replacement(f"Switch {finding.rule} off in tagwise.toml", plan)


def _comment_lead(text: str, language: str) -> str | None:
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return "//" if language == _JSON_COMMENTS else None
    return "//" if language == _JSON_COMMENTS else "#"

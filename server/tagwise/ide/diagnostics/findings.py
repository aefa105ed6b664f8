"""Findings: what every rule says of a document, as severe as somebody wants it.

The one place where rules are applied: an editor and a pipeline call the same function.
Does not know how anything was found out, nor what becomes of a finding.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

import attrs

from tagwise.documents.model import Occurrence, ParsedDocument, Severity
from tagwise.documents.traced import Span
from tagwise.ide.diagnostics.finding import Finding, Remark
from tagwise.ide.diagnostics.ignore_comments import EVERY_RULE, IgnoreComments
from tagwise.ide.diagnostics.registry_not_allowed import matches
from tagwise.ide.diagnostics.rule import Elsewhere, Evidence, Policy, Subject
from tagwise.ide.diagnostics.rules import RULE_BY_ID, RULES
from tagwise.ide.diagnostics.unset_variable import UNSET_VARIABLE, unset_variable
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference

_CHECKED: Final = tuple(rule for rule in RULES if rule.check is not None)


@attrs.frozen
class Case:
    """A document, and what there is to know for judging it.

    `evidence` tells what is known of an occurrence; `elsewhere` are the places in other documents.
    """

    document: str
    text: str
    parsed: ParsedDocument
    policy: Policy
    evidence: Callable[[Occurrence], Evidence]
    now: datetime
    elsewhere: Sequence[Elsewhere] = ()


def findings(case: Case) -> tuple[Finding, ...]:
    """Return what is found, each once, in the order of the text."""
    comments = IgnoreComments.read(case.text)
    found = [*_of_reading(case), *_of_images(case)]
    kept = (
        each
        for each in found
        if not comments.silence(each.rule, each.span) and not _is_passed_over(each, case.policy)
    )
    once = {(each.rule, each.span, each.message): each for each in kept}
    return tuple(sorted(once.values(), key=lambda each: (each.span.start, each.span.end)))


def looked_up(parsed: ParsedDocument) -> Iterator[tuple[Occurrence, ImageReference]]:
    """Yield the occurrences whose images are asked for."""
    for occurrence in parsed.occurrences:
        if occurrence.reference is not None and occurrence.skipped is None:
            yield occurrence, occurrence.reference


def severity_of(rule: str, policy: Policy, written: Severity | None = None) -> Severity | None:
    """Return how severe a rule is: what somebody says, else as `written`, else its default."""
    if rule in policy.severities:
        return policy.severities[rule]
    known = RULE_BY_ID.get(rule)
    return written or (known.default if known is not None else Severity.WARNING)


def _of_reading(case: Case) -> Iterator[Finding]:
    for problem in case.parsed.problems:
        severity = severity_of(problem.rule, case.policy, problem.severity)
        if severity is not None:
            yield Finding(problem.rule, severity, problem.message, problem.span)
    severity = severity_of(UNSET_VARIABLE.id, case.policy)
    for occurrence in case.parsed.occurrences if severity is not None else ():
        said = unset_variable(occurrence)
        told = any(each.span.start in occurrence.span for each in case.parsed.problems)
        if said is not None and severity is not None and not told:
            yield Finding(UNSET_VARIABLE.id, severity, said, occurrence.span, occurrence)


def _of_images(case: Case) -> Iterator[Finding]:
    rules = [
        (rule, severity_of(rule.id, case.policy))
        for rule in _CHECKED
        if rule.id not in case.parsed.off
    ]
    platforms: dict[Span, set[Platform]] = defaultdict(set)
    images = tuple(looked_up(case.parsed))
    for occurrence, _ in images:
        if occurrence.platform is not None:
            platforms[occurrence.span].add(occurrence.platform)
    here = [Elsewhere(case.document, occurrence, each) for occurrence, each in images]
    for occurrence, reference in images:
        subject = Subject(
            occurrence=occurrence,
            reference=reference,
            evidence=case.evidence(occurrence),
            policy=case.policy,
            now=case.now,
            platforms=frozenset(platforms[occurrence.span]),
            elsewhere=(*here, *case.elsewhere),
            evidence_of=case.evidence,
        )
        for rule, severity in rules:
            if severity is None or rule.check is None:
                continue
            for remark in rule.check(subject):
                yield _finding(case, rule.id, severity, subject.occurrence, remark)


def _finding(
    case: Case, rule: str, severity: Severity, occurrence: Occurrence, remark: Remark
) -> Finding:
    span = occurrence.span
    if remark.part is not None:
        shown = occurrence.value.shown_in(case.document, *remark.part)
        if shown is not None and span.start <= shown.start and shown.end <= span.end:
            span = shown
    said = remark.message
    if occurrence.variant is not None:
        said += f" (as built by {occurrence.variant})"
    return Finding(rule, severity, said, span, occurrence, remark.related, remark.replacements)


def _is_passed_over(finding: Finding, policy: Policy) -> bool:
    occurrence = finding.occurrence
    if occurrence is None or occurrence.reference is None:
        return False
    name = occurrence.reference.name
    patterns = (
        *policy.passed_over.get(finding.rule, ()),
        *policy.passed_over.get(EVERY_RULE, ()),
    )
    return any(matches(pattern, name) for pattern in patterns)

"""The policy for one document: what the repository says of rules, under what its user says.

Does not know what rules find.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from tagwise.documents.model import Severity
from tagwise.ide.diagnostics.ignore_comments import EVERY_RULE
from tagwise.ide.diagnostics.rule import Policy
from tagwise.ide.diagnostics.rules import RULE_BY_ID
from tagwise.session.ignores import IgnoreRules
from tagwise.session.repositories import RepositorySettings


def policy_of(
    path: Path | None, said: Iterable[RepositorySettings], *, selected: Collection[str] = ()
) -> Policy:
    """Return the policy for the document at `path`; the weakest of those who say comes first."""
    severities: dict[str, Severity | None] = {}
    images: dict[str, tuple[str, ...]] = {}
    allowed: tuple[str, ...] = ()
    off: set[str] = set()
    for each in said:
        settings = each.settings
        severities.update(settings.rules)
        allowed = settings.allowed or allowed
        if path is not None and each.folder is not None:
            off.update(_off(path, each.folder, settings.ignored_paths))
        for pattern, rules in settings.ignored_images.items():
            for rule in rules:
                images[rule] = (*images.get(rule, ()), pattern)
    for rule in selected:
        default = severities.get(rule, RULE_BY_ID[rule].default)
        severities[rule] = default or Severity.WARNING
    for rule in RULE_BY_ID if EVERY_RULE in off else off:
        severities[rule] = None
    return Policy(severities, images, allowed)


def _off(path: Path, folder: Path, patterns: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    """Yield the rules that are off for `path`: a pattern may name the file, or a folder above."""
    try:
        names = path.absolute().relative_to(folder.absolute()).parts
    except ValueError:
        return
    for pattern, rules in patterns.items():
        read = IgnoreRules.read(pattern)
        ends = range(1, len(names) + 1)
        if any(read.verdict(names[:end], is_folder=end < len(names)) for end in ends):
            yield from rules

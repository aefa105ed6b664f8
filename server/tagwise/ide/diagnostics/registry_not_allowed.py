"""registry-not-allowed: the image is none of those that the setting `allowed` names."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from tagwise.ide.diagnostics.finding import Remark
from tagwise.ide.diagnostics.rule import Rule, Subject


def _check(subject: Subject) -> Iterator[Remark]:
    name, allowed = subject.reference.name, subject.policy.allowed
    if not any(matches(pattern, name) for pattern in allowed):
        said = f"{name} is none of the images that may be used here"
        said += f": {', '.join(allowed)}" if allowed else ": the setting `allowed` names none"
        yield Remark(said, subject.reference.name_span)


def matches(pattern: str, name: str) -> bool:
    """Whether a pattern names an image: `ghcr.io` and `ghcr.io/acme` stand for all below."""
    return fnmatchcase(name, pattern) or fnmatchcase(name, f"{pattern.rstrip('/')}/*")


REGISTRY_NOT_ALLOWED: Final = Rule(
    "registry-not-allowed",
    None,
    "the image is on none of the registries that the setting `allowed` names",
    "Patterns match the full name, such as `docker.io/library/python`; `*` stands for anything,"
    " and a pattern for all that is below it: `ghcr.io`, `*.example.com`, `docker.io/library`.",
    _check,
)

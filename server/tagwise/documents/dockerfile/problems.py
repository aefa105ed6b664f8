"""What is found wrong in a Dockerfile, in words.

The rules with capitals are BuildKit's own, with its own names and messages
(frontend/dockerfile/linter/ruleset.go); `# check=` says which of them not to apply, at the top of
the file or in a comment above an instruction.  The others are what a build stops at.
Does not know how any of it is found.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from tagwise.documents.model import Problem, Severity
from tagwise.documents.traced import Span

INVALID_REFERENCE: Final = "invalid-reference"

_RULES: Final = frozenset(
    """StageNameCasing ReservedStageName DuplicateStageName UndefinedArgInFrom
    InvalidDefaultArgInFrom RedundantTargetPlatform FromPlatformFlagConstDisallowed
    InvalidBaseImagePlatform""".split()
)

# Those that a comment above an instruction switches off there; the others are of the whole file.
_OF_INSTRUCTIONS: Final = frozenset(
    """StageNameCasing UndefinedArgInFrom RedundantTargetPlatform
    FromPlatformFlagConstDisallowed""".split()
)
_OPTIONS: Final = frozenset({"skip", "error", "experimental"})
_COMMENT: Final = re.compile(r"check\s*=\s*(?P<value>[^ ]+)", re.IGNORECASE)


@attrs.frozen
class Check:
    """The value of `# check=`: `skip=A,B` or `skip=all`, and `error=true`, with `;` between."""

    skipped: frozenset[str] = frozenset()
    skips_all: bool = False
    fails: bool = False

    @classmethod
    def parse(cls, text: str) -> "Check":
        """Read the options (linter.go, `ParseLintOptions`); with one that is none, none counts."""
        options = dict(_option(part) for part in text.split(";"))
        if not options.keys() <= _OPTIONS:
            return NO_CHECK
        skip = options.get("skip", "")
        return cls(
            frozenset(rule.strip() for rule in skip.split(",")),
            skip == "all",
            options.get("error", "") in {"1", "t", "T", "TRUE", "true", "True"},
        )

    @classmethod
    def of_comments(cls, nearest_first: Iterable[str]) -> "Check":
        """Read what the topmost comment of that kind says (linter.go, `...FromComments`)."""
        found = [match for each in nearest_first if (match := _COMMENT.match(each))]
        return cls.parse(found[-1]["value"]) if found else NO_CHECK

    def heeded(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """Yield what is left of an instruction's problems by a comment above it."""
        off = self.off & _OF_INSTRUCTIONS
        return (each for each in problems if each.rule not in off)

    def applied(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return the problems that remain, as severe as the build takes them."""
        off = self.off
        return tuple(self._applied(each) for each in problems if each.rule not in off)

    @property
    def off(self) -> frozenset[str]:
        """The rules that the build does not apply."""
        return _RULES if self.skips_all else _RULES & self.skipped

    def _applied(self, problem: Problem) -> Problem:
        if self.fails and problem.rule in _RULES:
            return attrs.evolve(problem, severity=Severity.ERROR)
        return problem


NO_CHECK: Final = Check()


def stage_name_casing(name: str, span: Span) -> Problem:
    return Problem("StageNameCasing", f"Stage name '{name}' should be lowercase", span)


def reserved_stage_name(name: str, span: Span) -> Problem:
    message = f'Stage name should not use the same name as reserved stage "{name}"'
    return Problem("ReservedStageName", message, span)


def duplicate_stage_name(name: str, span: Span) -> Problem:
    message = f'Duplicate stage name "{name}", stage names should be unique'
    return Problem("DuplicateStageName", message, span)


def undefined_argument(name: str, span: Span, nearest: str | None) -> Problem:
    meant = f" (did you mean {nearest}?)" if nearest else ""
    return Problem("UndefinedArgInFrom", f"FROM argument '{name}' is not declared{meant}", span)


def invalid_default(written: str, span: Span) -> Problem:
    message = f"Default value for ARG {written} results in empty or invalid base image name"
    return Problem("InvalidDefaultArgInFrom", message, span)


def redundant_target_platform(written: str, span: Span) -> Problem:
    message = (
        f"Setting platform to predefined {written} in FROM is redundant "
        "as this is the default behavior"
    )
    return Problem("RedundantTargetPlatform", message, span)


def constant_platform(platform: str, span: Span) -> Problem:
    message = f'FROM --platform flag should not use constant value "{platform}"'
    return Problem("FromPlatformFlagConstDisallowed", message, span)


def invalid_reference(message: str, span: Span) -> Problem:
    return Problem(INVALID_REFERENCE, message, span, Severity.ERROR)


def invalid_platform(message: str, span: Span) -> Problem:
    return Problem("invalid-platform", message, span, Severity.ERROR)


def variable_not_allowed(message: str, span: Span) -> Problem:
    return Problem("variable-not-allowed", message, span, Severity.ERROR)


def no_such_stage(index: str, span: Span) -> Problem:
    return Problem("no-such-stage", f"invalid stage index {index}", span, Severity.ERROR)


def stage_not_before(name: str, span: Span) -> Problem:
    message = f"stage {name!r} must be defined before the stage that copies from it"
    return Problem("stage-order", message, span, Severity.ERROR)


def repeated_flag(name: str, span: Span) -> Problem:
    message = f"--{name} can be given only once"
    return Problem("repeated-flag", message, span, Severity.ERROR)


def repeated_directive(key: str, span: Span) -> Problem:
    message = f"only one {key} parser directive can be used"
    return Problem("repeated-directive", message, span, Severity.ERROR)


def onbuild_from(span: Span) -> Problem:
    message = "FROM is not allowed as an ONBUILD trigger"
    return Problem("onbuild-from", message, span, Severity.ERROR)


def _option(part: str) -> tuple[str, str]:
    key, _, value = part.partition("=")
    return key.strip(), value.strip()

"""unset-variable: a compose file's image uses a variable that nothing sets.

In pipelines a variable is set by whoever runs them, so nothing is said there; a Dockerfile's are
BuildKit's rule UndefinedArgInFrom.
"""

from typing import Final

from tagwise.documents.model import Occurrence, Role, Severity, SkipReason
from tagwise.ide.diagnostics.rule import Rule

_OF_COMPOSE: Final = frozenset({Role.SERVICE_IMAGE, Role.INIT_IMAGE, Role.VOLUME_IMAGE, Role.MODEL})


def unset_variable(occurrence: Occurrence) -> str | None:
    """Return what to say of a reference that is not looked up."""
    skipped = occurrence.skipped
    if skipped is None or skipped.reason is not SkipReason.UNSET_VARIABLE:
        return None
    return skipped.message if occurrence.role in _OF_COMPOSE else None


UNSET_VARIABLE: Final = Rule(
    "unset-variable",
    Severity.WARNING,
    "an image of a compose file uses a variable that nothing sets",
    "Compose puts nothing in its place, and says so with a warning. Set it in `.env`, or give a default:"
    " `${TAG:-1.0}`.",
)

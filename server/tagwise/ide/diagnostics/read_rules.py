"""The rules that reading a document applies: names, and what their pages say.

Those with capitals are BuildKit's, by its own names; what they find is in `documents`.
"""

from typing import Final

from tagwise.documents.model import Severity
from tagwise.ide.diagnostics.rule import Rule

_BUILDKIT: Final = (
    "One of BuildKit's own checks, with its own name and message; `# check=skip=…` in the Dockerfile"
    " switches it off for the build, too."
)
_STOPS: Final = "The build stops here."

READ_RULES: Final = (
    Rule(
        "invalid-reference",
        Severity.ERROR,
        "what is written is no image reference",
        "What is wrong with the name, the tag or the digest is said, and the place is marked.",
    ),
    Rule("invalid-platform", Severity.ERROR, "what is written is no platform", _STOPS),
    Rule(
        "variable-not-allowed",
        Severity.ERROR,
        "a variable stands where the build takes none",
        "`COPY --from` and `RUN --mount=from=` take no variables: name a stage after the image.",
    ),
    Rule("no-such-stage", Severity.ERROR, "there is no stage of this number", _STOPS),
    Rule("stage-order", Severity.ERROR, "the stage copied from comes later", _STOPS),
    Rule("repeated-flag", Severity.ERROR, "a flag is given twice", _STOPS),
    Rule("repeated-directive", Severity.ERROR, "a parser directive is given twice", _STOPS),
    Rule("onbuild-from", Severity.ERROR, "`FROM` is no ONBUILD trigger", _STOPS),
    Rule(
        "invalid-interpolation",
        Severity.ERROR,
        "a variable is written in a way compose does not read",
        "Compose stops here. A dollar sign is written `$$`.",
    ),
    Rule(
        "required-variable",
        Severity.ERROR,
        "a variable that must be set is not",
        "Compose stops at `${NAME:?…}` without the variable.",
    ),
    Rule(
        "not-read",
        Severity.INFORMATION,
        "the file is not read, with the reason",
        "Such as one that nests deeper than any file by a person.",
    ),
    Rule("StageNameCasing", Severity.WARNING, "a stage's name has capitals", _BUILDKIT),
    Rule("ReservedStageName", Severity.WARNING, "a stage has a reserved name", _BUILDKIT),
    Rule("DuplicateStageName", Severity.WARNING, "two stages have one name", _BUILDKIT),
    Rule("UndefinedArgInFrom", Severity.WARNING, "`FROM` uses an undeclared argument", _BUILDKIT),
    Rule(
        "InvalidDefaultArgInFrom",
        Severity.WARNING,
        "with its defaults alone, `FROM` names no image",
        _BUILDKIT,
    ),
    Rule(
        "RedundantTargetPlatform",
        Severity.WARNING,
        "`--platform=$TARGETPLATFORM` is the default",
        _BUILDKIT,
    ),
    Rule(
        "FromPlatformFlagConstDisallowed",
        Severity.WARNING,
        "`--platform` has a constant value",
        _BUILDKIT,
    ),
)

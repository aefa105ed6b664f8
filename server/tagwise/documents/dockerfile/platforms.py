"""The platform a FROM asks for: `--platform=`, else the builder's.

Follows BuildKit's frontend/dockerfile/dockerfile2llb/convert.go (`buildDispatchStates`,
`reportRedundantTargetPlatform`, `reportConstPlatformDisallowed`).
Does not know which platforms an image has.
"""

from collections.abc import Collection
from typing import Final

import attrs

from tagwise.documents.dockerfile import problems
from tagwise.documents.dockerfile.builds import TARGET_PLATFORM, Build
from tagwise.documents.dockerfile.expansion import Expansion, expand
from tagwise.documents.dockerfile.stages import From
from tagwise.documents.model import Problem, Skip, SkipReason
from tagwise.documents.traced import Span, TracedText
from tagwise.errors import InvalidPlatform
from tagwise.oci.platform import Platform

_EDITS: Final = 2


@attrs.frozen
class AskedPlatform:
    """`platform` is None if nothing says which; `names` are the variables that were read.

    `value` is what the flag says, a platform or not.
    """

    platform: Platform | None
    problems: tuple[Problem, ...] = ()
    names: frozenset[str] = frozenset()
    value: TracedText | None = None


def asked_platform(statement: From, build: Build) -> AskedPlatform:
    if statement.platform is None:
        return AskedPlatform(build.platform)
    span = statement.platform.inner.whole
    expansion = expand(statement.platform, build.scope)
    names = frozenset(variable.name for variable in expansion.variables)
    found = list(undefined_arguments(expansion, build))
    platform: Platform | None = None
    match expansion.value:
        case Skip(SkipReason.INVALID, message):
            found.append(problems.invalid_platform(message, span))
        case Skip():
            pass
        case value if not expansion.unset:
            platform, others = _parsed(value.text, statement, build, span, names)
            found += others
        case _:
            pass
    if names & build.assumed:
        platform = None
    said = expansion.value if isinstance(expansion.value, TracedText) else None
    return AskedPlatform(platform, tuple(found), names, said)


def undefined_arguments(expansion: Expansion, build: Build) -> tuple[Problem, ...]:
    """Return a problem for each name that is declared nowhere, where it is first used."""
    unknown = {
        variable.name: variable.place.span
        for variable in reversed(expansion.variables)
        if not variable.found and variable.name not in build.declared
    }
    return tuple(
        problems.undefined_argument(name, span, _nearest(name, build.likely))
        for name, span in unknown.items()
    )


def _nearest(name: str, likely: Collection[str]) -> str | None:
    """Return the name that was meant, likely: the fewest edits away, at most two (suggest.Search)."""
    near = {each: edits for each in likely if (edits := _edits(name, each)) <= _EDITS}
    return min(near, key=lambda each: (near[each], each), default=None)


def _edits(one: str, other: str, most: int = _EDITS) -> int:
    """Count the characters to insert, leave out or replace; more than `most` is `most + 1`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    pairs = enumerate(zip(one, other, strict=False))
    same = next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
    one, other = one[same:], other[same:]
    if not one or not other:
        return len(one or other)
    if most == 0:
        return 1
    ways = ((one[1:], other), (one, other[1:]), (one[1:], other[1:]))
    return 1 + min(_edits(*way, most - 1) for way in ways)


def _parsed(
    text: str, statement: From, build: Build, span: Span, names: frozenset[str]
) -> tuple[Platform | None, list[Problem]]:
    written = statement.platform.written.text if statement.platform else ""
    try:
        platform = Platform.parse(text, default=build.build_platform)
    except InvalidPlatform as error:
        return None, [problems.invalid_platform(str(error), span)]
    if names == frozenset({TARGET_PLATFORM}) and text == build.text_of(TARGET_PLATFORM):
        return platform, [problems.redundant_target_platform(written, span)]
    name = statement.name.text.lower() if statement.name else ""
    if not names and platform.os not in name and platform.architecture not in name:
        return platform, [problems.constant_platform(text, span)]
    return platform, []

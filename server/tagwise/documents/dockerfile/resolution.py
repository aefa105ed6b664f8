"""What a statement of a Dockerfile names in one build: an image, a stage, a context or nothing.

Follows BuildKit's frontend/dockerfile/dockerfile2llb/convert.go (`buildDispatchStates`,
`toCommand`, `resolveBaseImage`).  Does not know of other builds, nor where a digest would go.
"""

import re
from typing import Final

import attrs

from tagwise.documents.dockerfile import problems
from tagwise.documents.dockerfile.builds import Build
from tagwise.documents.dockerfile.expansion import Expansion, expand
from tagwise.documents.dockerfile.platforms import asked_platform, undefined_arguments
from tagwise.documents.dockerfile.stages import NO_STAGE, From, Source, Stages
from tagwise.documents.model import Occurrence, Problem, Role, Skip, SkipReason
from tagwise.documents.traced import Place, TracedText, Use
from tagwise.errors import InvalidReference
from tagwise.oci.reference import ImageReference

_SCRATCH: Final = "scratch"
_IMAGE_CONTEXT: Final = "docker-image://"
# What Go's strconv.Atoi takes; a number that does not fit is a name.
_INDEX: Final = re.compile(r"[+-]?[0-9]{1,18}")


@attrs.frozen
class Resolved:
    """What a statement names, what is wrong with it, and the variables it reads otherwise.

    `platform` is what it says of one, if that can be known.
    """

    occurrence: Occurrence
    problems: tuple[Problem, ...] = ()
    aside: frozenset[str] = frozenset()
    platform: TracedText | None = None


def resolve_image(occurrence: Occurrence, value: TracedText, document: str) -> Resolved:
    """Read `value` as an image reference; an error is shown where its text is written."""
    try:
        reference = ImageReference.parse(value.text)
    except InvalidReference as error:
        place = value.place(error.start, error.end)
        span = place.span if place and place.document == document else occurrence.span
        problem = problems.invalid_reference(str(error), span)
        occurrence = attrs.evolve(occurrence, value=value)
        return _skipped(occurrence, SkipReason.INVALID, str(error), problem)
    return Resolved(attrs.evolve(occurrence, value=value, reference=reference))


def resolve_from(statement: From, stages: Stages, build: Build) -> Resolved:
    expansion = expand(statement.image, build.scope)
    asked = asked_platform(statement, build)
    written = statement.image.inner
    role = Role.ONBUILD_SOURCE if statement.stage == NO_STAGE else Role.BASE_IMAGE
    value = written.traced(0, len(written.text), build.scope.document)
    occurrence = Occurrence(role, written.whole, value, None, platform=asked.platform)
    if isinstance(expansion.value, Skip):
        found = _unexpanded(occurrence, expansion.value)
    elif expansion.unset:
        message = f"the variable {expansion.unset[0]} has no value"
        found = _skipped(occurrence, SkipReason.UNSET_VARIABLE, message)
    else:
        found = _resolve_base(statement, occurrence, expansion.value, stages, build)
    return Resolved(
        found.occurrence,
        tuple(
            statement.check.heeded(
                (
                    *found.problems,
                    *undefined_arguments(expansion, build),
                    *_invalid_default(statement, build, expansion),
                    *asked.problems,
                )
            )
        ),
        asked.names | expansion.aside,
        asked.value,
    )


def resolve_source(source: Source, stages: Stages, build: Build) -> Resolved:
    name, span = source.name.text, source.name.whole
    value = source.name.traced(0, len(name), build.scope.document)
    occurrence = Occurrence(source.role, span, value, None, platform=build.platform)
    if "$" in name:
        message = (
            "a variable cannot stand here: name a stage with "
            f"`FROM {name} AS name` and use its name instead"
        )
        problem = problems.variable_not_allowed(message, span)
        return _skipped(occurrence, SkipReason.VARIABLE_NOT_ALLOWED, message, problem)
    if source.takes_index and _INDEX.fullmatch(name):
        return _resolve_index(source, occurrence, int(name), stages)
    index = stages.last.get(name.lower())
    if index is None:
        return _resolve_name(occurrence, value, build)
    return _stage(source, occurrence, index)


def _unexpanded(occurrence: Occurrence, skip: Skip) -> Resolved:
    problem = problems.invalid_reference(skip.message, occurrence.span)
    found = (problem,) if skip.reason is SkipReason.INVALID else ()
    return _skipped(occurrence, skip.reason, skip.message, *found)


def _resolve_base(
    statement: From, occurrence: Occurrence, value: TracedText, stages: Stages, build: Build
) -> Resolved:
    if statement.name is not None:
        name = statement.name.text.lower()
        context = build.context(name)
        if context is not None:
            return _resolve_context(occurrence, name, context, build)
    if stages.first.get(value.text, statement.stage) < statement.stage:
        occurrence = attrs.evolve(occurrence, value=value)
        return _skipped(occurrence, SkipReason.STAGE, f"{value.text} is a stage of this file")
    return _resolve_name(occurrence, value, build)


def _resolve_name(occurrence: Occurrence, value: TracedText, build: Build) -> Resolved:
    """Resolve a name that is no stage's."""
    if value.text == _SCRATCH:
        occurrence = attrs.evolve(occurrence, value=value)
        return _skipped(occurrence, SkipReason.SCRATCH, "scratch is no image: it has nothing in it")
    context = build.context(value.text)
    if context is not None:
        return _resolve_context(occurrence, value.text, context, build)
    return resolve_image(occurrence, value, build.scope.document)


def _resolve_context(
    occurrence: Occurrence, name: str, context: TracedText, build: Build
) -> Resolved:
    if not context.text.startswith(_IMAGE_CONTEXT):
        message = f"{build.name} gives the named context {name}: {context.text}"
        return _skipped(occurrence, SkipReason.NAMED_CONTEXT, message)
    use = Use(name, Place(build.scope.document, occurrence.span), appendable=False)
    value = context.between(len(_IMAGE_CONTEXT), len(context.text)).used(use)
    return resolve_image(occurrence, value, build.scope.document)


def _resolve_index(source: Source, occurrence: Occurrence, index: int, stages: Stages) -> Resolved:
    if source.role is Role.ONBUILD_SOURCE or 0 <= index < stages.count:
        return _stage(source, occurrence, index)
    problem = problems.no_such_stage(source.name.text, occurrence.span)
    return _skipped(occurrence, SkipReason.INVALID, problem.message, problem)


def _stage(source: Source, occurrence: Occurrence, index: int) -> Resolved:
    name = source.name.text
    if source.role is Role.ONBUILD_SOURCE:
        return _skipped(occurrence, SkipReason.STAGE, f"{name} is a stage of the file that builds")
    found = _skipped(occurrence, SkipReason.STAGE, f"{name} is a stage of this file")
    if index < source.stage or source.stage == NO_STAGE:
        return found
    return attrs.evolve(found, problems=(problems.stage_not_before(name, occurrence.span),))


def _invalid_default(statement: From, build: Build, expansion: Expansion) -> tuple[Problem, ...]:
    """Check the name that the defaults alone give (`validateBaseImagesWithDefaultArgs`)."""
    if build.defaults is not build.scope:
        expansion = expand(statement.image, build.defaults)
    if isinstance(expansion.value, Skip) or not expansion.variables:
        return ()
    try:
        ImageReference.parse(expansion.value.text)
    except InvalidReference:
        span = statement.image.inner.whole
        return (problems.invalid_default(statement.image.written.text, span),)
    return ()


def _skipped(occurrence: Occurrence, reason: SkipReason, message: str, *found: Problem) -> Resolved:
    return Resolved(attrs.evolve(occurrence, skipped=Skip(reason, message)), found)

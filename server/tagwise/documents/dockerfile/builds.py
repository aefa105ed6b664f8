"""The ways a Dockerfile is built: by whom, and with which values for its variables.

Only what is declared before the first FROM reaches a FROM, and the platform variables that are
always there (BuildKit's frontend/dockerfile/dockerfile2llb: `defaultArgs`, `buildMetaArgs`).  What
a builder or the settings give beats a default.
Does not know what the values are used for.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from tagwise.documents.dockerfile.expansion import Scope, expand
from tagwise.documents.dockerfile.stages import NO_STAGE, Argument
from tagwise.documents.model import Builder, Inputs, Skip
from tagwise.documents.traced import Place, TracedText
from tagwise.errors import InvalidPlatform, InvalidReference
from tagwise.oci.platform import Platform
from tagwise.oci.reference import DEFAULT_TAG, ImageReference

TARGET_PLATFORM: Final = "TARGETPLATFORM"

_NOBODY: Final = Builder("")
# What no build can replace by a named context (dockerfile2llb, `namedContextFunc`).
_COMPARED: Final = 20_000
_NO_CONTEXT: Final = frozenset({"scratch", "context"})


@attrs.frozen
class Build:
    """One build of the file.

    `given` holds the arguments that beat defaults, `scope` the values a FROM sees, `defaults` those
    it sees if nothing is given.  `declared` names every variable a FROM may use; `assumed` those
    that say what builds are for unless told otherwise; `likely` those that a name which is not
    declared may be meant for.  `platform` is the one asked for.
    """

    name: str
    given: Mapping[str, TracedText | Skip]
    scope: Scope
    defaults: Scope
    declared: frozenset[str]
    assumed: frozenset[str]
    platform: Platform | None
    contexts: Mapping[str, TracedText]
    aside: frozenset[str]
    build_platform: Platform
    likely: frozenset[str] = frozenset()

    def text_of(self, name: str) -> str:
        value = self.scope.values.get(name)
        return value.text if isinstance(value, TracedText) else ""

    def origins_of(self, name: str) -> tuple[Place, ...]:
        """List the places that the value of a variable comes from."""
        value = self.scope.values.get(name)
        return value.origins() if isinstance(value, TracedText) else ()

    def context(self, name: str) -> TracedText | None:
        """Return the named context that stands in for the stage or image `name`."""
        if not self.contexts or name.lower() in _NO_CONTEXT:
            return None
        return self.contexts.get(_context_key(name))


def builds_of(
    arguments: tuple[Argument, ...], inputs: Inputs, *, last_stage: str, uses: int
) -> tuple[Build, ...]:
    """List the builds of a file with these arguments; without a builder it is built by nobody.

    `uses` is how often it uses a variable, at most: each use is compared with each likely name,
    so that among more than anyone's there is none.
    """
    declarations = tuple(each for each in arguments if each.stage == NO_STAGE)
    builders = inputs.builders or (_NOBODY,)
    builds = tuple(_build(declarations, inputs, builder, last_stage) for builder in builders)
    if uses * sum(len(each.declared) for each in builds) > _COMPARED:
        return builds
    return tuple(attrs.evolve(each, likely=each.declared) for each in builds)


def _build(
    declarations: tuple[Argument, ...], inputs: Inputs, builder: Builder, last_stage: str
) -> Build:
    given: dict[str, TracedText | Skip] = {
        key: TracedText.unplaced(value) for key, value in inputs.build_args.items()
    }
    given |= builder.args
    platform = _only_platform(builder, inputs.build_platform)
    stage = builder.target or last_stage or "default"
    predefined: dict[str, TracedText | Skip] = dict(
        _predefined(platform or inputs.build_platform, inputs.build_platform, stage)
    )
    predefined |= {key: given[key] for key in predefined.keys() & given.keys()}
    assumed = _targets(() if platform else predefined) - given.keys()
    values = _values(declarations, predefined, given, assumed, inputs.document)
    defaults = _values(declarations, predefined, {}, assumed, inputs.document) if given else values
    return Build(
        builder.name,
        given,
        values.scope,
        defaults.scope,
        frozenset(predefined.keys() | {declaration.name for declaration in declarations}),
        values.assumed,
        platform,
        {_context_key(key): value for key, value in builder.contexts.items()},
        values.aside,
        inputs.build_platform,
    )


@attrs.frozen
class _Values:
    scope: Scope
    aside: frozenset[str]
    assumed: frozenset[str]


def _values(
    declarations: tuple[Argument, ...],
    predefined: Mapping[str, TracedText | Skip],
    given: Mapping[str, TracedText | Skip],
    assumed: frozenset[str],
    document: str,
) -> _Values:
    """Return the values after the last declaration, and what they are made of."""
    values: dict[str, TracedText | Skip] = dict(predefined)
    unset: dict[str, str] = {}
    aside: set[str] = set()
    guesses = set(assumed)
    scope = Scope(document, values, unset)
    for declaration in declarations:
        name = declaration.name
        if name in given:
            values[name] = given[name]
        elif declaration.default is not None:
            expansion = expand(declaration.default, scope)
            guessed = any(variable.name in guesses for variable in expansion.variables)
            values[name] = expansion.value
            aside |= expansion.aside
            unset.pop(name, None)
            guesses.discard(name)
            if expansion.unset:
                unset[name] = expansion.unset[0]
            if guessed:
                guesses.add(name)
    return _Values(scope, frozenset(aside), frozenset(guesses))


def _predefined(target: Platform, build: Platform, stage: str) -> Iterator[tuple[str, TracedText]]:
    yield "TARGETSTAGE", TracedText.unplaced(stage)
    for side, platform in (("BUILD", build), ("TARGET", target)):
        yield f"{side}PLATFORM", TracedText.unplaced(str(platform))
        yield f"{side}OS", TracedText.unplaced(platform.os)
        yield f"{side}OSVERSION", TracedText.unplaced(platform.os_version)
        yield f"{side}ARCH", TracedText.unplaced(platform.architecture)
        yield f"{side}VARIANT", TracedText.unplaced(platform.variant)


def _targets(predefined: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in predefined if name.startswith("TARGET"))


def _only_platform(builder: Builder, default: Platform) -> Platform | None:
    if len(builder.platforms) != 1:
        return None
    try:
        return Platform.parse(builder.platforms[0], default=default)
    except InvalidPlatform:
        return None


def _context_key(name: str) -> str:
    """Spell a name as BuildKit does before it looks for a context (dockerui, `NamedContext`)."""
    try:
        return ImageReference.parse(name).familiar.removesuffix(f":{DEFAULT_TAG}")
    except InvalidReference:
        return name

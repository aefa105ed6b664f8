"""Bake files: the images that targets build from, cache and make, and what they build.

docs.docker.com/build/bake/reference: `contexts` with `docker-image://`, `dockerfile-inline`,
`cache-from` and `cache-to`, `tags`, and the generator of `attest`.
Does not know how a file is written, nor the Dockerfiles that targets build.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from tagwise.documents.bake.build_plans import plan_of
from tagwise.documents.bake.builds import Target, builds_of, target_of, targets_of
from tagwise.documents.bake.inline import inline_dockerfile
from tagwise.documents.bake.names import build_platforms, inline_span, names_elsewhere
from tagwise.documents.bake.values import Block, Expression, ListOf, ObjectOf
from tagwise.documents.bake.variables import Said, Scope, Variables
from tagwise.documents.build_plan import BuildPlan
from tagwise.documents.build_platforms import BuildPlatform
from tagwise.documents.density import refusal_of
from tagwise.documents.model import (
    Build,
    Inputs,
    NoPin,
    Occurrence,
    ParsedDocument,
    PinPlace,
    Role,
    Skip,
    SkipReason,
)
from tagwise.documents.names import Name, NameElsewhere, each_once
from tagwise.documents.nested import names_in_outer
from tagwise.documents.pinning import settle_pins
from tagwise.documents.references import not_read, read_reference
from tagwise.documents.traced import Place

# What a text may have, in characters and in marks: more than anyone's.
_LONGEST: Final = 256 * 1024
_MOST: Final = 30_000
_MARKS: Final = ('"', "{", "[", "(", "=", ",", "\n", "\r", "/", "<")
# buildx, `bake.defaultFilenames`, without compose's: read together, the last one wins.
_DEFAULT_FILES: Final = (
    "docker-bake.json",
    "docker-bake.hcl",
    "docker-bake.override.json",
    "docker-bake.override.hcl",
)
# HCL starts with no brace and no key in quotes; where the first line is broken, the second says it.
_KEY: Final = r"\"[^\"\r\n]*+\"[ \t]*+:"
_JSON: Final = re.compile(rf"\ufeff?\s*+(?:\{{|{_KEY}|[^\r\n]*+[\r\n]\s*+{_KEY})")
_WHOLE: Final = re.compile(r"(?P<image>.+)", re.DOTALL)
_PARTS: Final[Mapping[Role, re.Pattern[str]]] = {
    Role.BUILD_CONTEXT: re.compile(r"docker-image://(?P<image>.+)", re.DOTALL),
    Role.BUILD_TAG: _WHOLE,
    Role.BUILD_CACHE: re.compile(
        r"(?:(?=(?:.*,)?type=registry(?:,|$))(?:.*,)?ref=)?(?P<image>[^=,]+)(?:,.*)?", re.DOTALL
    ),
    Role.SBOM_GENERATOR: re.compile(
        r"(?=(?:.*,)?type=sbom(?:,|$))(?:.*,)?generator=(?P<image>[^=,]+)(?:,.*)?", re.DOTALL
    ),
}
_ROLES: Final = {
    "contexts": Role.BUILD_CONTEXT,
    "tags": Role.BUILD_TAG,
    "cache-from": Role.BUILD_CACHE,
    "cache-to": Role.BUILD_CACHE,
    "attest": Role.SBOM_GENERATOR,
}
# A list of objects has the same fields as a text with commas.
_FIELDS: Final = {Role.BUILD_CACHE: "ref", Role.SBOM_GENERATOR: "generator"}
_SKIPS: Final = {
    Role.BUILD_TAG: Skip(SkipReason.BUILD_OUTPUT, "it names what the target builds"),
    Role.BUILD_CACHE: Skip(SkipReason.CACHE, "it names a build cache, not an image that runs"),
}


@attrs.frozen
class _Image:
    """A value that names an image; `part` finds it in the value's text."""

    role: Role
    expression: Expression
    part: re.Pattern[str]


@attrs.frozen
class BakeSyntax:
    """`for_builds` are the variables as a build sees them: what is told to it is a use of theirs."""

    text: str
    targets: tuple[Block, ...]
    variables: Variables
    for_builds: Variables
    refusal: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def evaluate(self, inputs: Inputs) -> ParsedDocument:
        if self.refusal is not None:
            return ParsedDocument(problems=(not_read(self.refusal),))
        files = _project(self, inputs)
        scope = _scope(files, inputs)
        targets = _targets(files, scope) if self._has_inline else ()
        found = [
            each for block in self.targets for each in self._read(block, scope, inputs, targets)
        ]
        occurrences = [occurrence for each in found for occurrence in each.occurrences]
        occurrences.sort(key=lambda each: (each.span.start, each.span.end))
        problems = (problem for each in found for problem in each.problems)
        settled = settle_pins(occurrences, read_elsewhere=frozenset())
        pairs = zip(occurrences, settled, strict=True)
        final = tuple(_unless_refused(before, after) for before, after in pairs)
        return ParsedDocument(final, tuple(problems))

    def given_names(self, inputs: Inputs) -> tuple[Name, ...]:
        """List the names that Dockerfiles in the file give (`names.Naming`)."""
        if not self._has_inline:
            return ()
        scope = _scope(_project(self, inputs), inputs)
        found = (name for block in self.targets for name in _inline_names(block, scope))
        return tuple(found)

    def names_elsewhere(self, inputs: Inputs) -> tuple[NameElsewhere, ...]:
        """List what is said of names in Dockerfiles (`names.NamingElsewhere`)."""
        files = _project(self, inputs)
        targets = _targets(files, _scope(files, inputs))
        return each_once(names_elsewhere(targets, self.text, inputs.document))

    def build_platforms(self, inputs: Inputs) -> tuple[BuildPlatform, ...]:
        """List the platforms that Dockerfiles are built for (`build_platforms.BuildingFor`)."""
        files = _project(self, inputs)
        targets = _targets(files, _scope(files, inputs))
        return tuple(dict.fromkeys(build_platforms(targets, inputs.document)))

    def builds(self, inputs: Inputs) -> tuple[Build, ...]:
        """List the Dockerfiles that the file builds, alone or with others of its project.

        A file that is not the first of its project leaves that to the first.
        """
        files = _project(self, inputs)
        if files[0].document != inputs.document:
            return ()
        variables = tuple((each.document, each.syntax.for_builds) for each in reversed(files))
        scope = Scope(inputs.document, inputs.environment, variables)
        return builds_of(_targets(files, scope))

    def plans(self, inputs: Inputs) -> tuple[BuildPlan, ...]:
        """List how the project's targets are built (`build_plan.Planning`)."""
        files = _project(self, inputs)
        if files[0].document != inputs.document:
            return ()
        scope = _scope(files, inputs)
        targets = (each for each in _targets(files, scope) if not each.name.startswith("_"))
        return tuple(plan for each in targets if (plan := plan_of(each)) is not None)

    @property
    def _has_inline(self) -> bool:
        return any("dockerfile-inline" in target.attributes for target in self.targets)

    def _read(
        self, block: Block, scope: Scope, inputs: Inputs, targets: tuple[Target, ...]
    ) -> Iterator[ParsedDocument]:
        matrix = block.attributes.get("matrix")
        for image in _images(block):
            occurrence = _occurrence(image, scope.said(image.expression, matrix), scope.document)
            if occurrence is not None:
                yield read_reference(occurrence, scope.document, self.text)
        inline = block.attributes.get("dockerfile-inline")
        target = None if inline is None else target_of(block, targets)
        if inline is not None and target is not None:
            said = scope.said(inline, matrix)
            yield from inline_dockerfile(inline, said, inputs, target.builder())


def parse(text: str) -> BakeSyntax:
    """Read a bake file, of either syntax."""
    refusal = refusal_of(text, marks=_MARKS, most=_MOST, longest=_LONGEST)
    if refusal is not None:
        nothing = Variables({}, frozenset())
        return BakeSyntax(text, (), nothing, nothing, refusal)
    if _JSON.match(text):
        from tagwise.documents import jsonc
        from tagwise.documents.bake.json_values import blocks_of

        tree = jsonc.parse(text)
        return _read(text, blocks_of(tree), tree.refusal)
    from tagwise.documents.bake import hcl

    return _read(text, hcl.blocks_of(text))


def _read(text: str, blocks: tuple[Block, ...], refusal: str | None = None) -> BakeSyntax:
    targets = tuple(each for each in blocks if each.kind == "target")
    images = [image.expression for target in targets for image in _images(target)]
    return BakeSyntax(
        text,
        targets,
        Variables.of(blocks, images, text),
        Variables.of(blocks, tuple(_told_to_builds(targets)), text),
        refusal,
    )


def _targets(files: tuple["_File", ...], scope: Scope) -> tuple[Target, ...]:
    return targets_of((each.syntax.targets, scope.within(each.document)) for each in files)


def _told_to_builds(targets: Iterable[Block]) -> Iterator[Expression]:
    for target in targets:
        for field in ("args", "contexts"):
            value = target.attributes.get(field)
            for _, expression in value.items if isinstance(value, ObjectOf) else ():
                yield expression


def _images(target: Block) -> Iterator[_Image]:
    for field, role in _ROLES.items():
        value = target.attributes.get(field)
        if isinstance(value, ObjectOf) and role is Role.BUILD_CONTEXT:
            for _, expression in value.items:
                yield _Image(role, expression, _PARTS[role])
        elif isinstance(value, ListOf):
            for item in value.items:
                yield from _listed(role, item)


def _listed(role: Role, item: Expression) -> Iterator[_Image]:
    if not isinstance(item, ObjectOf):
        yield _Image(role, item, _PARTS[role])
    elif role in _FIELDS:
        for name, expression in item.items:
            if name == _FIELDS[role]:
                yield _Image(role, expression, _WHOLE)


def _occurrence(image: _Image, said: Said, document: str) -> Occurrence | None:
    """Return the image in a value; where its text is not known, only if it is likely one."""
    part = image.part.fullmatch(said.value.text)
    if part is None:
        return None
    value = said.value.between(part.start("image"), part.end("image"))
    span = value.shown_in(document, 0, len(value.text))
    if not span:
        return None
    skipped = said.skipped or _SKIPS.get(image.role)
    pin = PinPlace(Place(document, span))
    return Occurrence(image.role, span, value, None, skipped, pin=pin)


def _unless_refused(before: Occurrence, after: Occurrence) -> Occurrence:
    """Keep what an inline Dockerfile itself said against a pin."""
    return attrs.evolve(after, pin=before.pin) if isinstance(before.pin, NoPin) else after


def _inline_names(target: Block, scope: Scope) -> Iterator[Name]:
    from tagwise.documents.dockerfile.syntax import parse as parse_dockerfile

    inline = target.attributes.get("dockerfile-inline")
    if inline is None:
        return
    said = scope.said(inline, target.attributes.get("matrix"))
    if said.skipped is None:
        names = parse_dockerfile(said.value.text).given_names(Inputs())
        yield from names_in_outer(names, said.value, scope.document, inline_span(inline))


@attrs.frozen
class _File:
    """A file of a project."""

    document: str
    syntax: BakeSyntax


def _scope(files: tuple[_File, ...], inputs: Inputs) -> Scope:
    variables = tuple((each.document, each.syntax.variables) for each in reversed(files))
    return Scope(inputs.document, inputs.environment, variables)


def _project(own: BakeSyntax, inputs: Inputs) -> tuple[_File, ...]:
    """List the files that bake reads with this one, the weakest first."""
    found = {_name(inputs.document): _File(inputs.document, own)}
    if found.keys() <= set(_DEFAULT_FILES):
        found |= {
            _name(each.document): _File(each.document, parse(each.text))
            for each in inputs.neighbours
            if _name(each.document) in _DEFAULT_FILES
        }
    return tuple(found[name] for name in (*_DEFAULT_FILES, *found) if name in found)[: len(found)]


def _name(document: str) -> str:
    return document.replace("\\", "/").rpartition("/")[2]

"""Bake files: the images that targets build from, cache and make.

docs.docker.com/build/bake/reference: `contexts` with `docker-image://`, `dockerfile-inline`,
`cache-from` and `cache-to`, `tags`, and the generator of `attest`.
Does not know how a file is written, nor the Dockerfiles that targets build.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from tagwise.documents.bake.values import Block, Expression, ListOf, ObjectOf
from tagwise.documents.bake.variables import Said, Scope, Variables
from tagwise.documents.model import (
    Builder,
    Inputs,
    NoPin,
    Occurrence,
    ParsedDocument,
    PinPlace,
    Role,
    Skip,
    SkipReason,
)
from tagwise.documents.nested import in_outer
from tagwise.documents.pinning import settle_pins
from tagwise.documents.references import read_reference
from tagwise.documents.traced import Place, Span, TracedText
from tagwise.documents.yaml_events import FASTEST, Loader

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
    text: str
    targets: tuple[Block, ...]
    variables: Variables

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def evaluate(self, inputs: Inputs) -> ParsedDocument:
        scope = Scope(inputs.document, inputs.environment, self.variables)
        found = [each for target in self.targets for each in self._read(target, scope, inputs)]
        occurrences = [occurrence for each in found for occurrence in each.occurrences]
        occurrences.sort(key=lambda each: (each.span.start, each.span.end))
        problems = (problem for each in found for problem in each.problems)
        settled = settle_pins(occurrences, read_elsewhere=frozenset())
        pairs = zip(occurrences, settled, strict=True)
        final = tuple(_unless_refused(before, after) for before, after in pairs)
        return ParsedDocument(final, tuple(problems))

    def _read(self, target: Block, scope: Scope, inputs: Inputs) -> Iterator[ParsedDocument]:
        matrix = target.attributes.get("matrix")
        for image in _images(target):
            occurrence = _occurrence(image, scope.said(image.expression, matrix), scope.document)
            if occurrence is not None:
                yield read_reference(occurrence, scope.document, self.text)
        inline = target.attributes.get("dockerfile-inline")
        if inline is not None:
            yield from _inline(target, inline, scope, inputs)


def parse(text: str, *, loader: Loader = FASTEST) -> BakeSyntax:
    """Read a bake file, of either syntax."""
    from tagwise.documents.bake import hcl, json_values

    is_json = text.lstrip("\N{BYTE ORDER MARK} \t\r\n").startswith("{")
    blocks = json_values.blocks_of(text, loader=loader) if is_json else hcl.blocks_of(text)
    targets = tuple(each for each in blocks if each.kind == "target")
    images = [image.expression for target in targets for image in _images(target)]
    return BakeSyntax(text, targets, Variables.of(blocks, images, text))


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
    if span is None:
        return None
    skipped = said.skipped or _SKIPS.get(image.role)
    pin = PinPlace(Place(document, span))
    return Occurrence(image.role, span, value, None, skipped, pin=pin)


def _unless_refused(before: Occurrence, after: Occurrence) -> Occurrence:
    """Keep what an inline Dockerfile itself said against a pin."""
    return attrs.evolve(after, pin=before.pin) if isinstance(before.pin, NoPin) else after


def _inline(
    target: Block, inline: Expression, scope: Scope, inputs: Inputs
) -> Iterator[ParsedDocument]:
    """Read a Dockerfile written in the file, if all of its text is known."""
    from tagwise.documents.dockerfile.syntax import parse as parse_dockerfile

    said = scope.said(inline, target.attributes.get("matrix"))
    if said.skipped is not None:
        return
    name = f"{scope.document}#{inline.span.start}"
    builders = (_builder(target, scope),)
    inner = attrs.evolve(inputs, document=name, files={}, neighbours=(), builders=builders)
    yield in_outer(
        parse_dockerfile(said.value.text).evaluate(inner),
        said.value,
        inner_name=name,
        outer_name=scope.document,
        whole=Span(inline.span.start, max(inline.span.end, inline.span.start + 1)),
    )


def _builder(target: Block, scope: Scope) -> Builder:
    """Return what a target itself says to its Dockerfile."""
    platforms = target.attributes.get("platforms")
    items = platforms.items if isinstance(platforms, ListOf) else ()
    known = [scope.said(item, target.attributes.get("matrix")) for item in items]
    return Builder(
        target.labels[0] if target.labels else "",
        args=dict(_pairs(target, "args", scope)),
        contexts=dict(_pairs(target, "contexts", scope)),
        platforms=tuple(said.value.text for said in known if said.skipped is None),
    )


def _pairs(target: Block, field: str, scope: Scope) -> Iterator[tuple[str, TracedText]]:
    value = target.attributes.get(field)
    for name, expression in value.items if isinstance(value, ObjectOf) else ():
        said = scope.said(expression, target.attributes.get("matrix"))
        if said.skipped is None:
            yield name, said.value

"""What bake builds: targets, and what each says to the Dockerfile it names.

docs.docker.com/build/bake/reference: of `context`, `dockerfile`, `target` and `platforms` the last
word counts, `args` and `contexts` are merged name by name; what a target `inherits` is weaker than
what it says itself, a later file stronger than an earlier one (buildx, `bake.Target.Merge`).  A
target with a `matrix` is one for each combination of its values.
Does not know what is in a Dockerfile, nor whether there is one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from posixpath import join, normpath
from typing import Final

import attrs

from tagwise.documents.bake.values import Block, Expression, ObjectOf
from tagwise.documents.bake.variables import NOTHING, Said, Scope
from tagwise.documents.model import Build, Builder, Skip
from tagwise.documents.remote import is_remote
from tagwise.documents.traced import TracedText

# More than anyone has: targets, combinations of a matrix, targets that one inherits from.
MOST_TARGETS: Final = 500
MOST_COMBINATIONS: Final = 50
MOST_LAYERS: Final = 50

_WORKING_FOLDER: Final = "cwd://"


@attrs.frozen
class Layer:
    """What one file says of a target, with one combination of its matrix."""

    block: Block
    scope: Scope
    bound: Mapping[str, Expression] = NOTHING

    def said(self, field: str) -> Said | None:
        expression = self.block.attributes.get(field)
        return None if expression is None else self.value(expression)

    def value(self, expression: Expression) -> Said:
        return self.scope.said(expression, self.block.attributes.get("matrix"), self.bound)

    def texts(self, field: str) -> tuple[str, ...]:
        """Return what is known of a list of texts."""
        items = self.scope.items(self.block.attributes.get(field))
        known = (self.value(item) for item in items)
        return tuple(said.value.text for said in known if said.skipped is None)

    def pairs(self, field: str) -> Iterator[tuple[str, Said]]:
        """List the entries of an object but those that are `null`, which say nothing.

        buildx, bake.go, `Target.Merge`: what is weaker counts, or the Dockerfile's own default.
        """
        value = self.block.attributes.get(field)
        for name, expression in value.items if isinstance(value, ObjectOf) else ():
            if not self.scope.is_null(expression):
                yield name, self.value(expression)


@attrs.frozen
class Target:
    """A target as all files say it: `layers`, the weakest first; `label` is that of its blocks."""

    label: str
    name: str
    layers: tuple[Layer, ...]

    def builder(self) -> Builder:
        args: dict[str, TracedText | Skip] = {}
        contexts: dict[str, TracedText] = {}
        for layer in self.layers:
            args |= {name: said.skipped or said.value for name, said in layer.pairs("args")}
            contexts |= {
                name: said.value for name, said in layer.pairs("contexts") if said.skipped is None
            }
        stage = self.last("target")
        return Builder(
            self.name,
            args=args,
            contexts=contexts,
            target=stage.value.text if stage and not stage.skipped else None,
            platforms=self._platforms(),
        )

    def dockerfile(self) -> str | None:
        """Return the path of what the target builds, None if that is no file of this machine."""
        context, dockerfile = self._text("context", "."), self._text("dockerfile", "Dockerfile")
        is_inline = self.last("dockerfile-inline") is not None
        if context is None or dockerfile is None or is_inline:
            return None
        if dockerfile.startswith(_WORKING_FOLDER):
            return normpath(dockerfile.removeprefix(_WORKING_FOLDER))
        context = context.removeprefix(_WORKING_FOLDER)
        return None if is_remote(context) else normpath(join(context, dockerfile))

    def inline(self) -> tuple[str, Expression] | None:
        """Return the Dockerfile that is written in a file, with the file's document."""
        found = (
            (layer.scope.document, layer.block.attributes["dockerfile-inline"])
            for layer in reversed(self.layers)
            if "dockerfile-inline" in layer.block.attributes
        )
        return next(found, None)

    def last(self, field: str) -> Said | None:
        """Return what the strongest says of a field."""
        stated = (layer.said(field) for layer in reversed(self.layers))
        return next((said for said in stated if said is not None), None)

    def _text(self, field: str, default: str) -> str | None:
        said = self.last(field)
        if said is None:
            return default
        return None if said.skipped else said.value.text or default

    def _platforms(self) -> tuple[str, ...]:
        for layer in reversed(self.layers):
            if "platforms" in layer.block.attributes:
                return layer.texts("platforms")
        return ()


def targets_of(files: Iterable[tuple[tuple[Block, ...], Scope]]) -> tuple[Target, ...]:
    """List the targets that files say together, the weakest file first."""
    named: dict[str, list[Layer]] = {}
    for blocks, scope in files:
        for block in blocks:
            named.setdefault(_label(block), []).append(Layer(block, scope))
    targets = (
        _target(name, named, bound) for name, own in named.items() for bound in _combinations(own)
    )
    return tuple(islice(targets, MOST_TARGETS))


def target_of(block: Block, targets: Iterable[Target]) -> Target | None:
    """Return the first target that `block` makes: its matrix may make several."""
    return next((each for each in targets if each.label == _label(block)), None)


def builds_of(targets: Iterable[Target]) -> tuple[Build, ...]:
    """List the Dockerfiles that targets build.  What reaches several is not to be edited there.

    A target whose name starts with an underscore is there to be inherited from: `bake --list` does
    not show it either.
    """
    found = [
        Build(path, each.builder(), each.layers[-1].scope.document)
        for each in targets
        if not each.name.startswith("_") and (path := each.dockerfile()) is not None
    ]
    reads = {(each.dockerfile, place) for each in found for place in each.builder.places()}
    readers = Counter(place for _, place in reads)
    shared = {place for place, count in readers.items() if count > 1}
    return tuple(attrs.evolve(each, builder=each.builder.unedited(shared)) for each in found)


def _target(
    label: str, named: Mapping[str, list[Layer]], bound: Mapping[str, Expression]
) -> Target:
    inherited = [
        layer
        for own in named[label]
        for parent in own.texts("inherits")
        for layer in islice(_layers(parent, named, frozenset({label})), MOST_LAYERS)
    ]
    own = [attrs.evolve(each, bound=bound) for each in named[label]]
    layers = (*inherited[:MOST_LAYERS], *own)
    said = next((said for each in reversed(layers) if (said := each.said("name"))), None)
    if said is not None and said.skipped is None:
        return Target(label, said.value.text, layers)
    told = ", ".join(told for each in bound.items() for told in _told(*each, layers[-1]))
    return Target(label, f"{label} ({told})" if told else label, layers)


def _told(name: str, value: Expression, layer: Layer) -> Iterator[str]:
    for field, item in value.items if isinstance(value, ObjectOf) else (("", value),):
        said = layer.value(item)
        if said.skipped is None:
            yield f"{name}.{field}={said.value.text}" if field else f"{name}={said.value.text}"


def _layers(name: str, named: Mapping[str, list[Layer]], above: frozenset[str]) -> Iterator[Layer]:
    """List what is said of a target, what it inherits first; a circle ends where it closes."""
    own = named.get(name, ())
    if name in above or len(above) > MOST_LAYERS:
        return
    for layer in own:
        for parent in layer.texts("inherits"):
            yield from _layers(parent, named, above | {name})
    yield from own


def _combinations(own: Iterable[Layer]) -> Iterator[Mapping[str, Expression]]:
    values: list[list[tuple[str, Expression]]] = []
    for layer in own:
        matrix = layer.block.attributes.get("matrix")
        if isinstance(matrix, ObjectOf):
            axes = matrix.items
            values = [[(name, item) for item in layer.scope.items(each)] for name, each in axes]
    known = (each for each in values if each)
    return (dict(each) for each in islice(product(*known), MOST_COMBINATIONS))


def _label(block: Block) -> str:
    return block.labels[0] if block.labels else ""

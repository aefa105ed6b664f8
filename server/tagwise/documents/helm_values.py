"""Helm's values: the images a chart runs unless told otherwise.

helm.sh/docs, "Charts" and "Best practices: Values": a chart names its values as it likes; what
charts do, beginning with the one `helm create` writes, is read by its shape: `image: name:tag`, also
as a key that ends so, and groups of `registry`, `repository`, `tag` and `digest` under such a key.
`global.imageRegistry` stands for every `registry`, as in Bitnami's charts and those after them, and a tag
without quotes is the number that YAML makes of it.  An empty tag means `appVersion` of `Chart.yaml`, that is what the written template does with it.
Does not know the templates.
"""

import re
from collections.abc import Iterator
from typing import Final

import attrs

from tagwise.documents.image_groups import Group, Supposed, is_said, read_group
from tagwise.documents.model import (
    Inputs,
    ParsedDocument,
    Role,
    Skip,
    SkipReason,
    SourceText,
)
from tagwise.documents.traced import TracedText
from tagwise.documents.yaml_events import FASTEST, Loader
from tagwise.documents.yaml_images import ImageNode, read_images
from tagwise.documents.yaml_paths import entry_at, nodes_at, text_at, value_at
from tagwise.documents.yaml_tree import (
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    YamlTree,
    resolved,
)
from tagwise.documents.yaml_tree import parse as parse_yaml

CHART: Final = "Chart.yaml"

_IMAGE: Final = re.compile(r"image\Z", re.IGNORECASE)
_IMAGES: Final = re.compile(r"images\Z", re.IGNORECASE)


@attrs.frozen
class _Values:
    """`section` is the key at the top level, under which a subchart has its values."""

    group: Group
    section: str


@attrs.frozen
class HelmSyntax:
    text: str
    tree: YamlTree
    images: tuple[ImageNode, ...]
    groups: tuple[_Values, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The chart, if an image takes its tag from there."""
        is_needed = any(_needs_chart(each.group) for each in self.groups)
        return (CHART,) if is_needed else ()

    def evaluate(self, inputs: Inputs) -> ParsedDocument:
        chart = _Chart.of(inputs.files.get(CHART))
        found = [
            read_images(self.images, self.tree, self.text, inputs.document),
            *(
                read_group(each.group, chart.supposed(each.section), self.text, inputs.document)
                for each in self.groups
            ),
        ]
        occurrences = [occurrence for each in found for occurrence in each.occurrences]
        occurrences.sort(key=lambda each: (each.span.start, each.span.end))
        problems = (problem for each in found for problem in each.problems)
        return ParsedDocument(tuple(occurrences), tuple(problems))


def parse(text: str, *, loader: Loader = FASTEST) -> HelmSyntax:
    """Read a chart's values."""
    tree = parse_yaml(text, loader=loader)
    found = [
        each if isinstance(each, ImageNode) else _in_registry(each, registry)
        for root in tree.documents
        for registry in (entry_at(value_at(root, "global"), "imageRegistry"),)
        for each in _found(root)
    ]
    images = tuple(each for each in found if isinstance(each, ImageNode))
    groups = tuple(each for each in found if isinstance(each, _Values))
    return HelmSyntax(text, tree, images, groups)


def _in_registry(values: _Values, registry: Entry | None) -> _Values:
    """Return a group with the registry of all: charts have it win over the group's own."""
    if values.group.registry is None or not is_said(registry):
        return values
    return attrs.evolve(values, group=attrs.evolve(values.group, registry=registry))


def _needs_chart(group: Group) -> bool:
    return not is_said(group.tag) and not is_said(group.digest)


@attrs.frozen
class _Chart:
    """What `Chart.yaml` says: its `appVersion`, and which sections are those of subcharts."""

    version: TracedText | None
    subcharts: frozenset[str]

    @classmethod
    def of(cls, source: SourceText | None) -> "_Chart":
        if source is None:
            return cls(None, frozenset())
        roots = parse_yaml(source.text).documents
        dependencies = nodes_at(roots, "dependencies.*")
        names = {text_at(each, "alias") or text_at(each, "name") for each in dependencies}
        scalars = [resolved(node) for node in nodes_at(roots, "appVersion")]
        versions = [
            each.traced(source.document) for each in scalars if isinstance(each, ScalarNode)
        ]
        known = frozenset(name for name in names if name)
        return cls(versions[0] if versions and versions[0].text else None, known)

    def supposed(self, section: str) -> Supposed:
        if section in self.subcharts:
            message = f"no tag is given: it is the appVersion of the chart {section}"
            return Supposed(skipped=Skip(SkipReason.UNSET_VARIABLE, message))
        if self.version is None:
            message = "no tag is given, and no Chart.yaml beside this file says an appVersion"
            return Supposed(skipped=Skip(SkipReason.UNSET_VARIABLE, message))
        pieces = tuple(attrs.evolve(each, editable=False) for each in self.version.pieces)
        assumption = "no tag is given: the appVersion of Chart.yaml is assumed"
        return Supposed(TracedText(pieces), assumption)


@attrs.frozen
class _Visit:
    """A node on the way down: its key, the key around it, and the one at the top level."""

    node: Node
    key: str = ""
    around: str = ""
    section: str = ""


def _found(root: Node) -> Iterator[ImageNode | _Values]:
    waiting = [_Visit(root)]
    while waiting:
        visit = waiting.pop()
        if isinstance(visit.node, SequenceNode):
            waiting += [attrs.evolve(visit, node=item) for item in visit.node.items()]
        elif isinstance(visit.node, MappingNode):
            if group := _group(visit.node, visit):
                yield _Values(group, visit.section)
            for entry in visit.node.entries():
                yield from _image(entry, visit)
                key = entry.name or ""
                waiting.append(_Visit(entry.value, key, visit.key, visit.section or key))


def _group(mapping: MappingNode, visit: _Visit) -> Group | None:
    """Return the group that a mapping is, by the key it is under and those it has."""
    name = entry_at(mapping, "repository")
    tag, digest = entry_at(mapping, "tag"), entry_at(mapping, "digest")
    if name is None and tag is not None and _IMAGE.search(visit.key):
        name = entry_at(mapping, "name")
    is_image = _IMAGE.search(visit.key) or _IMAGES.search(visit.key) or _IMAGES.search(visit.around)
    if name is None or not (is_image or tag or digest) or not _is_name(name):
        return None
    registry = entry_at(mapping, "registry")
    return Group(Role.CHART_IMAGE, mapping, name, registry, tag, digest, has_numbers=True)


def _is_name(entry: Entry) -> bool:
    """Whether a repository is one of images, not of charts or sources."""
    scalar = resolved(entry.value)
    return isinstance(scalar, ScalarNode) and "://" not in scalar.value


def _image(entry: Entry, visit: _Visit) -> Iterator[ImageNode | _Values]:
    """Read `image: name:tag`, or `image: name` with a `tag` beside it."""
    scalar, mapping = resolved(entry.value), visit.node
    if not isinstance(scalar, ScalarNode) or not isinstance(mapping, MappingNode):
        return
    key = entry.name or ""
    if not _IMAGE.search(key) or not scalar.value:
        return
    tag = entry_at(mapping, "tag") if key == "image" else None
    if tag is not None and ":" not in scalar.value.rpartition("/")[2]:
        registry, digest = entry_at(mapping, "registry"), entry_at(mapping, "digest")
        group = Group(Role.CHART_IMAGE, mapping, entry, registry, tag, digest, has_numbers=True)
        yield _Values(group, visit.section or key)
    # A logo is an image, too, but has no tag.
    elif key == "image" or ":" in scalar.value:
        yield ImageNode(entry.value, Role.CHART_IMAGE)

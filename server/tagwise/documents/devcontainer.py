"""Development containers: the image of a `devcontainer.json`, its features, and what it builds.

containers.dev/implementors/json_reference: `image`, `build`, and `features`, whose keys name OCI
artifacts, folders (`./…`) or archives (`https://…`); the file is JSON with comments.
Variables, `${…}`, are known where the container is made; those of this machine also here.
Does not know what is in the Dockerfile that one may build with instead.
"""

import re
from collections.abc import Iterator, Mapping
from posixpath import normpath
from typing import Final

import attrs

from tagwise.documents import jsonc
from tagwise.documents.build_plan import (
    BuildOption,
    BuildPlan,
    Field,
    PlanKind,
    is_local,
    option,
    pair,
)
from tagwise.documents.model import (
    Build,
    Builder,
    Inputs,
    ParsedDocument,
    Role,
    Skip,
    SkipReason,
)
from tagwise.documents.names import Giver, NameElsewhere, NameKind
from tagwise.documents.traced import TracedText
from tagwise.documents.yaml_images import ImageNode, ImagePath, YamlImages, images_at
from tagwise.documents.yaml_paths import nodes_at, text_at, value_at
from tagwise.documents.yaml_tree import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    YamlTree,
    resolved,
)

_NAME: Final = "devcontainer"
_FEATURE: Final = Skip(SkipReason.ARTIFACT, "a feature: it is added to the image, and is none")
_CACHE: Final = Skip(SkipReason.CACHE, "it is a cache to build from")
_UNKNOWN: Final = Skip(SkipReason.TEMPLATE, "a variable: it is known where the container is made")
_PATHS: Final = (
    ImagePath("image", Role.CONTAINER_IMAGE),
    ImagePath("build.cacheFrom", Role.BUILD_CACHE, skipped=_CACHE),
    ImagePath("build.cacheFrom.*", Role.BUILD_CACHE, skipped=_CACHE),
)
# containers.dev/implementors/json_reference, "Variables in devcontainer.json".
_VARIABLE: Final = re.compile(
    r"\$\{(?:(?:localEnv|env):(?P<name>[^:}]+)(?::(?P<default>[^}]*))?|[^}]*)\}"
)


@attrs.frozen
class DevcontainerSyntax:
    images: YamlImages

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def evaluate(self, inputs: Inputs) -> ParsedDocument:
        return self.images.evaluate(inputs)

    def builds(self, inputs: Inputs) -> tuple[Build, ...]:
        """Return the build of the container, if it is made from a Dockerfile."""
        root = next(iter(self.images.tree.documents), None)
        build = value_at(root, "build")
        named = text_at(build, "dockerfile") or text_at(root, "dockerFile")
        if named is None or "${" in named:
            return ()
        options = tuple(_options(value_at(build, "options"), inputs))
        builder = Builder(
            _NAME,
            args=dict(_arguments(build, inputs)),
            contexts=dict(_contexts(options)),
            target=text_at(build, "target"),
            platforms=tuple(value.text for name, value in options if name == "--platform"),
        )
        return (Build(normpath(named), builder, inputs.document),)

    def names_elsewhere(self, inputs: Inputs) -> tuple[NameElsewhere, ...]:
        """List what is said of names in the Dockerfile (`names.NamingElsewhere`)."""
        node = value_at(next(iter(self.images.tree.documents), None), "build")
        return tuple(
            name for build in self.builds(inputs) for name in _names(node, Giver(build.dockerfile))
        )

    def plans(self, inputs: Inputs) -> tuple[BuildPlan, ...]:
        """Return how the container's image is built (`build_plan.Planning`)."""
        node = value_at(next(iter(self.images.tree.documents), None), "build")
        context = text_at(node, "context") or "."
        return tuple(
            BuildPlan(
                PlanKind.DEVCONTAINER,
                build.builder.name,
                inputs.document,
                build.dockerfile,
                Field(context, is_path=is_local(context)),
                tuple(_build_options(node, build.builder, inputs)),
                tuple(_untold(node, build.builder, inputs)),
            )
            for build in self.builds(inputs)
        )


def parse(text: str) -> DevcontainerSyntax:
    """Read a devcontainer.json."""
    tree = jsonc.parse(text)
    images = (*images_at(tree, _PATHS), *_features(tree))
    return DevcontainerSyntax(YamlImages(text, tree, images))


def _features(tree: YamlTree) -> Iterator[ImageNode]:
    """List the features of a registry: a name without one is of old, and is not looked up."""
    for node in nodes_at(tree.documents, "features"):
        features = resolved(node)
        if isinstance(features, MappingNode):
            for entry in features.entries():
                name = entry.name or ""
                is_local = name.startswith(".") or "://" in name or "/" not in name
                if isinstance(entry.key, ScalarNode) and not is_local:
                    yield ImageNode(entry.key, Role.FEATURE, _FEATURE)


def _names(build: Node | None, giver: Giver) -> Iterator[NameElsewhere]:
    target, args = value_at(build, "target"), value_at(build, "args")
    if isinstance(target, ScalarNode) and len(target.content) == len(target.value):
        yield NameElsewhere(NameKind.STAGE, target.value.lower(), target.content, giver)
    for entry in args.entries() if isinstance(args, MappingNode) else ():
        key = entry.key
        if entry.name and isinstance(key, ScalarNode) and len(key.content) == len(key.value):
            yield NameElsewhere(NameKind.VARIABLE, entry.name, key.content, giver)


def _arguments(build: Node | None, inputs: Inputs) -> Iterator[tuple[str, TracedText | Skip]]:
    node = value_at(build, "args")
    args = None if node is None else resolved(node)
    for entry in args.entries() if isinstance(args, MappingNode) else ():
        if entry.name and isinstance(entry.value, ScalarNode) and entry.value.style:
            yield entry.name, _known(entry.value.traced(inputs.document), inputs.environment)


def _known(value: TracedText, environment: Mapping[str, str]) -> TracedText | Skip:
    """Put in the variables of this machine; one that is not set and has no default is empty."""
    text = value.text
    parts: list[TracedText] = []
    at = 0
    for match in _VARIABLE.finditer(text):
        if match["name"] is None:
            return _UNKNOWN
        said = environment.get(match["name"], match["default"] or "")
        parts += [
            value.between(at, match.start()),
            value.between(match.start(), match.end()).derived(said),
        ]
        at = match.end()
    return TracedText.join((*parts, value.between(at, len(text))))


def _options(node: Node | None, inputs: Inputs) -> Iterator[tuple[str, TracedText]]:
    """List the options of `docker build`, be their values their own items or not."""
    options = None if node is None else resolved(node)
    name = ""
    for item in options.items() if isinstance(options, SequenceNode) else ():
        value = item.traced(inputs.document) if isinstance(item, ScalarNode) else TracedText()
        if not value.text.startswith("--"):
            yield name, value
        elif "=" in value.text:
            end = value.text.index("=")
            yield value.text[:end], value.between(end + 1, len(value.text))
        name = value.text


def _build_options(node: Node | None, builder: Builder, inputs: Inputs) -> Iterator[BuildOption]:
    """List what `docker build` is told; its own options are given as they are written."""
    for name, value in builder.args.items():
        if isinstance(value, TracedText):
            yield pair("--build-arg", name, value.text)
    if builder.target:
        yield option("--target", builder.target)
    for cache in _texts(value_at(node, "cacheFrom"), inputs):
        yield option("--cache-from", cache)
    words = list(_texts(value_at(node, "options"), inputs))
    while words:
        flag, equals, text = words.pop(0).partition("=")
        if equals:
            yield option(flag, text)
        elif words and not words[0].startswith("-"):
            yield option(flag, words.pop(0))
        else:
            yield BuildOption(flag)


def _untold(node: Node | None, builder: Builder, inputs: Inputs) -> Iterator[str]:
    for name, value in builder.args.items():
        if isinstance(value, Skip):
            yield f"args.{name}: {value.message}"
    for field in ("cacheFrom", "options"):
        for value in _listed(value_at(node, field), inputs):
            if isinstance(value, Skip):
                yield f"{field}: {value.message}"


def _texts(node: Node | None, inputs: Inputs) -> Iterator[str]:
    return (each.text for each in _listed(node, inputs) if isinstance(each, TracedText))


def _listed(node: Node | None, inputs: Inputs) -> Iterator[TracedText | Skip]:
    """List the items of a list, or the one thing that stands in its place."""
    content = None if node is None else resolved(node)
    items = content.items() if isinstance(content, SequenceNode) else iter((content,))
    for item in items:
        if isinstance(item, ScalarNode):
            yield _known(item.traced(inputs.document), inputs.environment)


def _contexts(options: tuple[tuple[str, TracedText], ...]) -> Iterator[tuple[str, TracedText]]:
    for flag, value in options:
        name, equals, _ = value.text.partition("=")
        if flag == "--build-context" and equals:
            yield name, value.between(len(name) + 1, len(value.text))

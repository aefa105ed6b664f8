"""Every place of a compose file that names an image, and what it is for there.

The Compose specification's `image`, `volumes`, `pre_start`, `build` (its `additional_contexts`,
`cache_from`, `cache_to`, `tags`, `sbom`), `models` and `include`.
Does not know how a reference is read, nor where a digest goes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import Final

import attrs

from tagwise.documents.compose.builds import default_platform
from tagwise.documents.compose.project import MergedService, Project
from tagwise.documents.compose.references import ImagePlace
from tagwise.documents.compose.scope import Scope
from tagwise.documents.compose.services import Service, fields_of, is_reset, items_of, top_level
from tagwise.documents.model import Role, Skip, SkipReason
from tagwise.documents.remote import is_remote
from tagwise.documents.yaml_tree import (
    AliasNode,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    YamlTree,
    resolved,
)
from tagwise.errors import InvalidPlatform
from tagwise.oci.platform import Platform

# build.md, "additional_contexts": `name: docker-image://image`, or a list of `name=…`.
_CONTEXT: Final = re.compile(r"(?:[^=]*=)?docker-image://(?P<image>.+)", re.DOTALL)
# build.md, "cache_from": an image's name, or `type=registry,ref=image` among other fields.
_CACHE: Final = re.compile(
    r"(?:(?=(?:.*,)?type=registry(?:,|$))(?:.*,)?ref=)?(?P<image>[^=,]+)(?:,.*)?", re.DOTALL
)
# build.md, "sbom": `generator=image`, which the build runs.
_GENERATOR: Final = re.compile(r"(?:.*,)?generator=(?P<image>[^=,]+)(?:,.*)?", re.DOTALL)

_PARTS: Final = {
    Role.BUILD_CONTEXT: _CONTEXT,
    Role.BUILD_CACHE: _CACHE,
    Role.SBOM_GENERATOR: _GENERATOR,
}
_BUILD_ROLES: Final = {
    "additional_contexts": Role.BUILD_CONTEXT,
    "cache_from": Role.BUILD_CACHE,
    "cache_to": Role.BUILD_CACHE,
    "tags": Role.BUILD_TAG,
    "sbom": Role.SBOM_GENERATOR,
}
_REMOVED: Final = Skip(SkipReason.REMOVED, "`!reset` removes this image")
_CACHED: Final = Skip(SkipReason.CACHE, "it names a build cache, not an image that runs")
_MODEL: Final = Skip(SkipReason.ARTIFACT, "it names a model, which is an artifact and no image")
_OUTSIDE: Final = Skip(
    SkipReason.OUTSIDE_WORKSPACE, "it is fetched from elsewhere, and nothing of it is read here"
)


# Where a role's nodes stand in a service.
_SECTIONS: Final = {
    Role.SERVICE_IMAGE: "image",
    Role.VOLUME_IMAGE: "volumes",
    Role.INIT_IMAGE: "pre_start",
    **dict.fromkeys(_BUILD_ROLES.values(), "build"),
}


@attrs.frozen
class _Use:
    """A node, what a service has it for, and the platform that is asked for with it."""

    node: Node
    role: Role
    service: Service | None = None
    platform: Platform | None = None


def image_places(
    services: Iterable[Service], tree: YamlTree, project: Project, scope: Scope
) -> tuple[ImagePlace, ...]:
    """List the places of a document in the order of its text."""
    in_services = (_service_uses(service, project, scope) for service in services)
    uses = chain(*in_services, _models(tree), _remote_files(services, tree, scope))
    skips = _Skips(project, scope)
    return tuple(
        ImagePlace(
            group[0].node,
            group[0].role,
            _only({use.platform for use in group}),
            skips.of(group),
            _PARTS.get(group[0].role),
            is_target,
        )
        for group, is_target in _grouped(uses)
    )


def _service_uses(service: Service, project: Project, scope: Scope) -> Iterator[_Use]:
    fields = service.fields
    platform = platform_of(project.services[service.name], scope)
    if "image" in fields:
        yield _Use(fields["image"], Role.SERVICE_IMAGE, service, platform)
    for volume in _mappings(fields.get("volumes")):
        yield from _volume(volume, service, scope)
    for hook in _mappings(fields.get("pre_start")):
        own = fields_of(hook, "image", "platform", "volumes")
        if "image" in own:
            asked = scope.text(own.get("platform"))
            hooked = _parsed(asked.text) if asked is not None else platform
            yield _Use(own["image"], Role.INIT_IMAGE, service, hooked)
        for volume in _mappings(own.get("volumes")):
            yield from _volume(volume, service, scope)
    build = service.content("build")
    if isinstance(build, MappingNode):
        for field, node in fields_of(build, *_BUILD_ROLES).items():
            for item in _values(node):
                yield _Use(item, _BUILD_ROLES[field], service)


def _volume(volume: MappingNode, service: Service, scope: Scope) -> Iterator[_Use]:
    """Yield the source of a volume of the type `image` (05-services.md, "volumes")."""
    fields = fields_of(volume, "type", "source")
    kind = scope.text(fields.get("type"))
    if kind is not None and kind.text == "image" and "source" in fields:
        yield _Use(fields["source"], Role.VOLUME_IMAGE, service)


def _models(tree: YamlTree) -> Iterator[_Use]:
    for models in top_level(tree, "models"):
        named = fields_of(models).values() if isinstance(models, MappingNode) else ()
        for model in named:
            content = resolved(model)
            if isinstance(content, MappingNode):
                yield from (_Use(each, Role.MODEL) for each in fields_of(content, "model").values())


def _remote_files(services: Iterable[Service], tree: YamlTree, scope: Scope) -> Iterator[_Use]:
    """List the files that are fetched: by `include`, and by `extends`."""
    paths = [
        path
        for include in top_level(tree, "include")
        for item in items_of(include)
        for path in items_of(_field(item, "path") or item)
    ]
    extends = (service.fields.get("extends") for service in services)
    paths += [path for node in extends if node and (path := _field(node, "file"))]
    for path in paths:
        text = scope.text(path)
        if text is not None and is_remote(text.text):
            yield _Use(path, Role.INCLUDE)


def platform_of(service: MergedService, scope: Scope) -> Platform | None:
    """Return the platform that a service asks for, or all do that ask for none."""
    return _parsed(service.text("platform") or default_platform(scope))


def _parsed(text: str) -> Platform | None:
    try:
        return Platform.parse(text) if text else None
    except InvalidPlatform:
        return None


def _field(node: Node, name: str) -> Node | None:
    content = resolved(node)
    return fields_of(content, name).get(name) if isinstance(content, MappingNode) else None


def _mappings(node: Node | None) -> Iterator[MappingNode]:
    content = None if node is None else resolved(node)
    return content.mappings() if isinstance(content, SequenceNode) else iter(())


def _values(node: Node) -> Iterator[Node]:
    """List the values of a mapping, or the items of a list."""
    content = resolved(node)
    if isinstance(content, MappingNode):
        return iter(fields_of(content).values())
    return items_of(node)


def _only(platforms: set[Platform | None]) -> Platform | None:
    return platforms.pop() if len(platforms) == 1 else None


def _grouped(uses: Iterable[_Use]) -> Iterator[tuple[list[_Use], bool]]:
    """List each node once with all its uses, and the scalars that aliases stand for."""
    direct: dict[int, list[_Use]] = {}
    for use in uses:
        direct.setdefault(use.node.span.start, []).append(use)
    targets: dict[int, list[_Use]] = {}
    for group in tuple(direct.values()):
        for use in group:
            target = resolved(use.node)
            if isinstance(use.node, AliasNode) and isinstance(target, ScalarNode):
                own = attrs.evolve(use, node=target)
                direct.get(target.span.start, targets.setdefault(target.span.start, [])).append(own)
    groups = [(group, False) for group in direct.values()]
    groups += [(group, True) for start, group in targets.items() if start not in direct]
    return iter(sorted(groups, key=lambda each: each[0][0].node.span.start))


@attrs.frozen(slots=False)
class _Skips:
    """Why what a place names is not looked up, if it is not."""

    project: Project
    scope: Scope

    def of(self, group: list[_Use]) -> Skip | None:
        node, role = group[0].node, group[0].role
        if is_reset(node) or all(self._is_removed(use) for use in group):
            return _REMOVED
        match role:
            case Role.SERVICE_IMAGE:
                return self._built(group)
            case Role.BUILD_TAG:
                return self._output(use.service.name for use in group if use.service)
            case Role.BUILD_CACHE:
                return _CACHED
            case Role.VOLUME_IMAGE:
                return self._service(node)
            case Role.MODEL:
                return _MODEL
            case Role.INCLUDE:
                return _OUTSIDE
            case _:
                return None

    def _is_removed(self, use: _Use) -> bool:
        if use.service is None:
            return False
        merged = self.project.services[use.service.name]
        return merged.removes(use.service, _SECTIONS[use.role])

    def _built(self, group: list[_Use]) -> Skip | None:
        """Tell who builds the image: those who run it, or others under the same name.

        docker compose, `isServiceImageToBuild`.
        """
        names = [use.service.name for use in group if use.service]
        if all(self.project.services[name].said("build") for name in names):
            return self._output(names)
        text = self.scope.text(group[0].node) if self._builders else None
        builders = self._builders.get(text.text) if text is not None else None
        return self._output(builders) if builders else None

    def _output(self, names: Iterable[str]) -> Skip:
        told = " and ".join(dict.fromkeys(names))
        return Skip(SkipReason.BUILD_OUTPUT, f"it names what {told} builds")

    def _service(self, node: Node) -> Skip | None:
        text = self.scope.text(node)
        if text is None or text.text not in self.project.services:
            return None
        return Skip(SkipReason.SERVICE, f"{text.text} is a service, whose image is mounted")

    @cached_property
    def _builders(self) -> Mapping[str, tuple[str, ...]]:
        """The services that build an image, by the name it gets."""
        builders: dict[str, tuple[str, ...]] = {}
        for service in self.project.services.values():
            if service.said("build") and (image := service.text("image")):
                builders[image] = (*builders.get(image, ()), service.name)
        return builders

"""What a compose file says to Dockerfiles: `build.target`, the names of `build.args`, platforms.

A service's own name, and the paths of what it builds, lead to its stage, too.
Does not know what is in a Dockerfile.
"""

from collections.abc import Iterable, Iterator

from tagwise.documents.build_platforms import BuildPlatform
from tagwise.documents.compose.builds import StatedBuild, build_of, builder_of
from tagwise.documents.compose.project import MergedService, Project
from tagwise.documents.compose.services import Service, fields_of, is_null, items_of
from tagwise.documents.names import Giver, NameElsewhere, NameKind
from tagwise.documents.traced import Span
from tagwise.documents.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode, resolved


def names_elsewhere(
    services: Iterable[Service], project: Project, document: str
) -> Iterator[NameElsewhere]:
    """Yield what services say of the Dockerfiles they build."""
    for service in services:
        merged = project.services[service.name]
        giver, content = _giver(merged, document), service.content("build")
        if giver is not None and content is not None:
            stage = (builder_of(merged).target or "").lower() or None
            yield from _said(service, content, giver, stage)


def build_platforms(
    services: Iterable[Service], project: Project, document: str
) -> Iterator[BuildPlatform]:
    """Yield the platforms that services build for: `platforms` of the build, and their own."""
    for service in services:
        giver, content = _giver(project.services[service.name], document), service.content("build")
        if giver is None or content is None:
            continue
        fields = fields_of(content, "platforms") if isinstance(content, MappingNode) else {}
        for node in (service.fields.get("platform"), *items_of(fields.get("platforms"))):
            scalar = _written(node)
            if scalar is not None:
                yield BuildPlatform(scalar.content, giver)


def _giver(service: MergedService, document: str) -> Giver | None:
    """Return what gives the names of what a service builds: a file, or what is written in `document`."""
    build = build_of(service)
    if build is not None:
        return Giver(build.dockerfile)
    for inline in StatedBuild.of(service).said("dockerfile_inline"):
        is_here = inline.file.scope.document == document and isinstance(inline.content, ScalarNode)
        return Giver("", inline.content.span) if is_here else None
    return None


def _said(
    service: Service, content: Node, giver: Giver, stage: str | None
) -> Iterator[NameElsewhere]:
    leading: list[Node | None] = [service.key]
    if isinstance(content, MappingNode):
        fields = fields_of(content, "target", "args", "dockerfile", "context")
        target = _written(fields.get("target"))
        if target is not None and target.value:
            name = target.value.lower()
            yield NameElsewhere(NameKind.STAGE, name, target.content, giver)
        if "args" in fields:
            yield from _arguments(fields["args"], giver)
        leading += [fields.get("dockerfile"), fields.get("context")]
    else:
        leading.append(content)
    for node in leading:
        scalar = _written(node)
        if scalar is not None:
            yield NameElsewhere(NameKind.STAGE, stage, scalar.content, giver, is_written=False)


def _arguments(node: Node, giver: Giver) -> Iterator[NameElsewhere]:
    content = resolved(node)
    if isinstance(content, MappingNode):
        for layer in content.layers():
            for entry in layer.entries():
                key = _written(entry.key)
                if entry.name and key is not None:
                    obstacle = _taken(entry.name) if is_null(entry.value) else None
                    kind = NameKind.VARIABLE
                    yield NameElsewhere(kind, entry.name, key.content, giver, obstacle=obstacle)
    elif isinstance(content, SequenceNode):
        for item in content.items():
            scalar = _written(item)
            if scalar is not None and scalar.value:
                yield _listed(scalar, giver)


def _listed(scalar: ScalarNode, giver: Giver) -> NameElsewhere:
    """Read `NAME=value`; a name alone has its value from the environment, and keeps it."""
    name, equals, _ = scalar.value.partition("=")
    start = scalar.content.start
    span = Span(start, start + len(name))
    spelling = "{}" if equals else "{}=${{" + name + "}}"
    return NameElsewhere(NameKind.VARIABLE, name, span, giver, spelling=spelling)


def _taken(name: str) -> str:
    return f"a compose file takes the value of {name} from the environment, by this name"


def _written(node: Node | None) -> ScalarNode | None:
    """Return a scalar that says what is written, without escapes and variables."""
    scalar = resolved(node) if node is not None else None
    if not isinstance(scalar, ScalarNode) or scalar.is_null:
        return None
    is_plain = len(scalar.content) == len(scalar.value) and "$" not in scalar.value
    return scalar if is_plain else None

"""What a compose file says of the names in Dockerfiles: `build.target`, and the names of `build.args`.

A service's own name, and the paths of what it builds, lead to its stage, too.
Does not know what is in a Dockerfile.
"""

from collections.abc import Iterable, Iterator

from tagwise.documents.compose.builds import build_of
from tagwise.documents.compose.project import Project
from tagwise.documents.compose.services import Service, fields_of, is_null
from tagwise.documents.model import Build
from tagwise.documents.names import NameElsewhere, NameKind
from tagwise.documents.traced import Span
from tagwise.documents.yaml_tree import MappingNode, Node, ScalarNode, SequenceNode, resolved


def names_elsewhere(services: Iterable[Service], project: Project) -> Iterator[NameElsewhere]:
    """Yield what services say of the Dockerfiles they build."""
    for service in services:
        build = build_of(project.services[service.name])
        content = service.content("build")
        if build is None or content is None:
            continue
        yield from _said(service, content, build)


def _said(service: Service, content: Node, build: Build) -> Iterator[NameElsewhere]:
    path, stage = build.dockerfile, (build.builder.target or "").lower() or None
    leading: list[Node | None] = [service.key]
    if isinstance(content, MappingNode):
        fields = fields_of(content, "target", "args", "dockerfile", "context")
        target = _written(fields.get("target"))
        if target is not None and target.value:
            name = target.value.lower()
            yield NameElsewhere(NameKind.STAGE, name, target.content, path)
        if "args" in fields:
            yield from _arguments(fields["args"], path)
        leading += [fields.get("dockerfile"), fields.get("context")]
    else:
        leading.append(content)
    for node in leading:
        scalar = _written(node)
        if scalar is not None:
            yield NameElsewhere(NameKind.STAGE, stage, scalar.content, path, is_written=False)


def _arguments(node: Node, path: str) -> Iterator[NameElsewhere]:
    content = resolved(node)
    if isinstance(content, MappingNode):
        for layer in content.layers():
            for entry in layer.entries():
                key = _written(entry.key)
                if entry.name and key is not None:
                    obstacle = _taken(entry.name) if is_null(entry.value) else None
                    kind = NameKind.VARIABLE
                    yield NameElsewhere(kind, entry.name, key.content, path, obstacle=obstacle)
    elif isinstance(content, SequenceNode):
        for item in content.items():
            scalar = _written(item)
            if scalar is not None and scalar.value:
                yield _listed(scalar, path)


def _listed(scalar: ScalarNode, path: str) -> NameElsewhere:
    """Read `NAME=value`; a name alone has its value from the environment, and keeps it."""
    name, equals, _ = scalar.value.partition("=")
    start = scalar.content.start
    span = Span(start, start + len(name))
    spelling = "{}" if equals else "{}=${{" + name + "}}"
    return NameElsewhere(NameKind.VARIABLE, name, span, path, spelling=spelling)


def _taken(name: str) -> str:
    return f"a compose file takes the value of {name} from the environment, by this name"


def _written(node: Node | None) -> ScalarNode | None:
    """Return a scalar that says what is written, without escapes and variables."""
    scalar = resolved(node) if node is not None else None
    if not isinstance(scalar, ScalarNode) or scalar.is_null:
        return None
    is_plain = len(scalar.content) == len(scalar.value) and "$" not in scalar.value
    return scalar if is_plain else None

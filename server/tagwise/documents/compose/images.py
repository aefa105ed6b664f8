"""`services.*.image`, in every form: the images that services run, or name what they build.

Does not know how references are read, nor where a digest goes.
"""

from collections.abc import Iterable

from tagwise.documents.compose.references import ImagePlace, read_reference
from tagwise.documents.compose.scope import Scope
from tagwise.documents.compose.services import Service, Shared, is_reset, shared
from tagwise.documents.model import ParsedDocument, Problem, Role, Severity, Skip, SkipReason
from tagwise.documents.yaml_tree import AliasNode, Node, ScalarNode, resolved
from tagwise.errors import InvalidPlatform
from tagwise.oci.platform import Platform


def service_images(
    services: tuple[Service, ...], scope: Scope, text: str
) -> Iterable[ParsedDocument]:
    """Read the image of every service, and the platform each asks for."""
    for each in image_nodes(services):
        platforms = {_platform(service, scope) for service in each.services}
        platform = platforms.pop() if len(platforms) == 1 else None
        place = ImagePlace(each.node, Role.SERVICE_IMAGE, platform, _skip(each))
        yield read_reference(place, scope, text)
    for each in shared(services, "platform"):
        yield ParsedDocument(problems=tuple(_platform_problems(each.node, scope)))


def image_nodes(services: tuple[Service, ...]) -> tuple[Shared, ...]:
    """List the nodes under `image`, and the scalars that those which are aliases stand for."""
    images = shared(services, "image")
    written = {each.node.span.start: each for each in images}
    for each in images:
        target = resolved(each.node)
        if isinstance(each.node, AliasNode) and isinstance(target, ScalarNode):
            known = written.get(target.span.start)
            services = (known.services if known else ()) + each.services
            written[target.span.start] = Shared(target, services)
    return tuple(sorted(written.values(), key=lambda each: each.node.span.start))


def _skip(image: Shared) -> Skip | None:
    if is_reset(image.node) or all(service.is_removed for service in image.services):
        return Skip(SkipReason.REMOVED, "`!reset` removes this image")
    if all(service.content("build") for service in image.services):
        names = " and ".join(dict.fromkeys(service.name for service in image.services))
        return Skip(SkipReason.BUILD_OUTPUT, f"it names what {names} builds")
    return None


def _platform(service: Service, scope: Scope) -> Platform | None:
    text = scope.text(service.content("platform"))
    if text is None or not text.text:
        return None
    try:
        return Platform.parse(text.text)
    except InvalidPlatform:
        return None


def _platform_problems(node: Node, scope: Scope) -> Iterable[Problem]:
    value = None if isinstance(node, AliasNode) or is_reset(node) else scope.text(node)
    if value is None or not value.text:
        return
    try:
        Platform.parse(value.text)
    except InvalidPlatform as error:
        shown = value.written_in(scope.document, error.start, error.end)
        yield Problem("invalid-platform", str(error), shown or node.span, Severity.ERROR)

"""`services.*`: the images that services run without saying so themselves, and their platforms.

Does not know how references are read, nor where a digest goes.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress

import attrs

from tagwise.documents.compose.places import platform_of
from tagwise.documents.compose.project import Project
from tagwise.documents.compose.references import ImagePlace, read_reference
from tagwise.documents.compose.scope import Scope
from tagwise.documents.compose.services import Service, is_reset
from tagwise.documents.model import (
    AskedPlatform,
    NoPin,
    Occurrence,
    Problem,
    Role,
    Severity,
    Skip,
    SkipReason,
)
from tagwise.documents.yaml_tree import AliasNode, Node
from tagwise.errors import InvalidPlatform, InvalidReference
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference


def inherited_images(
    services: Iterable[Service], project: Project, scope: Scope
) -> Iterator[Occurrence]:
    """List the images that services have from others or from other files, at the services' names."""
    for service in services:
        merged = project.services[service.name]
        if len(merged.layers) == 1 or service.content("image") is not None:
            continue
        for said in merged.said("image")[:1]:
            skip = (
                Skip(SkipReason.BUILD_OUTPUT, f"it names what {service.name} builds")
                if merged.said("build")
                else None
            )
            platform = platform_of(merged, scope)
            place = ImagePlace(said.node, Role.SERVICE_IMAGE, platform, skip)
            for found in read_reference(place, said.file.scope, "").occurrences:
                pin = NoPin("the image is written elsewhere")
                yield attrs.evolve(found, span=service.key.span, pin=pin)


def asked_platforms(services: Iterable[Service], scope: Scope) -> Iterator[AskedPlatform]:
    """List the platforms that services ask of their images, as they are written."""
    for service in services:
        platform = scope.text(service.fields.get("platform"))
        image = None if platform is None else scope.text(service.fields.get("image"))
        if platform is None or image is None or service.content("build") is not None:
            continue
        with suppress(InvalidReference):
            yield AskedPlatform(platform, ImageReference.parse(image.text))


def platform_problems(services: Iterable[Service], scope: Scope) -> Iterator[Problem]:
    nodes = (service.fields.get("platform") for service in services)
    for node in {node.span: node for node in nodes if node is not None}.values():
        yield from _platform_problems(node, scope)


def _platform_problems(node: Node, scope: Scope) -> Iterator[Problem]:
    value = None if isinstance(node, AliasNode) or is_reset(node) else scope.text(node)
    if value is None or not value.text:
        return
    try:
        Platform.parse(value.text)
    except InvalidPlatform as error:
        shown = value.written_in(scope.document, error.start, error.end)
        yield Problem("invalid-platform", str(error), shown or node.span, Severity.ERROR)

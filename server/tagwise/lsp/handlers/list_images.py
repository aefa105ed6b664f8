"""tagwise.server.listImages: the images on this machine, as rows for a client to draw."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tagwise.errors import NoTarget
from tagwise.lsp.command_arguments import ListImagesArguments
from tagwise.lsp.engine_values import ContainerUse, ImageList, ListedImage
from tagwise.lsp.server import TagwiseServer
from tagwise.oci.reference import ImageReference, as_reference

if TYPE_CHECKING:
    from tagwise.engine.models import ImageSummary
    from tagwise.session.local_images import Inventory


async def list_images(ls: TagwiseServer, arguments: ListImagesArguments) -> ImageList | None:
    from tagwise.session.local_images import Inventory

    engine = ls.session.engine.client()
    if ls.session.trusted:  # From now on the client is told when the list is another.
        ls.session.engine.images.listen()
    info, images, containers = await asyncio.gather(
        engine.info(),
        engine.images(
            filtered=_filters(arguments.filters), include_intermediate=arguments.intermediate
        ),
        engine.containers(),
    )
    inventory = Inventory.of(info.name, images, containers)
    rows = (row for image in images for row in _rows(ls, image, inventory))
    return ImageList(info.name, tuple(rows))


def _rows(
    ls: TagwiseServer, image: "ImageSummary", inventory: "Inventory"
) -> Iterator[ListedImage]:
    references = [each for each in map(as_reference, image.tags) if each is not None]
    for reference in references:
        yield _row(ls, image, inventory, reference)
    if not references:
        named = [each for each in map(as_reference, image.digests) if each is not None]
        yield _row(ls, image, inventory, named[0] if named else None)


def _row(
    ls: TagwiseServer,
    image: "ImageSummary",
    inventory: "Inventory",
    reference: ImageReference | None,
) -> ListedImage:
    digests = (each.partition("@")[2] for each in image.digests)
    tag = reference.tag if reference else None
    return ListedImage(
        reference=reference.familiar if reference and tag else image.id,
        repository=reference.familiar_name if reference else None,
        tag=tag,
        id=image.id,
        digests=tuple(dict.fromkeys(digests)),
        created=image.created,
        size=image.size,
        shared_size=image.shared_size,
        containers=tuple(
            ContainerUse(each.name or each.id[:12], each.state) for each in inventory.users(image)
        ),
        platforms=tuple(map(str, ls.session.engine.images.platforms_of(image))),
        is_dangling=image.is_dangling,
        behind=ls.session.is_behind(reference, inventory) if reference and tag else None,
    )


def _filters(conditions: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for condition in conditions:
        key, equals, value = (part.strip() for part in condition.partition("="))
        if not equals:
            raise NoTarget(f"a filter is written NAME=VALUE, not {condition!r}")
        found[key.lower()] = (*found.get(key.lower(), ()), value)
    return found

"""tagwise.server.describe: the names of an image, what it stands for, and its registry's page."""

from tagwise.lsp.image_target import ImageTarget, image_of
from tagwise.lsp.reference_values import Description
from tagwise.lsp.server import TagwiseServer
from tagwise.oci.registry_pages import page_of


async def describe(ls: TagwiseServer, target: ImageTarget) -> Description:
    image = await image_of(ls, target)
    reference = image.reference
    answer = await ls.session.resolver.digest(reference)
    await ls.session.lookup.enrich(reference, image.platform)
    known = ls.session.lookup.known(reference, image.platform)
    platforms = [each.platform for each in known.facts.platforms] if known is not None else []
    page = page_of(reference)
    return Description(
        familiar_name=reference.familiar,
        canonical_name=reference.canonical,
        registry=reference.registry,
        repository=reference.repository,
        tag=reference.tag,
        digest=str(answer.digest),
        page=page.url if page else None,
        site=page.site if page else None,
        platforms=tuple(str(each) for each in platforms if each and not each.is_unknown),
    )

"""tagwise.server.pullAll: has the engine pull the images of a document, or of the workspace."""

from collections.abc import AsyncGenerator

from tagwise.lsp.client_requests import tell
from tagwise.lsp.command_arguments import PullAllArguments
from tagwise.lsp.engine_values import PulledAll
from tagwise.lsp.image_target import ImageTarget, read_of
from tagwise.lsp.server import TagwiseServer
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.session.workspace import ReadDocument


async def pull_all(ls: TagwiseServer, arguments: PullAllArguments) -> PulledAll | None:
    from tagwise.lsp.pulling import all_pulled

    asked = Platform.parse(arguments.platform) if arguments.platform else None
    wanted: dict[tuple[str, Platform | None], ImageReference] = {}
    async for read in _documents(ls, arguments):
        for each in read.parsed.occurrences:
            if each.reference is not None and each.skipped is None:
                wanted.setdefault(
                    (each.reference.canonical, asked or each.platform), each.reference
                )
    if not wanted:
        tell(ls, "there are no images to pull")
        return PulledAll((), ())
    images = tuple((reference, platform) for (_, platform), reference in wanted.items())
    return await all_pulled(ls, images)


async def _documents(
    ls: TagwiseServer, arguments: PullAllArguments
) -> AsyncGenerator[ReadDocument, None]:
    if arguments.uri is not None:
        yield await read_of(ls, ImageTarget(uri=arguments.uri))
        return
    from tagwise.session.whole_workspace import read_workspace

    await ls.settled()
    async for read in read_workspace(ls.session.workspace):
        yield read

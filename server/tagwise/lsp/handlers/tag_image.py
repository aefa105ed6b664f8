"""tagwise.server.tagImage: gives a local image one more name."""

from tagwise.errors import NoTarget
from tagwise.lsp.client_requests import tell
from tagwise.lsp.command_arguments import TagImageArguments
from tagwise.lsp.image_target import engine_name_of
from tagwise.lsp.server import TagwiseServer
from tagwise.oci.reference import ImageReference


async def tag_image(ls: TagwiseServer, arguments: TagImageArguments) -> str | None:
    """Answer the new name."""
    reference = ImageReference.parse(arguments.name)
    if reference.digest is not None:
        raise NoTarget("a new name has no digest: the image's own is the one it keeps")
    name = await engine_name_of(ls, arguments.target)
    await ls.session.engine.client().tag(name, reference)
    written = f"{reference.familiar_name}:{reference.followed_tag}"
    tell(ls, f"{name} is called {written}, too")
    return written

"""tagwise.server.clearCache: forgets what registries have said, so that they are asked again."""

from tagwise.lsp.client_requests import tell
from tagwise.lsp.command_arguments import NoArguments
from tagwise.lsp.diagnosing import announce
from tagwise.lsp.reference_values import FreedSpace
from tagwise.lsp.server import TagwiseServer


async def clear_cache(ls: TagwiseServer, arguments: NoArguments) -> FreedSpace:
    from tagwise.ide.phrases import size

    del arguments
    await ls.settled()
    freed = await ls.session.forget()
    announce(ls)
    tell(ls, f"{size(freed)} of answers forgotten: registries are asked again")
    return FreedSpace(freed)

"""Having the engine pull an image while the editor shows how far it is.

Does not know which command wants it.
"""

from tagwise.engine.models import PullProgress
from tagwise.errors import EngineError
from tagwise.ide.phrases import counted, size
from tagwise.lsp.progress import Progress, with_progress
from tagwise.lsp.server import TagwiseServer
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.session.pulls import Pulled


async def pulled(
    ls: TagwiseServer, reference: ImageReference, platform: Platform | None
) -> Pulled | None:
    """Pull one image; None if somebody has cancelled it.

    :raises EngineError: with what the engine says went wrong.
    """
    check_online(ls)

    async def work(progress: Progress) -> Pulled:
        return await ls.session.engine.pulls.pull(
            reference,
            platform=platform,
            report=lambda step: progress.report(told(step), step.percentage),
        )

    return await with_progress(ls, f"Pulling {reference.familiar}", work)


def check_online(ls: TagwiseServer) -> None:
    """:raises EngineError: if the settings say to ask nobody: a pull asks a registry."""
    if ls.session.workspace.settings.offline:
        raise EngineError("nothing is pulled: the setting `offline` says to ask nobody")


def told(step: PullProgress) -> str:
    """Say how far a pull is: `12.0 MB of 45.1 MB, 3 layers`."""
    if not step.layers:
        return step.message
    layers = counted(len(step.layers), "layer")
    if not step.total:
        return layers
    return f"{size(step.current)} of {size(step.total)}, {layers}"

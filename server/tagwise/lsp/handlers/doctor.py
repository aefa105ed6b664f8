"""tagwise.server.doctor: how registries and the engine are reached from here, as text."""

import sys
from collections.abc import Iterator

from tagwise import __version__
from tagwise.errors import EngineError
from tagwise.lsp.command_arguments import DoctorArguments
from tagwise.lsp.server import TagwiseServer
from tagwise.oci.reference import ImageReference


async def doctor(ls: TagwiseServer, arguments: DoctorArguments) -> str:
    from tagwise.session.doctor import report_lines, reports

    await ls.settled()
    named = tuple(ImageReference.parse(each) for each in arguments.references)
    lines = [*_here(ls), f"engine     {await _engine(ls)}"]
    references = named or await _opened(ls)
    for reference, report in await reports(ls.session.resolver, references):
        lines += ["", *report_lines(reference, report)]
    return "\n".join((*lines, ""))


def _here(ls: TagwiseServer) -> Iterator[str]:
    python = ".".join(map(str, sys.version_info[:3]))
    yield f"tagwise    {__version__}, on Python {python} at {sys.executable}"
    trusted = "trusted" if ls.session.trusted else "not trusted: asked without credentials"
    roots = ", ".join(map(str, ls.session.workspace.files.roots))
    yield f"workspace  {roots or 'no folder is open'} ({trusted})"
    for complaint in ls.complaints:
        yield f"settings   {complaint}"
    if ls.session.workspace.settings.offline:
        yield "settings   offline: nobody is asked"


async def _engine(ls: TagwiseServer) -> str:
    """Say who answers; none is a finding, too."""
    from tagwise.session.doctor import engine_line

    try:
        return await engine_line(ls.session.engine.client())
    except EngineError as error:
        return str(error)


async def _opened(ls: TagwiseServer) -> tuple[ImageReference, ...]:
    found: list[ImageReference] = []
    for document in ls.session.workspace.open_documents():
        read = await ls.session.workspace.read(document)
        found += [
            each.reference
            for each in (read.parsed.occurrences if read is not None else ())
            if each.reference is not None and each.skipped is None
        ]
    return tuple(found)

"""`tagwise doctor`: how each registry and the engine are reached from here, and what is in the way."""

import asyncio
from typing import Annotated

import typer

from tagwise.cli.asking import Access, Mirrors, asking_session, parsed_reference
from tagwise.cli.engine import asking_engine
from tagwise.errors import EngineError
from tagwise.ide.markup import clean
from tagwise.oci.reference import ImageReference
from tagwise.session.session import Session


def doctor(
    references: Annotated[
        list[str] | None,
        typer.Argument(metavar="REF", help="Images to try; those of this folder if none."),
    ] = None,
    *,
    mirror: Mirrors = None,
) -> None:
    """Say how each registry is reached from here, as whom, and which engine answers."""
    named = tuple(parsed_reference(each) for each in references or ())
    if not asyncio.run(_doctor(named, Access(mirror))):
        raise typer.Exit(1)


async def _doctor(named: tuple[ImageReference, ...], access: Access) -> bool:
    """Tell of every registry; return whether somebody answers for each of them."""
    from tagwise.cli.parts import cache_folder, settings_file
    from tagwise.session.doctor import report_lines, reports

    file = settings_file()
    typer.echo(f"settings  {file}" + ("" if file.is_file() else " (none there)"))
    typer.echo(f"answers   {cache_folder()}")
    typer.echo(f"engine    {await _engine()}")
    async with asking_session(access) as session:
        # Looking at the folder ends a connection that was made before.
        references = named or await _of_this_folder(session)
        examined = await reports(session.resolver, references)
    for reference, report in examined:
        typer.echo("\n" + "\n".join(report_lines(reference, report)))
    return all(report.is_answered for _, report in examined)


async def _engine() -> str:
    """Say who answers as the engine; none is a finding too, and no fault: not everybody has one."""
    from tagwise.session.doctor import engine_line

    try:
        async with asking_engine() as engine:
            return await engine_line(engine)
    except EngineError as error:
        return clean(str(error))


async def _of_this_folder(session: Session) -> tuple[ImageReference, ...]:
    from tagwise.cli.documents import read_documents

    reads = await read_documents(session, ["."])
    occurrences = [each for read in reads for each in read.parsed.occurrences]
    return tuple(each.reference for each in occurrences if each.reference and not each.skipped)

"""`tagwise doctor`: how each registry and the engine are reached from here, and what is in the way."""

import asyncio
from collections.abc import Iterable
from typing import Annotated, Final

import typer

from tagwise.cli.asking import Access, Mirrors, asking_session, parsed_reference
from tagwise.cli.engine import asking_engine
from tagwise.errors import EngineError
from tagwise.ide.markup import clean
from tagwise.ide.phrases import hours
from tagwise.oci.reference import ImageReference
from tagwise.registry.examination import HostReport, RegistryReport
from tagwise.session.session import Session

FALLBACK: Final = "hello-world"
MOST: Final = 20


def doctor(
    references: Annotated[
        list[str] | None,
        typer.Argument(metavar="REF", help="Images to try; those of this folder if none."),
    ] = None,
    *,
    mirror: Mirrors = None,
) -> None:
    """Say how each registry is reached from here, and as whom; and which engine answers."""
    named = tuple(parsed_reference(each) for each in references or ())
    if not asyncio.run(_doctor(named, Access(mirror))):
        raise typer.Exit(1)


async def _doctor(named: tuple[ImageReference, ...], access: Access) -> bool:
    """Tell of every registry; return whether somebody answers for each of them."""
    from tagwise.cli.parts import cache_folder, settings_file

    file = settings_file()
    typer.echo(f"settings  {file}" + ("" if file.is_file() else " (none there)"))
    typer.echo(f"answers   {cache_folder()}")
    typer.echo(f"engine    {await _engine()}")
    async with asking_session(access) as session:
        tried = named or await _of_this_folder(session) or (parsed_reference(FALLBACK),)
        # One after the other: what one registry says of its quota belongs to its own report.
        reports = [
            (reference, await session.resolver.examine(reference))
            for reference in _one_for_each_registry(tried)
        ]
    for reference, report in reports:
        typer.echo(f"\n{report.registry}, by {reference.familiar}")
        for line in _lines(report):
            typer.echo(f"  {line}")
    return all(report.is_answered for _, report in reports)


async def _engine() -> str:
    """Say who answers as the engine; none is a finding too, and no fault: not everybody has one."""
    try:
        async with asking_engine() as engine:
            endpoint = engine.endpoint
            info = await engine.info()
    except EngineError as error:
        return clean(str(error))
    where = f"at {endpoint}, from {endpoint.origin}"
    return clean(
        f"{info.name} {info.version}, {info.os}/{info.architecture}, API {info.api}, {where}"
    )


async def _of_this_folder(session: Session) -> tuple[ImageReference, ...]:
    from tagwise.cli.documents import read_documents

    reads = await read_documents(session, ["."])
    occurrences = [each for read in reads for each in read.parsed.occurrences]
    return tuple(each.reference for each in occurrences if each.reference and not each.skipped)


def _one_for_each_registry(references: Iterable[ImageReference]) -> tuple[ImageReference, ...]:
    first: dict[str, ImageReference] = {}
    for reference in references:
        first.setdefault(reference.registry, reference.without_digest())
    return tuple(first.values())[:MOST]


def _lines(report: RegistryReport) -> Iterable[str]:
    yield f"credentials  {report.credentials}"
    if not report.hosts:
        yield "hosts        none: this machine's configuration or the settings forbid it"
    for host in report.hosts:
        yield f"{'mirror' if host.is_mirror else 'registry':<11}  {_said(host)}"
    if report.quota is not None:
        quota = report.quota
        window = f" in {hours(quota.window)}" if quota.window else ""
        yield f"pulls left   {quota.remaining} of {quota.limit}{window}"


def _said(host: HostReport) -> str:
    if host.problem is None:
        return f"{host.origin} answers"
    return f"{host.origin} answers: {host.problem}" if host.answers else host.problem

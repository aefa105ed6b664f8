"""`tagwise refs`: the image references of files and folders."""

import asyncio
import json
from enum import Enum
from typing import Annotated

import typer

from tagwise.cli.asking import asking_session
from tagwise.cli.documents import read_documents
from tagwise.documents.model import Occurrence
from tagwise.ide.line_index import LineIndex, Unit
from tagwise.ide.markup import clean
from tagwise.session.workspace import ReadDocument


class Format(Enum):
    TEXT = "text"
    JSON = "json"


def refs(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Files, folders, or - for standard input."),
    ] = None,
    *,
    form: Annotated[Format, typer.Option("--format", help="How to print them.")] = Format.TEXT,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is no image, with the reason.")
    ] = False,
    language: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What named files are: dockerfile, say."),
    ] = None,
) -> None:
    """List the image references written in files and folders."""
    asyncio.run(_refs(paths or ["."], form, everything=everything, language=language))


async def _refs(paths: list[str], form: Format, *, everything: bool, language: str | None) -> None:
    from tagwise.cli.refs_json import reference_item

    async with asking_session() as session:
        reads = await read_documents(session, paths, language=language)
        found = [
            (read, occurrence)
            for read in reads
            for occurrence in read.parsed.occurrences
            if everything or occurrence.skipped is None
        ]
        if form is Format.JSON:
            items = [reference_item(*each, session.workspace) for each in found]
            typer.echo(json.dumps(items, indent=2, ensure_ascii=False))
        else:
            for each in found:
                typer.echo(_line(*each))


def _line(read: ReadDocument, occurrence: Occurrence) -> str:
    """Return a line as compilers print places: editors and terminals make links of them."""
    index = LineIndex(read.text, Unit.CODE_POINT)
    line, character = index.line_and_character(occurrence.span.start)
    # Without its variables nothing may be left of it.
    text = occurrence.value.text or occurrence.span.of(read.text)
    said = f"{read.document}:{line + 1}:{character + 1}: {text}"
    said += f" ({occurrence.role.value}"
    said += f", {occurrence.platform}" if occurrence.platform else ""
    said += f", {occurrence.variant})" if occurrence.variant else ")"
    if occurrence.skipped is not None:
        said += f" {occurrence.skipped.reason.value}: {occurrence.skipped.message}"
    return clean(said)

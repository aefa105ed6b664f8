"""`tagwise refs`: the image references of files and folders."""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import partial
from typing import Annotated, Final

import attrs
import typer

from tagwise.cli.cores import on_every_core
from tagwise.cli.documents import (
    InFolder,
    documents_named,
    look_around,
    opened_document,
)
from tagwise.cli.parts import build_session
from tagwise.cli.refs_json import laid_out, reference_items
from tagwise.documents.model import Occurrence
from tagwise.ide.line_index import LineIndex, Unit
from tagwise.ide.markup import clean
from tagwise.session.workspace import OpenDocument, ReadDocument

# What an array's items are indented by.
_MARGIN: Final = "\n  "

log = logging.getLogger(__name__)


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
    wanted = _Wanted(tuple(paths or ["."]), form, everything)
    listed = _listed(wanted, language)
    printed = on_every_core(partial(_printed, wanted), listed)
    if form is Format.JSON:
        _print_array(printed)
    else:
        for lines in printed:
            typer.echo(lines, nl=False)


@attrs.frozen
class _Wanted:
    paths: tuple[str, ...]
    form: Format
    everything: bool


def _listed(wanted: _Wanted, language: str | None) -> Sequence[OpenDocument | InFolder]:
    session = build_session()
    for complaint in session.configure(None):
        log.warning("%s", complaint)
    return documents_named(session, wanted.paths, language=language)


def _printed(wanted: _Wanted, listed: Sequence[OpenDocument | InFolder]) -> str:
    """Return what is printed of some documents: in JSON, an array's items."""
    return asyncio.run(_read(wanted, listed))


async def _read(wanted: _Wanted, listed: Sequence[OpenDocument | InFolder]) -> str:
    session = build_session()
    session.configure(None)
    look_around(session, wanted.paths)
    workspace, printed = session.workspace, list[str]()
    for each in listed:
        opened = opened_document(each)
        read = None if opened is None else await workspace.glance(opened.uri, opened)
        if read is None:
            continue
        found = [
            occurrence
            for occurrence in read.parsed.occurrences
            if wanted.everything or occurrence.skipped is None
        ]
        if wanted.form is Format.JSON:
            printed += [
                f"  {laid_out(item, _MARGIN)}" for item in reference_items(read, found, workspace)
            ]
        else:
            printed += _lines(read, found)
    return "".join(printed) if wanted.form is Format.TEXT else ",\n".join(printed)


def _print_array(parts: Iterable[str]) -> None:
    """Print a JSON array of which each part holds some items, or none."""
    start = "[\n"
    for part in filter(None, parts):
        typer.echo(start + part, nl=False)
        start = ",\n"
    typer.echo("[]" if start == "[\n" else "\n]")


def _lines(read: ReadDocument, occurrences: Iterable[Occurrence]) -> Iterator[str]:
    """Yield lines as compilers print places: editors and terminals make links of them."""
    index = LineIndex(read.text, Unit.CODE_POINT)
    for occurrence in occurrences:
        line, character = index.line_and_character(occurrence.span.start)
        # Without its variables nothing may be left of it.
        text = occurrence.value.text or occurrence.span.of(read.text)
        said = f"{read.document}:{line + 1}:{character + 1}: {text}"
        said += f" ({occurrence.role.value}"
        said += f", {occurrence.platform}" if occurrence.platform else ""
        said += f", {occurrence.variant})" if occurrence.variant else ")"
        if occurrence.skipped is not None:
            said += f" {occurrence.skipped.reason.value}: {occurrence.skipped.message}"
        yield f"{clean(said)}\n"

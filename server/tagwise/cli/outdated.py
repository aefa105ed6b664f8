"""`tagwise outdated`: the images in files whose tags have newer ones of the same line."""

import asyncio
import json
from collections.abc import Sequence
from enum import Enum, IntEnum
from typing import Annotated

import attrs
import typer

from tagwise.cli.asking import Access, Mirrors, Offline, asking_session
from tagwise.cli.check_report import Unasked
from tagwise.cli.columns import in_columns
from tagwise.cli.documents import read_documents
from tagwise.documents.model import Occurrence
from tagwise.errors import RegistryError
from tagwise.ide.actions.newer_tag import versioned
from tagwise.ide.line_index import LineIndex, Unit
from tagwise.ide.markup import clean
from tagwise.oci.reference import ImageReference
from tagwise.oci.tag_catalogue import NewerTags
from tagwise.session.session import Session
from tagwise.session.workspace import ReadDocument

_HEADINGS = ("PLACE", "IMAGE", "TAG", "PATCH", "NEXT MINOR", "NEXT MAJOR", "NEWEST")


class Exit(IntEnum):
    CLEAN = 0
    FOUND = 1
    UNASKED = 3


class Format(Enum):
    TEXT = "text"
    JSON = "json"


@attrs.frozen
class _Outdated:
    """An image in a document, and what is newer than its tag."""

    read: ReadDocument
    occurrence: Occurrence
    target: ImageReference
    newer: NewerTags

    @property
    def position(self) -> tuple[int, int]:
        index = LineIndex(self.read.text, Unit.UTF16)
        return index.line_and_character(self.occurrence.span.start)


@attrs.frozen
class _Report:
    found: tuple[_Outdated, ...]
    unasked: tuple[Unasked, ...]
    compared: int


def outdated(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Files, folders, or - for standard input."),
    ] = None,
    *,
    form: Annotated[Format, typer.Option("--format", help="How to print them.")] = Format.TEXT,
    language: Annotated[
        str | None, typer.Option(metavar="NAME", help="What named files are: dockerfile, say.")
    ] = None,
    mirror: Mirrors = None,
    offline: Offline = False,
) -> None:
    """List the images whose tags have newer ones of the same line and flavour.

    Exit status: 0 none has; 1 some have; 2 wrong usage; 3 none has, but some could not be asked.
    """
    access = Access(mirror, offline)
    report = asyncio.run(_outdated(paths or ["."], access, language=language))
    typer.echo(_json(report) if form is Format.JSON else _text(report), nl=False)
    for each in report.unasked:
        typer.echo(clean(f"tagwise: not known: {each.place}: {each.message}"), err=True)
    if report.found:
        raise typer.Exit(Exit.FOUND)
    raise typer.Exit(Exit.UNASKED if report.unasked else Exit.CLEAN)


async def _outdated(paths: list[str], access: Access, *, language: str | None) -> _Report:
    from tagwise.cli.console import progress

    async with asking_session(access) as session:
        reads = await read_documents(session, paths, language=language)
        asked = [
            (read, occurrence, target)
            for read in reads
            for occurrence in read.parsed.occurrences
            if (target := versioned(occurrence)) is not None
        ]
        repositories = len({target.name for _, _, target in asked})
        with progress(f"listing the tags of {repositories} repositories …"):
            answers = await asyncio.gather(*(_newer(session, *each) for each in asked))
    found = (each for each in answers if isinstance(each, _Outdated) and each.newer)
    unasked = (each for each in answers if isinstance(each, Unasked))
    return _Report(tuple(found), tuple(dict.fromkeys(unasked)), len(asked))


async def _newer(
    session: Session, read: ReadDocument, occurrence: Occurrence, target: ImageReference
) -> _Outdated | Unasked:
    try:
        catalogue = await session.tags.all(target)
    except RegistryError as error:
        return Unasked.of(read, occurrence, str(error))
    if catalogue is None:
        message = f"the tags of {target.familiar_name} are not kept on disk"
        return Unasked.of(read, occurrence, message)
    newer = catalogue.newer(target.tag or "", repository=target.repository)
    return _Outdated(read, occurrence, target, newer)


def _text(report: _Report) -> str:
    if not report.found:
        compared = report.compared - len(report.unasked)
        return f"nothing newer for {compared} image{'' if compared == 1 else 's'}\n"
    lines = ["\t".join(_HEADINGS), *("\t".join(_cells(each)) for each in report.found)]
    return "".join(f"{line.rstrip()}\n" for line in in_columns(lines))


def _cells(each: _Outdated) -> Sequence[str]:
    line, _ = each.position
    newer, tag = each.newer, each.target.tag or ""
    tags = (tag, newer.patch, newer.minor, newer.major, newer.newest)
    place = f"{each.read.document}:{line + 1}"
    return (clean(place), each.target.familiar_name, *(text or "-" for text in tags))


def _json(report: _Report) -> str:
    items = [
        {
            "path": each.read.document,
            "position": dict(zip(("line", "character"), each.position, strict=True)),
            "canonical": each.target.canonical,
            "tag": each.target.tag,
            "pinned": each.occurrence.reference is not None
            and each.occurrence.reference.digest is not None,
            "newer": attrs.asdict(each.newer),
        }
        for each in report.found
    ]
    unasked = [attrs.asdict(each) for each in report.unasked]
    document = {"outdated": items, "notAsked": unasked, "compared": report.compared}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"

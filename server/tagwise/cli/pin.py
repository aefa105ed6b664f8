"""`tagwise pin`, `tagwise update` and `tagwise unpin`: one command with three verbs."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import attrs
import typer

from tagwise.cli.asking import Access, Mirrors, Offline, asking_session
from tagwise.cli.diff import diff_lines
from tagwise.cli.documents import STANDARD_INPUT, read_documents
from tagwise.cli.usage import WrongUsage, told
from tagwise.documents.model import Occurrence
from tagwise.ide.actions.offer import Verb
from tagwise.ide.edits import Plan, Refusal, applied, merged
from tagwise.ide.line_index import LineIndex, Unit
from tagwise.ide.markup import clean
from tagwise.session.discovery import candidate_text
from tagwise.session.files import write_text
from tagwise.session.pinner import Outcome
from tagwise.session.rereading import changed_since
from tagwise.session.workspace import OpenDocument, ReadDocument, Workspace

Paths = Annotated[
    list[str] | None, typer.Argument(metavar="PATH", help="Files and folders; here if none.")
]
Diff = Annotated[bool, typer.Option("--diff", help="Show what would change (the default).")]
Write = Annotated[bool, typer.Option("--write", help="Change the files.")]

_DONE = {Verb.PIN: "pinned", Verb.UPDATE: "updated", Verb.UNPIN: "unpinned"}
_CHANGED = "its file, or what it has values from, has changed meanwhile: try again"


def pin(
    paths: Paths = None,
    *,
    diff: Diff = False,
    write: Write = False,
    mirror: Mirrors = None,
    offline: Offline = False,
) -> None:
    """Pin every image to the digest its tag names now."""
    _start(Verb.PIN, paths, Access(mirror, offline), diff=diff, write=write)


def update(
    paths: Paths = None,
    *,
    diff: Diff = False,
    write: Write = False,
    mirror: Mirrors = None,
    offline: Offline = False,
) -> None:
    """Update pinned images whose tag has moved."""
    _start(Verb.UPDATE, paths, Access(mirror, offline), diff=diff, write=write)


def unpin(paths: Paths = None, *, diff: Diff = False, write: Write = False) -> None:
    """Remove the digests; the tags stay."""
    _start(Verb.UNPIN, paths, Access(), diff=diff, write=write)


def _start(verb: Verb, paths: list[str] | None, access: Access, *, diff: bool, write: bool) -> None:
    if diff and write:
        raise WrongUsage("--diff and --write exclude each other")
    if STANDARD_INPUT in (paths or ()):
        raise WrongUsage("standard input cannot be changed: name files or folders")
    failures = asyncio.run(_run(verb, paths or ["."], access, write=write))
    raise typer.Exit(1 if failures else 0)


async def _run(verb: Verb, paths: list[str], access: Access, *, write: bool) -> int:
    """Plan, show or write, and sum up; return how many references could not be done."""
    from tagwise.cli.console import progress

    async with asking_session(access) as session:
        reads = await read_documents(session, paths)
        images = [
            _Image(read, each)
            for read in reads
            for each in read.parsed.occurrences
            if each.skipped is None
        ]
        with progress(f"looking up {len(images)} images …"):
            outcomes = await session.pinner.outcomes([each.occurrence for each in images], verb)
        now = _as_it_is_now(session.workspace, reads)
        outcomes = await _fitting(images, outcomes, now)
        plan = merged(each.result for each in outcomes if isinstance(each.result, Plan))
        unwritten = _put_through(plan, now, write=write)
    failed = [pair for pair in zip(images, outcomes, strict=True) if _refusal(pair[1]) is not None]
    for image, outcome in failed:
        said = f"{image.place}: {image.occurrence.value.text}: {_refusal(outcome)}"
        typer.echo(clean(said), err=True)
    for error in unwritten:
        typer.echo(clean(f"not written: {told(error)}"), err=True)
    typer.echo(_summary(verb, outcomes, write=write), err=True)
    return len(failed) + len(unwritten)


@attrs.frozen
class _Image:
    read: ReadDocument
    occurrence: Occurrence

    @property
    def place(self) -> str:
        index = LineIndex(self.read.text, Unit.CODE_POINT)
        line, character = index.line_and_character(self.occurrence.span.start)
        return f"{self.read.document}:{line + 1}:{character + 1}"


def _as_it_is_now(workspace: Workspace, reads: Iterable[ReadDocument]) -> Workspace:
    """Return the workspace with what stands in its files by now."""
    files: dict[str, OpenDocument] = {}
    for read in reads:
        before, text = workspace.opened(read.document), candidate_text(read.document)
        if before is not None and text is not None:
            files[read.document] = attrs.evolve(before, text=text)
    return workspace.apart(files)


async def _fitting(
    images: Sequence[_Image], outcomes: Sequence[Outcome], now: Workspace
) -> tuple[Outcome, ...]:
    """Refuse the edits of documents that say something else than when they were read."""
    pairs = list(zip(images, outcomes, strict=True))
    edited = (image.read for image, outcome in pairs if _is_changing(outcome))
    changed = {read.document for read in await changed_since(edited, now)}
    return tuple(
        Outcome(image.occurrence, Refusal(_CHANGED), failed=True)
        if image.read.document in changed and _is_changing(outcome)
        else outcome
        for image, outcome in pairs
    )


def _put_through(plan: Plan, workspace: Workspace, *, write: bool) -> list[OSError]:
    """Write or show what changes; return why files could not be written."""
    from tagwise.cli.console import print_diff

    unwritten: list[OSError] = []
    for document in dict.fromkeys(edit.place.document for edit in plan.edits):
        before = workspace.text(document)
        if before is None:
            continue
        edits = [edit for edit in plan.edits if edit.place.document == document]
        after = applied(before, edits)
        if not write:
            name = Path(document).as_posix()
            print_diff(diff_lines(name, before, after))
            continue
        try:
            write_text(Path(document), after)
        except OSError as error:
            unwritten.append(error)
    return unwritten


def _refusal(outcome: Outcome) -> str | None:
    return outcome.result.reason if isinstance(outcome.result, Refusal) else None


def _is_changing(outcome: Outcome) -> bool:
    return isinstance(outcome.result, Plan) and bool(outcome.result.edits)


def _summary(verb: Verb, outcomes: tuple[Outcome, ...], *, write: bool) -> str:
    changed = sum(_is_changing(each) for each in outcomes)
    failed = sum(_refusal(each) is not None for each in outcomes)
    parts = [f"{changed} {'' if write else 'to be '}{_DONE[verb]}"]
    parts.append(f"{len(outcomes) - changed - failed} left as they are")
    parts += [f"{failed} failed"] if failed else []
    hint = " (nothing written yet: add --write)" if changed and not write else ""
    return ", ".join(parts) + hint

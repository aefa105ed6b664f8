"""`tagwise check`: what is wrong with the images of files and folders, for a person or a pipeline."""

import asyncio
from collections.abc import Sequence
from difflib import get_close_matches
from enum import IntEnum
from typing import Annotated

import attrs
import typer

from tagwise.cli.asking import Access, Mirrors, Offline, asking_session
from tagwise.cli.changed_files import changed_since
from tagwise.cli.check_formats import FORMATS, CheckFormat
from tagwise.cli.check_report import Checked, FailOn, Report, Unasked
from tagwise.cli.documents import read_documents
from tagwise.cli.usage import WrongUsage
from tagwise.ide.diagnostics.findings import looked_up, severity_of
from tagwise.ide.diagnostics.rule import Asks, Elsewhere, Policy
from tagwise.ide.diagnostics.rules import RULE_BY_ID, RULES
from tagwise.ide.markup import clean
from tagwise.session.workspace import ReadDocument


class Exit(IntEnum):
    CLEAN = 0
    FOUND = 1
    UNASKED = 3


@attrs.frozen
class _Choice:
    """Which rules are reported, by id; none selected means all that are on."""

    selected: frozenset[str]
    ignored: frozenset[str]

    def takes(self, rule: str) -> bool:
        return rule not in self.ignored and (not self.selected or rule in self.selected)


@attrs.frozen
class _Wanted:
    """Which documents are read."""

    paths: Sequence[str]
    changed_since: str | None
    language: str | None
    ignores_unknown: bool


def check(  # noqa: PLR0913 - one parameter for each option
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Files, folders, or - for standard input."),
    ] = None,
    *,
    form: Annotated[
        CheckFormat, typer.Option("--format", help="How to print findings.")
    ] = CheckFormat.TEXT,
    select: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE,…", help="Report these rules alone. Repeatable."),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULE,…", help="Do not report these. Repeatable.")
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="The least severity to exit with 1 for.")
    ] = FailOn.WARNING,
    changed: Annotated[
        str | None,
        typer.Option(
            "--changed-since", metavar="REV", help="Only files changed since this git revision."
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="NAME", help="What named files are: dockerfile, say.")
    ] = None,
    ignore_unknown: Annotated[
        bool, typer.Option("--ignore-unknown", help="Pass over files that name no images.")
    ] = False,
    mirror: Mirrors = None,
    offline: Offline = False,
) -> None:
    """Find what is wrong with the images that files name, as an editor shows it.

    Registries are asked only what the rules that are on need to know.
    Exit status: 0 nothing at or above --fail-on; 1 something is; 2 wrong usage; 3 nothing is, but
    something could not be asked.
    """
    choice = _Choice(_rules(select), _rules(ignore))
    wanted = _Wanted(paths or ["."], changed, language, ignore_unknown)
    report = asyncio.run(_check(wanted, choice, Access(mirror, offline)))
    typer.echo(FORMATS[form](report), nl=False)
    for unasked in report.unasked:
        typer.echo(clean(f"tagwise: not known: {unasked.place}: {unasked.message}"), err=True)
    if any(each.is_at_least(fail_on) for each in report.checked):
        raise typer.Exit(Exit.FOUND)
    raise typer.Exit(Exit.UNASKED if report.unasked else Exit.CLEAN)


async def _check(wanted: _Wanted, choice: _Choice, access: Access) -> Report:
    from tagwise.cli.console import progress

    async with asking_session(access) as session:
        reads = await read_documents(
            session,
            wanted.paths,
            language=wanted.language,
            ignore_unknown=wanted.ignores_unknown,
        )
        if wanted.changed_since is not None:
            files = changed_since(wanted.changed_since)
            reads = tuple(read for read in reads if files.holds(read.document))
        images = [
            (read, each, asks)
            for read in reads
            if (asks := _asks(session.workspace.policy(read.document, choice.selected), choice))
            for each, _ in looked_up(read.parsed)
        ]
        with progress(f"looking up {len(images)} images …"):
            for asks in (Asks.IMAGE, Asks.DIGEST):
                asked = [each for _, each, needed in images if needed is asks]
                await session.witness.hear(asked, thorough=asks is Asks.IMAGE)
        elsewhere = _everywhere(reads)
        checked = tuple(
            Checked(read, finding)
            for read in reads
            for finding in session.findings(
                read, elsewhere=_but(elsewhere, read), selected=choice.selected
            )
            if choice.takes(finding.rule)
        )
        unasked = tuple(
            Unasked.of(read, each, why.message)
            for read, each, _ in images
            if (why := session.witness.unanswered(each)) is not None
        )
        return Report(checked, tuple(dict.fromkeys(unasked)), len(reads))


def _asks(policy: Policy, choice: _Choice) -> Asks:
    """Return what the rules that are on, and are reported, need of registries."""
    needed = (
        rule.asks
        for rule in RULES
        if choice.takes(rule.id) and severity_of(rule.id, policy) is not None
    )
    return max(needed, default=Asks.NOTHING)


def _rules(written: Sequence[str] | None) -> frozenset[str]:
    """:raises WrongUsage: for a rule there is not."""
    rules = frozenset(
        rule.strip() for each in written or () for rule in each.split(",") if rule.strip()
    )
    for rule in sorted(rules - {*RULE_BY_ID}):
        nearest = get_close_matches(rule, RULE_BY_ID, 1)
        raise WrongUsage(
            f"there is no rule {rule!r}" + (f": is it {nearest[0]}?" if nearest else "")
        )
    return rules


def _everywhere(reads: Sequence[ReadDocument]) -> tuple[Elsewhere, ...]:
    return tuple(
        Elsewhere(read.document, occurrence, reference)
        for read in reads
        for occurrence, reference in looked_up(read.parsed)
    )


def _but(elsewhere: Sequence[Elsewhere], read: ReadDocument) -> tuple[Elsewhere, ...]:
    return tuple(each for each in elsewhere if each.document != read.document)

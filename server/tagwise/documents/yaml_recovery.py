"""Reading YAML that is broken: text is half typed most of the time someone looks at it.

A parser gives up at the first error.  Here the line that is to blame is blanked out and the text is
parsed again, a few times, so that everything but that line is still read.  Which line is to blame
the parser does not know: it names where it noticed, and often what it was reading.  Of those, and
the two lines before, the one is taken after which parsing gets furthest; or the one with all that
is indented below it, which without its head would only be the next error.

First that is done to the parts of the text around where it stops being YAML (`yaml_sections.py`), each
read alone: what is wrong there is no worse for what is elsewhere, and costs no more than it is long.
Does not know what the events mean.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice
from typing import Final

import attrs

from tagwise.documents.traced import Span
from tagwise.documents.yaml_events import (
    MASK,
    PURE,
    Attempt,
    Event,
    Events,
    Failure,
    Loader,
    attempt,
    is_mapping,
)
from tagwise.documents.yaml_sections import parts_of

ROUNDS: Final = 6
# Characters parsed in all, so that trying costs at most a few times what reading costs; pure Python is not
# tried with a long text again and again.
BUDGET_FLOOR: Final = 100_000
BUDGET_FACTOR: Final = 4
BUDGET_FACTOR_PURE: Final = 1
LINES_BEFORE: Final = 2
# How far back an open quote is looked for.
QUOTED_LINES: Final = 100

_BREAKS: Final = "\r\n"
_NO_BREAK: Final = re.compile(r"[^\r\n]")
_QUOTES: Final = "\"'"


@attrs.frozen
class Repaired:
    """A text, as long as before, without the lines that had to be left out for it to be read.

    It is not `is_whole` if it is read as far as to an error only.  `is_local`: the parts that hold those
    lines were to blame, one and all, and nothing else was looked at.
    """

    text: str
    skipped: tuple[Span, ...] = ()
    is_whole: bool = True
    is_local: bool = False

    def edited(self, shown: str, edit: Span) -> "Repaired | None":
        """Leave out the same lines of an edited text; None if the edit may change which those are.

        An edit elsewhere, two parts away, is not seen by who looks at the parts that are to blame.
        """
        if not self.is_local or any(
            each.start <= edit.end + 1 and edit.start <= each.end + 1 for each in self.skipped
        ):
            return None
        grown = len(shown) - len(self.text)
        skipped = tuple(
            each.moved(grown if each.start > edit.start else 0) for each in self.skipped
        )
        starts = [part.start for part in parts_of(shown)]
        first, last = (bisect_right(starts, each) - 1 for each in (edit.start, edit.end + grown))
        for line in skipped:
            if first - 2 < bisect_right(starts, line.start) - 1 < last + 2:
                return None
        text = (
            self.text[: edit.start] + shown[edit.start : edit.end + grown] + self.text[edit.end :]
        )
        return attrs.evolve(self, text=text, skipped=skipped)


@attrs.frozen
class Reading:
    """The events of a text, once it was repaired."""

    events: Events
    repaired: Repaired


def read(text: str, loader: Loader) -> Reading:
    """Read a masked text as far as leaving out lines helps."""
    repaired, tried = Repaired(text), attempt(text, loader)
    for _ in range(ROUNDS):
        if tried.failure is None:
            return Reading(tried.events, repaired)
        again = repaired_parts(repaired, tried.failure, loader)
        if again.text == repaired.text:
            break
        repaired, tried = again, attempt(again.text, loader)
    trial = _tried(repaired.text, tried, loader)
    skipped = (*repaired.skipped, *trial.skipped)
    is_whole = trial.attempt.failure is None
    return Reading(trial.attempt.events, Repaired(trial.text, skipped, is_whole))


def repaired_parts(repaired: Repaired, failure: Failure, loader: Loader) -> Repaired:
    """Leave out what keeps the parts around a failure from being read alone.

    Those that the parser names are looked at, and each before one: a quote that is never closed is
    noticed behind it.
    """
    text, skipped = repaired.text, list(repaired.skipped)
    parts = tuple(parts_of(text))
    starts = [part.start for part in parts]
    named = {bisect_right(starts, each) - 1 for each in (failure.reached, *failure.named)}
    for number in sorted({each - back for each in named for back in (0, 1) if each >= back}):
        part = parts[number]
        alone = _repaired_part(part.of(text), loader)
        if alone.skipped:
            text = text[: part.start] + alone.text + text[part.end :]
            skipped += (each.moved(part.start) for each in alone.skipped)
    return Repaired(text, tuple(skipped), is_local=not repaired.skipped)


def _repaired_part(text: str, loader: Loader) -> Repaired:
    trial = _tried(text, attempt(text, loader), loader)
    indentation = len(text) - len(text.lstrip(" "))
    if trial.attempt.failure is None and is_mapping(trial.attempt.events, indentation):
        return Repaired(trial.text, trial.skipped)
    return Repaired(text)


def _tried(text: str, tried: Attempt, loader: Loader) -> "_Trial":
    """Leave out lines until a text that was `tried` can be read, or that helps no more."""
    trial = _Trial(text, (), tried)
    factor = BUDGET_FACTOR_PURE if loader is PURE else BUDGET_FACTOR
    budget = max(BUDGET_FLOOR, factor * len(text))
    for _ in range(ROUNDS):
        failure = trial.attempt.failure
        if failure is None:
            break
        followers: list[_Trial] = []
        for repair in _repairs(trial.text, failure, trial.attempt.events[-1:]):
            if repair.is_block and any(each.attempt.failure is None for each in followers):
                break
            if budget > 0:
                followers.append(_repaired(trial, repair, loader))
                budget -= followers[-1].progress[0]
        trial = max(followers, key=lambda each: each.progress, default=trial)
    return trial


@attrs.frozen
class _Repair:
    """What to read a line as, or a whole block: as long as what is written."""

    line: Span
    text: str
    is_block: bool = False


@attrs.frozen
class _Trial:
    text: str
    skipped: tuple[Span, ...]
    attempt: Attempt

    @property
    def progress(self) -> tuple[int, int]:
        """How far the text was read, and how much was found there."""
        failure = self.attempt.failure
        reached = len(self.text) + 1 if failure is None else failure.reached
        return reached, len(self.attempt.events)


def _repaired(trial: _Trial, repair: _Repair, loader: Loader) -> _Trial:
    line = repair.line
    text = trial.text[: line.start] + repair.text + trial.text[line.end :]
    return _Trial(text, (*trial.skipped, line), attempt(text, loader))


def _repairs(text: str, failure: Failure, last: tuple[Event, ...]) -> Iterator[_Repair]:
    """List what may help, the likeliest first.

    A quote that was never closed ends at a later one, and nobody says where it began: maybe where
    the last event starts, or on the nearest line with an odd number of quotes.  There the quotes
    are masked: what follows them is still read.
    """
    named = failure.named or (failure.reached,)
    before = tuple(islice(_lines_before(text, named[0]), QUOTED_LINES))
    lines = [_line_at(text, offset) for offset in (*named, *(event.start for event in last))]
    lines += before[:LINES_BEFORE]
    for quote in _QUOTES:
        odd = (line for line in (*lines[:1], *before) if line.of(text).count(quote) % 2)
        for line in islice(odd, 1):
            yield _Repair(line, line.of(text).replace(quote, MASK))
    written = [line for line in dict.fromkeys(lines) if line.of(text).strip()]
    for line in written:
        yield _Repair(line, " " * len(line))
    for block in dict.fromkeys(_block(text, line) for line in written[:2]):
        if block not in written and "\t" not in text[block.start : block.start + 1]:
            yield _Repair(block, _NO_BREAK.sub(" ", block.of(text)), is_block=True)


def _block(text: str, line: Span) -> Span:
    """Return a line and what is indented below it: no less than the first line that is."""
    end, least = line.end, _indentation(text, line) + 1
    for below in _lines_below(text, line):
        if below.of(text).strip():
            indentation = _indentation(text, below)
            if indentation < least:
                break
            least = indentation if end == line.end else least
            end = below.end
    return Span(line.start, end)


def _line_at(text: str, offset: int) -> Span:
    start = 1 + max(text.rfind(each, 0, offset) for each in _BREAKS)
    ends = [end for each in _BREAKS if (end := text.find(each, offset)) >= 0]
    return Span(start, min(ends, default=len(text)))


def _indentation(text: str, line: Span) -> int:
    written = line.of(text)
    return len(written) - len(written.lstrip(" "))


def _lines_below(text: str, line: Span) -> Iterator[Span]:
    while line.end < len(text):
        line = _line_at(text, line.end + 1)
        yield line


def _lines_before(text: str, offset: int) -> Iterator[Span]:
    """List the lines before that of `offset` that are not blank, the nearest first."""
    line = _line_at(text, offset)
    while line.start > 0:
        line = _line_at(text, line.start - 1)
        if line.of(text).strip():
            yield line

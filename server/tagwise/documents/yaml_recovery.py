"""Reading YAML that is broken: text is half typed most of the time someone looks at it.

A parser gives up at the first error.  Here the line that is to blame is blanked out and the text is
parsed again, a few times, so that everything but that line is still read.  Which line is to blame
the parser does not know: it names where it noticed, and often what it was reading.  Of those, and
the two lines before, the one is taken after which parsing gets furthest; or the one with all that
is indented below it, which without its head would only be the next error.
Does not know what the events mean.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

import attrs

from tagwise.documents.traced import Span
from tagwise.documents.yaml_events import (
    MASK,
    Attempt,
    Event,
    Events,
    Failure,
    Loader,
    attempt,
)

ROUNDS: Final = 6
# Characters parsed in all, so that trying costs at most a few times what reading costs.
BUDGET_FLOOR: Final = 100_000
BUDGET_FACTOR: Final = 4
LINES_BEFORE: Final = 2
# How far back an open quote is looked for.
QUOTED_LINES: Final = 100

_BREAKS: Final = "\r\n"
_NO_BREAK: Final = re.compile(r"[^\r\n]")
_QUOTES: Final = "\"'"


@attrs.frozen
class Reading:
    """The events of a text, and the lines that had to be left out for it to be read."""

    events: Events
    skipped: tuple[Span, ...] = ()


def read(text: str, loader: Loader) -> Reading:
    """Read a masked text as far as leaving out lines helps."""
    trial = _Trial(text, (), attempt(text, loader))
    budget = max(BUDGET_FLOOR, BUDGET_FACTOR * len(text))
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
    return Reading(trial.attempt.events, trial.skipped)


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

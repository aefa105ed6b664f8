"""Reading YAML that is broken: text is half typed most of the time someone looks at it.

A parser gives up at the first error.  Here the line that is to blame is blanked out and the text is
parsed again, a few times, so that everything but that line is still read.  Which line is to blame
the parser does not know: it names where it noticed, and often what it was reading.  Of those, and
the two lines before, the one is taken after which parsing gets furthest.
Does not know what the events mean.
"""

from typing import Final

import attrs

from tagwise.documents.traced import Span
from tagwise.documents.yaml_events import Attempt, Event, Failure, Loader, attempt

ROUNDS: Final = 6
# Characters parsed in all, so that trying costs at most a few times what reading costs.
BUDGET_FLOOR: Final = 100_000
BUDGET_FACTOR: Final = 4
LINES_BEFORE: Final = 2

_BREAKS: Final = "\r\n"
_BLANKS: Final = " \t\r\n"


@attrs.frozen
class Reading:
    """The events of a text, and the lines that had to be left out for it to be read."""

    events: tuple[Event, ...]
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
        for line in _suspects(trial.text, failure):
            if budget > 0:
                followers.append(_without(trial, line, loader))
                budget -= followers[-1].progress[0]
        trial = max(followers, key=lambda each: each.progress, default=trial)
    return Reading(trial.attempt.events, trial.skipped)


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


def _without(trial: _Trial, line: Span, loader: Loader) -> _Trial:
    text = trial.text[: line.start] + " " * len(line) + trial.text[line.end :]
    return _Trial(text, (*trial.skipped, line), attempt(text, loader))


def _suspects(text: str, failure: Failure) -> tuple[Span, ...]:
    """List the lines that may be to blame, the likeliest first; blank ones never are."""
    lines = [_line_at(text, offset) for offset in failure.named or (failure.reached,)]
    before = lines[0]
    for _ in range(LINES_BEFORE):
        before = _line_before(text, before)
        lines.append(before)
    return tuple(dict.fromkeys(line for line in lines if not line.of(text).isspace() and len(line)))


def _line_at(text: str, offset: int) -> Span:
    start = 1 + max(text.rfind(each, 0, offset) for each in _BREAKS)
    ends = [end for each in _BREAKS if (end := text.find(each, offset)) >= 0]
    return Span(start, min(ends, default=len(text)))


def _line_before(text: str, line: Span) -> Span:
    """Return the last line before `line` that is not blank; an empty span if there is none."""
    end = len(text[: line.start].rstrip(_BLANKS))
    return _line_at(text, end) if end else Span(0, 0)

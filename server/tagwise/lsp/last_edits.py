"""Where somebody is writing just now: nothing new is said there until they pause.

Half a name is wrong and half a tag is nowhere, and whoever writes one knows.  What was said there
before goes on being said until it is no longer so.
Does not know rules, nor how findings reach an editor.
"""

import time
from collections.abc import Callable, Iterable
from typing import Final

import attrs

from tagwise.documents.edited import edited
from tagwise.documents.traced import Span
from tagwise.ide.diagnostics.finding import Finding

PAUSE: Final = 1.0
"""Seconds without a change after which what stands there is meant."""


@attrs.frozen
class _Edit:
    """`kept` are the rules that had something to say where it is, before it was made."""

    span: Span
    at: float
    kept: frozenset[str]


class LastEdits:
    """The last edit of each document, and what an editor has been told of it since."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._edits: dict[str, _Edit] = {}
        self._told: dict[str, tuple[Finding, ...]] = {}

    def changed(self, document: str, before: str, after: str) -> None:
        earlier, kept = self._edits.get(document), frozenset[str]()
        if earlier is not None and self._is_fresh(earlier):
            kept = earlier.kept
        was = edited(before, after)
        now = Span(was.start, was.end + len(after) - len(before))
        told = self._told.get(document, ())
        kept |= {each.rule for each in told if _touch(each.span, was)}
        self._edits[document] = _Edit(now, self._clock(), kept)

    def forget(self, document: str) -> None:
        self._edits.pop(document, None)
        self._told.pop(document, None)

    def tell(self, document: str, found: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return what to say of what is found in a document, and remember that it is said."""
        edit = self._edits.get(document)
        if edit is not None and self._is_fresh(edit):
            found = (
                each for each in found if each.rule in edit.kept or not _touch(each.span, edit.span)
            )
        told = self._told[document] = tuple(found)
        return told

    def is_written(self, document: str, span: Span) -> bool:
        """Whether somebody is writing there."""
        edit = self._edits.get(document)
        return edit is not None and self._is_fresh(edit) and _touch(span, edit.span)

    def until_pause(self, document: str) -> float:
        """Return the seconds that are left until a document's last edit is meant."""
        edit = self._edits.get(document)
        return 0.0 if edit is None else max(0.0, edit.at + PAUSE - self._clock())

    def _is_fresh(self, edit: _Edit) -> bool:
        return self._clock() < edit.at + PAUSE


def _touch(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end

"""The cards that were shown last: a pointer that rests on an image asks for the same one again.

Does not know what a card says.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs
from lsprotocol import types

from tagwise.documents.model import Occurrence

if TYPE_CHECKING:
    from tagwise.ide.facts import Answer
    from tagwise.ide.local_facts import LocalState

# Ages are told in minutes at least.
SHOWN_FOR: Final = timedelta(seconds=10)
MOST: Final = 32


@attrs.frozen
class _Shown:
    occurrences: tuple[Occurrence, ...]
    answers: "tuple[Answer | None, ...]"
    local: "tuple[LocalState | None, ...]"
    version: int | None
    at: datetime
    markup: types.MarkupContent

    def is_of(self, occurrences: Sequence[Occurrence]) -> bool:
        pairs = zip(self.occurrences, occurrences, strict=False)
        return len(self.occurrences) == len(occurrences) and all(old is new for old, new in pairs)


@attrs.define
class HoverCards:
    _shown: list[_Shown] = attrs.Factory(list[_Shown])

    def shown(
        self,
        occurrences: Sequence[Occurrence],
        answers: "Sequence[Answer | None]",
        local: "Sequence[LocalState | None]",
        *,
        now: datetime,
        version: int | None,
        make: Callable[[], types.MarkupContent],
    ) -> types.MarkupContent:
        """Return the card of what stands in one place: of a moment ago, or as `make` makes it."""
        answered, here = tuple(answers), tuple(local)
        for shown in self._shown:
            if shown.is_of(occurrences):
                told = (shown.answers, shown.local, shown.version)
                same = told == (answered, here, version)
                if same and timedelta(0) <= now - shown.at < SHOWN_FOR:
                    return shown.markup
                self._shown.remove(shown)
                break
        made = make()
        self._shown.insert(0, _Shown(tuple(occurrences), answered, here, version, now, made))
        del self._shown[MOST:]
        return made

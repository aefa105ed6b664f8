"""Reading YAML again after an edit: only the part of the text that the edit is in.

An entry of a block mapping whose key starts a line is YAML of its own: nothing before it or behind
it changes what its lines say, as long as they can be read alone, as entries with that indentation
(YAML 1.1, 9.3: a block collection ends where the indentation does).  So the lines of the innermost
such entry around the edit are parsed, and their events stand in for what the parser said of them
before.  Wherever that is not so, nothing is said, and the whole text is to be read.
Does not know what the events mean.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Final

import attrs

from tagwise.documents.edited import edited
from tagwise.documents.traced import Span
from tagwise.documents.yaml_events import Events, Failure, Kind, Loader, attempt, is_mapping

# Each edit elsewhere leaves two more; reading all of it now and then keeps them few.
MOST_RUNS: Final = 40
# Of the entries around an edit, how many are tried, the innermost first.
TRIES: Final = 2

# Ends or starts a document wherever it starts a line, or says how the whole text is to be read.
_MARKER: Final = re.compile(r"(?:\A|[\r\n])(?:---|\.\.\.|%)")
_BREAKS: Final = ("\r", "\n")


@attrs.frozen
class Before:
    """A text that was read without an error: its events, and where each collection ends.

    `mask` makes of a text's lines what the parser is shown of them.
    """

    text: str
    masked: str
    events: Events
    ends: Mapping[int, int]
    mask: Callable[[str], str]


@attrs.frozen
class Reread:
    """The edited text.  `is_alike`: the events nest as before, and no anchor has come or gone."""

    masked: str
    events: Events
    is_alike: bool


def reread(before: Before, text: str, loader: Loader) -> Reread | None:
    """Return what `text` says if only an entry of what was read before has been edited."""
    edit = edited(before.text, text)
    if len(before.events.runs) > MOST_RUNS or _has_directive(before.masked):
        return None
    innermost_first = reversed(list(_entries(before, edit)))
    for entry in islice(innermost_first, TRIES):
        if (found := _read(before, text, entry, loader)) is not None:
            return found
    return None


def failure_from(before: Before, shown: str, offset: int, loader: Loader) -> Failure | None:
    """Return where an edited text is broken, if all before `offset` is as it was `before`.

    Read is from the entry before the one in which that is, with the key in whose mapping it stands.
    """
    head, start = _point_before(before, offset)
    failure = attempt(head.of(shown) + shown[start:], loader).failure
    if failure is None:
        return None
    joint, moved = len(head), start - len(head)
    reached, *named = (
        each + (moved if each >= joint else head.start)
        for each in (failure.reached, *failure.named)
    )
    return Failure(reached, tuple(named))


def _point_before(before: Before, offset: int) -> tuple[Span, int]:
    """Return what to read first, and from where on to go on, to read as all of the text is read."""
    whole = Span(0, 0), 0
    if before.events.kinds.count(Kind.DOCUMENT) != 1 or _has_directive(before.masked):
        return whole
    outer = _keys_to(before, 1, offset)
    if not outer:
        return whole
    section = outer[-1]
    value = before.ends.get(section, section) + 1
    inner = _keys_to(before, value, offset)
    if len(inner) > 1:
        start, first = (_line_start(before, each) for each in (section, inner[0]))
        return Span(start, first), _line_start(before, inner[-2])
    if len(outer) > 1:
        return Span(0, 0), _line_start(before, outer[-2])
    return whole


def _keys_to(before: Before, mapping: int, offset: int) -> list[int]:
    """List the keys of a block mapping that start a line, up to that which `offset` is below."""
    events = before.events
    if events.kinds[mapping : mapping + 1] != (Kind.MAPPING,) or events.is_flow(mapping):
        return []
    keys = list(_keys(before, mapping))
    keys = keys[: bisect_right(keys, offset, key=lambda key: _line_start(before, key))]
    are_plain = all(
        _starts_line(before, each) and not _is_block(events, each)
        for each in (*keys[:1], *keys[-2:])
    )
    return keys if are_plain else []


@attrs.frozen
class _Entry:
    """An entry's events `[first:last]`, its lines `[start:end]` and how far they are indented."""

    first: int
    last: int
    start: int
    end: int
    indentation: int


def _read(before: Before, text: str, entry: _Entry, loader: Loader) -> Reread | None:
    grown = len(text) - len(before.text)
    lines = text[entry.start : entry.end + grown]
    shown = before.mask(lines)
    is_moved = bool(shown[: entry.indentation].strip(" "))
    if is_moved or _MARKER.search(shown):
        return None
    read = attempt(shown, loader)
    events = read.events
    if read.failure is not None or not is_mapping(events, entry.indentation):
        return None
    if _ends_open(events, len(shown)):
        return None
    new = events.between(2, len(events) - 1, moved=entry.start)
    old = before.events.between(entry.first, entry.last)
    head = before.events.between(0, entry.first)
    tail = before.events.between(entry.last, len(before.events), moved=grown)
    return Reread(
        before.masked[: entry.start] + shown + before.masked[entry.end :],
        head.followed_by(new).followed_by(tail),
        is_alike=new.kinds == old.kinds and new.anchors == old.anchors,
    )


def _ends_open(events: Events, end: int) -> bool:
    """Whether the last thing is `? key` alone: the parser places its value at what comes next."""
    last = max(index for index, kind in enumerate(events.kinds) if kind is not Kind.CLOSE)
    return events.start(last) == events.end(last) == end


def _entries(before: Before, edit: Span) -> Iterator[_Entry]:
    """List the entries whose lines hold an edit and can be read alone, the outermost first."""
    documents = list(_documents(before.events))
    for number, document in enumerate(documents):
        is_last = number == len(documents) - 1
        mapping, end = document + 1, len(before.text) if is_last else 0
        while (entry := _entry(before, mapping, edit, end)) is not None:
            yield entry
            mapping, end = _value(before, entry), entry.end


def _documents(events: Events) -> Iterator[int]:
    at = -1
    for _ in range(events.kinds.count(Kind.DOCUMENT)):
        at = events.kinds.index(Kind.DOCUMENT, at + 1)
        yield at


def _entry(before: Before, mapping: int, edit: Span, end: int) -> _Entry | None:
    """Return the entry of a mapping that holds the edit; the lines of its last one go to `end`."""
    events = before.events
    is_block = events.kinds[mapping : mapping + 1] == (Kind.MAPPING,) and not events.is_flow(
        mapping
    )
    if not is_block or mapping not in before.ends:
        return None
    keys = list(_keys(before, mapping))
    number = bisect_right(keys, edit.start, key=lambda key: _line_start(before, key)) - 1
    if number < 0:
        return None
    first, last = keys[number], before.ends[mapping]
    if number < len(keys) - 1:
        last = keys[number + 1]
        end = _line_start(before, last)
        if not _starts_line(before, last):
            return None
    start = _line_start(before, first)
    holds = edit.end < end or edit.end == end == len(before.text)
    if not holds or not _starts_line(before, first) or _is_block(events, first):
        return None
    return _Entry(first, last, start, end, events.start(first) - start)


def _is_block(events: Events, key: int) -> bool:
    """Whether a key is a block: the `?` that makes it one stands on a line before."""
    return events.kinds[key] in (Kind.MAPPING, Kind.SEQUENCE) and not events.is_flow(key)


def _keys(before: Before, mapping: int) -> Iterator[int]:
    index, is_key = mapping + 1, True
    while index < before.ends[mapping]:
        if is_key:
            yield index
        index, is_key = before.ends.get(index, index) + 1, not is_key


def _value(before: Before, entry: _Entry) -> int:
    return before.ends.get(entry.first, entry.first) + 1


def _line_start(before: Before, index: int) -> int:
    offset = before.events.start(index)
    return 1 + max(before.masked.rfind(each, 0, offset) for each in _BREAKS)


def _starts_line(before: Before, index: int) -> bool:
    return not before.masked[_line_start(before, index) : before.events.start(index)].strip(" ")


def _has_directive(text: str) -> bool:
    return text.startswith("%") or "\n%" in text or "\r%" in text

"""YAML text to the parser's events, as small values with offsets into the text.

The one module that talks to PyYAML: it chooses libyaml or pure Python, keeps from the parser what
it would stumble over for reasons that are not the author's, and reads as far as the text is YAML.
Does not know how the events nest (`yaml_tree.py`), nor what to do when they end early
(`yaml_recovery.py`).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from itertools import compress
from typing import Final, TypeAlias, overload

import attrs
import yaml

from tagwise.documents.edited import edited

Loader: TypeAlias = "type[yaml.SafeLoader | yaml.CSafeLoader]"
# An event as the parser says it.
Said: TypeAlias = yaml.Event

PURE: Final[Loader] = yaml.SafeLoader
FASTEST: Final[Loader] = yaml.CSafeLoader if yaml.__with_libyaml__ else PURE

MASK: Final = "\N{REPLACEMENT CHARACTER}"

_BOM: Final = "\N{BYTE ORDER MARK}"

# YAML 1.1, "c-printable", without the byte order mark, which the two loaders count differently, and
# without U+0085, U+2028 and U+2029: YAML 1.2 and every editor break no line there (5.4).
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
# Jinja, Helm and their kin: a line of its own says nothing, elsewhere it stands for some text.
_TEMPLATE_LINE: Final = re.compile(
    r"(?<![^\r\n])[ \t]*(?:\{\{[^\r\n]*\}\}|\{%[^\r\n]*%\})[ \t]*(?=[\r\n]|\Z)"
)
_TEMPLATE: Final = re.compile(r"\{\{[^{}\r\n]*\}\}|\{%[^{}\r\n]*%\}")
# A tab between tokens or on a blank line is a blank to libyaml and an error to pure Python; in
# indentation it stays, as it is an error to both.
_TABS: Final = re.compile(r"(?<=\S)[ \t]*\t[ \t]*|(?<![^\r\n])[ \t]*\t[ \t]*(?=[\r\n]|\Z)")
# chr() rejects the first kind, libyaml the second, and neither says so as a YAML error.
_WRONG_ESCAPE: Final = re.compile(
    r"\\U(?!00(?:0[0-9A-Fa-f]|10))[0-9A-Fa-f]{8}|\\u[dD][89A-Fa-f][0-9A-Fa-f]{2}"
)


class Kind(Enum):
    SCALAR = auto()
    ALIAS = auto()
    SEQUENCE = auto()
    MAPPING = auto()
    CLOSE = auto()
    DOCUMENT = auto()


_KINDS: Final[Mapping[type[yaml.Event], Kind]] = {
    yaml.ScalarEvent: Kind.SCALAR,
    yaml.AliasEvent: Kind.ALIAS,
    yaml.SequenceStartEvent: Kind.SEQUENCE,
    yaml.MappingStartEvent: Kind.MAPPING,
    yaml.SequenceEndEvent: Kind.CLOSE,
    yaml.MappingEndEvent: Kind.CLOSE,
    yaml.DocumentStartEvent: Kind.DOCUMENT,
}


@attrs.frozen
class Event:
    """`value` is a scalar's value or an alias's name."""

    kind: Kind
    start: int
    end: int
    value: str = ""
    style: str = ""
    tag: str | None = None
    anchor: str | None = None


class Events(Sequence[Event]):
    """What a parser said, in order.

    Thousands are said and few are looked at, so each is made when it is asked for; `kinds`,
    `anchors` (by index; of an alias the name it refers to) and `value` tell what everyone needs
    without making it.  `runs` are pairs: from the event of that index on, the parser's offsets are
    so many less than the text's.
    """

    def __init__(
        self,
        parsed: tuple[yaml.Event, ...],
        kinds: tuple[Kind, ...],
        anchors: Mapping[int, str],
        runs: Sequence[tuple[int, int]],
    ) -> None:
        self._parsed, self.kinds, self.anchors, self.runs = parsed, kinds, anchors, runs
        self._starts = tuple(start for start, _ in runs)

    @classmethod
    def of(cls, said: Sequence[yaml.Event], shift: int) -> "Events":
        """Keep what matters of what a parser said; its offsets are `shift` less than the text's."""
        kinds = tuple(map(_KINDS.get, map(type, said)))
        parsed = tuple(compress(said, kinds))
        anchors = {
            index: each.anchor
            for index, each in enumerate(parsed)
            if isinstance(each, yaml.NodeEvent) and each.anchor is not None
        }
        return cls(
            parsed, tuple(kind for kind in kinds if kind is not None), anchors, ((0, shift),)
        )

    def between(self, start: int, end: int, *, moved: int = 0) -> "Events":
        """Return the events `[start:end]`, their places `moved`."""
        anchors = {
            index - start: name for index, name in self.anchors.items() if start <= index < end
        }
        first = bisect_right(self._starts, start) - 1
        last = bisect_left(self._starts, end)
        runs = [(max(at - start, 0), by + moved) for at, by in self.runs[first:last]]
        return Events(self._parsed[start:end], self.kinds[start:end], anchors, runs)

    def followed_by(self, other: "Events") -> "Events":
        here = len(self)
        anchors = {**self.anchors, **{at + here: name for at, name in other.anchors.items()}}
        runs = [*self.runs, *((at + here, by) for at, by in other.runs)]
        parsed = self._parsed + other._parsed  # noqa: SLF001 - its own kind
        return Events(parsed, self.kinds + other.kinds, anchors, runs)

    def __len__(self) -> int:
        return len(self._parsed)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Event, ...]: ...
    def __getitem__(self, index: int | slice) -> Event | tuple[Event, ...]:
        if isinstance(index, slice):
            return tuple(self[each] for each in range(*index.indices(len(self))))
        return _event(self.kinds[index], self._parsed[index], self._shift(index))

    def properties(self, index: int) -> tuple[str | None, str | None]:
        """Return a node's tag and its anchor."""
        parsed = self._parsed[index]
        if isinstance(parsed, yaml.ScalarEvent | yaml.CollectionStartEvent):
            return parsed.tag, parsed.anchor
        return None, None

    def style(self, index: int) -> str:
        """Return the first character of a scalar that is not plain."""
        parsed = self._parsed[index]
        return (parsed.style or "") if isinstance(parsed, yaml.ScalarEvent) else ""

    def start(self, index: int) -> int:
        mark = self._parsed[index].start_mark
        return mark.index + self._shift(index) if mark else 0

    def end(self, index: int) -> int:
        mark = self._parsed[index].end_mark
        return mark.index + self._shift(index) if mark else self[index].end

    def value(self, index: int) -> str | None:
        """Return a scalar's value."""
        parsed = self._parsed[index]
        return parsed.value if isinstance(parsed, yaml.ScalarEvent) else None

    def is_flow(self, index: int) -> bool:
        """Whether a collection is written in brackets."""
        parsed = self._parsed[index]
        return isinstance(parsed, yaml.CollectionStartEvent) and bool(parsed.flow_style)

    def _shift(self, index: int) -> int:
        runs = self.runs
        if len(runs) == 1:
            return runs[0][1]
        return runs[bisect_right(self._starts, index % len(self)) - 1][1]


@attrs.frozen
class Failure:
    """Where a text stops being YAML: how far it was read, and the offsets the parser names."""

    reached: int
    named: tuple[int, ...]


@attrs.frozen
class Attempt:
    """The events up to the end, or up to the failure."""

    events: Events
    failure: Failure | None


def masked(text: str) -> str:
    """Return `text`, as long as before, without what would keep a parser from reading it."""
    masked = _UNPRINTABLE.sub(MASK, text)
    if "{{" in text or "{%" in text:
        masked = _TEMPLATE_LINE.sub(lambda match: " " * len(match[0]), masked)
        masked = _TEMPLATE.sub(lambda match: MASK * len(match[0]), masked)
    if "\t" in text:
        masked = _TABS.sub(lambda match: " " * len(match[0]), masked)
    if "\\" in text:
        masked = _WRONG_ESCAPE.sub(lambda match: r"\x20".ljust(len(match[0]), "-"), masked)
    return _BOM + masked[1:] if text.startswith(_BOM) else masked


def remasked(before: str, shown: str, text: str) -> str:
    """Return what masking `text` gives, if masking `before` gave `shown`: a line at a time."""
    if len(before) != len(shown):
        return masked(text)
    edit = edited(before, text)
    start = max(before.rfind(each, 0, edit.start) for each in "\r\n")
    ends = [at for each in "\r\n" if (at := before.find(each, edit.end)) >= 0]
    end = min(ends, default=len(before))
    if start < 0:
        return masked(text)
    return shown[:start] + masked(text[start : end + len(text) - len(before)]) + shown[end:]


def attempt(text: str, loader: Loader) -> Attempt:
    """Read a masked text, from its start to its end or to the first error."""
    shift = int(text.startswith(_BOM))
    parsed: list[yaml.Event] = []
    try:
        _parse(text[shift:], loader, parsed)
    except yaml.MarkedYAMLError as error:
        marks = (error.problem_mark, error.context_mark)
        named = tuple(min(mark.index + shift, len(text)) for mark in marks if mark is not None)
        return Attempt(Events.of(parsed, shift), Failure(max(named, default=0), named))
    except (yaml.YAMLError, ValueError, OverflowError):
        # Numbers in directives go through int(), which has limits of its own.
        events = Events.of(parsed, shift)
        return Attempt(events, Failure(events[-1].end if events else 0, ()))
    return Attempt(Events.of(parsed, shift), None)


def said(kind: Kind, start: int, end: int, value: str = "", style: str = "") -> Said:
    """Return the event that a parser would say of this in flow style."""
    places = (_mark(start), _mark(end))
    match kind:
        case Kind.SCALAR:
            return yaml.ScalarEvent(None, None, (not style, True), value, *places, style or None)
        case Kind.ALIAS:
            return yaml.AliasEvent(value, *places)
        case Kind.SEQUENCE:
            return yaml.SequenceStartEvent(None, None, True, *places, flow_style=True)  # noqa: FBT003 - implicit
        case Kind.MAPPING:
            return yaml.MappingStartEvent(None, None, True, *places, flow_style=True)  # noqa: FBT003 - implicit
        case Kind.CLOSE:
            return yaml.MappingEndEvent(*places)
        case Kind.DOCUMENT:
            return yaml.DocumentStartEvent(*places)


def is_mapping(events: Events, indentation: int) -> bool:
    """Whether the events are those of one block mapping whose first key starts its line."""
    kinds = events.kinds
    return (
        len(kinds) > 3  # noqa: PLR2004 - the document, the mapping, a key, and what it ends with
        and kinds[:2] == (Kind.DOCUMENT, Kind.MAPPING)
        and kinds.count(Kind.DOCUMENT) == 1
        and events.start(1) == events.start(2) == indentation
    )


def _parse(text: str, loader: Loader, parsed: list[yaml.Event]) -> None:
    """Do what `yaml.parse` does, in half the time, keeping what was parsed before an error."""
    parser = loader(text)
    get_event: Callable[[], yaml.Event | None] = parser.get_event  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - the C parser is untyped
    try:
        parsed.extend(iter(get_event, None))
    finally:
        parser.dispose()


def _mark(offset: int) -> yaml.Mark:
    return yaml.Mark("", offset, 0, 0, None, 0)


def _event(kind: Kind, event: yaml.Event, shift: int) -> Event:
    start = event.start_mark.index + shift if event.start_mark else 0
    end = event.end_mark.index + shift if event.end_mark else start
    if isinstance(event, yaml.ScalarEvent):
        return Event(kind, start, end, event.value, event.style or "", event.tag, event.anchor)
    if isinstance(event, yaml.CollectionStartEvent):
        return Event(kind, start, end, "", "", event.tag, event.anchor)
    if isinstance(event, yaml.AliasEvent):
        return Event(kind, start, end, event.anchor or "")
    return Event(kind, start, end)

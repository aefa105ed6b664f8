"""JSON, whole or broken, to the events of a YAML parser: JSON is YAML's flow style.

What is missing is taken to be there, what is in the way is left out: a key needs no value, an entry no
comma, and a word in place of a key says nothing.  In text that is JSON nothing is missing.
Does not know what any key means.
"""

from collections.abc import Sequence
from enum import Enum, auto

import attrs

from tagwise.documents.json_brackets import START, Brackets, brackets_of
from tagwise.documents.json_tokens import ENDS, Mark, Token
from tagwise.documents.traced import Span
from tagwise.documents.yaml_events import Events, Kind, Said, said
from tagwise.documents.yaml_scalars import unescaped

_STYLES = {Mark.STRING: '"', Mark.SINGLE_QUOTED: "'"}
_STRINGS = frozenset((Mark.STRING, Mark.SINGLE_QUOTED, Mark.OPEN_STRING))
_ATOMS = _STRINGS | {Mark.WORD}


def events_of(text: str, tokens: Sequence[Token]) -> Events:
    """Say what the `tokens` of `text` are to a parser; every value at the top is a document."""
    writer = _Writer(text, tokens, brackets_of(tokens, text))
    writer.write()
    return Events.of(writer.said, 0)


class _Next(Enum):
    """What is to come in an object; `MORE` is a comma or its end."""

    KEY = auto()
    VALUE = auto()
    MORE = auto()


@attrs.define
class _Collection:
    """One that has begun; `is_replaceable`: its last value is a word, with nothing behind it."""

    begun_by: int
    is_object: bool
    awaits: _Next = _Next.KEY
    is_replaceable: bool = False


@attrs.define
class _Writer:
    text: str
    tokens: Sequence[Token]
    brackets: Brackets
    said: list[Said] = attrs.field(factory=list[Said])
    around: list[_Collection] = attrs.field(factory=list[_Collection])
    begun: set[int] = attrs.field(factory=set[int])
    at: int = 0

    def write(self) -> None:
        ended_before = self.brackets.ended_before
        self._begin_missing(START)
        for index, token in enumerate(self.tokens):
            for each in ended_before.get(index, ()):
                self._end(each, self._here)
            self._write(index, token)
            self.at = token.end
            self._begin_missing(index)
        while self.around:
            self._end(self.around[-1].begun_by, self._here)

    @property
    def _here(self) -> Span:
        return Span(self.at, self.at)

    def _write(self, index: int, token: Token) -> None:
        mark = token.mark
        span = Span(token.start, token.end)
        if mark in _ATOMS:
            self._write_atom(index, token)
        elif mark in ENDS:
            self._end(self.brackets.begun_by.get(index), span)
        elif mark is Mark.COMMA:
            self._separate()
        elif mark is not Mark.COLON:
            self._begin(index, mark, span)

    def _begin_missing(self, index: int) -> None:
        """Begin what has no bracket that begins it."""
        for each in self.brackets.begun_behind.get(index, ()):
            self._begin(each, ENDS[self.tokens[each].mark], self._here)

    def _begin(self, begun_by: int, mark: Mark, span: Span) -> None:
        """Begin a collection, unless it would be a key: what is in that belongs around it."""
        around = self.around[-1] if self.around else None
        if around is not None and around.is_object:
            if around.is_replaceable:
                self.said.pop()
            elif around.awaits is not _Next.VALUE:
                return
        self._begin_value()
        is_object = mark is Mark.OBJECT
        kind = Kind.MAPPING if is_object else Kind.SEQUENCE
        self.said.append(said(kind, span.start, span.end))
        self.around.append(_Collection(begun_by, is_object))
        self.begun.add(begun_by)

    def _end(self, begun_by: int | None, span: Span) -> None:
        """End a collection with `span`, and before it what is still open in it."""
        while begun_by in self.begun:
            ended = self.around.pop()
            self.begun.discard(ended.begun_by)
            self._end_entry(ended)
            place = span if ended.begun_by == begun_by else self._here
            self.said.append(said(Kind.CLOSE, place.start, place.end))

    def _separate(self) -> None:
        if self.around:
            self._end_entry(self.around[-1])

    def _end_entry(self, collection: _Collection) -> None:
        """Give the last key a value if it has none."""
        if collection.awaits is _Next.VALUE:
            self.said.append(said(Kind.SCALAR, self.at, self.at))
        collection.awaits = _Next.KEY
        collection.is_replaceable = False

    def _begin_value(self) -> None:
        if not self.around:
            self.said.append(said(Kind.DOCUMENT, self.at, self.at))
        elif self.around[-1].is_object:
            self.around[-1].awaits = _Next.MORE
            self.around[-1].is_replaceable = False

    def _write_atom(self, index: int, token: Token) -> None:
        is_named = self._mark(index + 1) is Mark.COLON
        if is_named and self.around and not self.around[-1].is_object:
            self._end_list_without_end()
        around = self.around[-1] if self.around else None
        if around is None or not around.is_object:
            self._begin_value()
            self._say(token)
        elif around.awaits is _Next.VALUE and not is_named:
            self._say(token)
            around.awaits = _Next.MORE
            around.is_replaceable = token.mark is Mark.WORD
        elif is_named or token.mark in _STRINGS:
            # A string alone is a key that is being written.
            self._end_entry(around)
            self._say(token)
            around.awaits = _Next.VALUE

    def _end_list_without_end(self) -> None:
        """End a list that nothing closes, where a key stands."""
        if (begun_by := self.around[-1].begun_by) not in self.brackets.closed:
            self._end(begun_by, self._here)

    def _mark(self, index: int) -> Mark | None:
        return self.tokens[index].mark if index < len(self.tokens) else None

    def _say(self, token: Token) -> None:
        start, end, style = token.start, token.end, _STYLES.get(token.mark, "")
        if token.mark in _STRINGS:
            # What is not closed is said as it is written behind its quote.
            written = Span(start + 1, end - 1 if style else end).of(self.text)
            value = unescaped(written) if "\\" in written else written
            start += not style
        else:
            value = self.text[start:end]
        self.said.append(said(Kind.SCALAR, start, end, value, style))

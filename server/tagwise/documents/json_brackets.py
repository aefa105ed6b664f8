"""Which brackets of a JSON text belong together, also where some are missing.

In JSON every bracket has its partner, and that is all there is to say.  In a text that is being edited
one is missing, or one too many: there, those on one line belong together, and one that begins a line ends
the nearest that is indented as far as that line.  What is left without a partner ends, or begins, where
the indentation does, so that what is on other lines keeps its place.
Does not know what is between them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

import attrs

from tagwise.documents.json_tokens import ENDS, Mark, Token

START: Final = -1
_BEGINS: Final = frozenset(ENDS.values())


@attrs.frozen(slots=False)
class Brackets:
    """By tokens' indices.

    `begun_by` is each closing bracket's opening one, or itself if that is missing; one that is not
    in it means nothing.  `ended_before` are the opening ones that end before a token without being
    closed, `begun_behind` the closing ones of what begins behind a token, or at the `START`.
    """

    begun_by: Mapping[int, int]
    ended_before: Mapping[int, Sequence[int]] = attrs.field(factory=dict[int, Sequence[int]])
    begun_behind: Mapping[int, Sequence[int]] = attrs.field(factory=dict[int, Sequence[int]])

    @cached_property
    def closed(self) -> frozenset[int]:
        """What begins something that a bracket ends."""
        return frozenset(self.begun_by.values())


def brackets_of(tokens: Sequence[Token], text: str) -> Brackets:
    """Pair the brackets among the tokens of `text`."""
    return _balanced(tokens) or _mended(list(_lines(tokens, text)))


def _balanced(tokens: Sequence[Token]) -> Brackets | None:
    begun_by: dict[int, int] = {}
    around: list[int] = []
    for index, token in enumerate(tokens):
        if token.mark in _BEGINS:
            around.append(index)
        elif token.mark in ENDS:
            if not around or tokens[around[-1]].mark is not ENDS[token.mark]:
                return None
            begun_by[index] = around.pop()
    return None if around else Brackets(begun_by)


@attrs.frozen
class _Bracket:
    """A bracket that begins something of its `kind`, or ends it; `leads`: no value is before it."""

    index: int
    kind: Mark
    begins: bool
    leads: bool


@attrs.frozen
class _Line:
    """A line with the indices of its tokens `[first:last]`."""

    indentation: int
    first: int
    last: int
    brackets: tuple[_Bracket, ...]


def _lines(tokens: Sequence[Token], text: str) -> Iterator[_Line]:
    first, indentation, end = 0, 0, 0
    for index, token in enumerate(tokens):
        start = max(text.rfind(each, end, token.start) for each in "\r\n") + 1
        if not index or start:
            if index:
                yield _Line(indentation, first, index, tuple(_brackets(tokens, first, index)))
            before = text[start : token.start]
            first, indentation = index, len(before) - len(before.lstrip(" \t"))
        end = token.end
    if tokens:
        last = len(tokens)
        yield _Line(indentation, first, last, tuple(_brackets(tokens, first, last)))


def _brackets(tokens: Sequence[Token], first: int, last: int) -> Iterator[_Bracket]:
    leads = True
    for index in range(first, last):
        mark = tokens[index].mark
        if mark in _BEGINS:
            yield _Bracket(index, mark, begins=True, leads=leads)
        elif mark in ENDS:
            yield _Bracket(index, ENDS[mark], begins=False, leads=leads)
        leads = leads and (mark in ENDS or mark is Mark.COMMA)


def _mended(lines: Sequence[_Line]) -> Brackets:
    begun_by = _by_indentation(lines)
    begun_by |= _by_order(lines, begun_by)
    single = frozenset(
        bracket.index
        for line in lines
        for bracket in line.brackets
        if bracket.index not in begun_by
    ).difference(begun_by.values())
    return _completed(lines, begun_by, single)


def _by_indentation(lines: Sequence[_Line]) -> dict[int, int]:
    """Pair the brackets on one line, and those that begin a line with one as far indented."""
    begun_by: dict[int, int] = {}
    stack = _Stack()
    whole = _whole(lines)
    for line in lines:
        for bracket in line.brackets:
            if bracket.index in whole:
                continue
            if bracket.begins:
                stack.push(bracket, line)
            elif (partner := stack.partner(bracket, line)) is not None:
                begun_by[bracket.index] = partner
                stack.pop(partner)
    if whole:
        first, last = whole
        begun_by[last] = first
    return begun_by


def _whole(lines: Sequence[_Line]) -> tuple[int, ...]:
    """Return the brackets around all of the text, if it begins and ends with some that belong so."""
    first, last = (list(lines[each].brackets) for each in (0, -1)) if lines else ([], [])
    if not first or not last or lines[0].indentation != lines[-1].indentation:
        return ()
    begin, end = first[0], last[-1]
    is_around = begin.index == lines[0].first and end.index == lines[-1].last - 1
    is_pair = begin.begins and not end.begins and begin.kind is end.kind
    return (begin.index, end.index) if is_around and is_pair and end.leads else ()


@attrs.define
class _Stack:
    """What has begun, also by kind and by how far it is indented."""

    around: list[tuple[int, Mark, int]] = attrs.field(factory=list[tuple[int, Mark, int]])
    by_kind: dict[Mark, list[int]] = attrs.field(factory=lambda: defaultdict[Mark, list[int]](list))
    by_place: dict[tuple[Mark, int], list[int]] = attrs.field(
        factory=lambda: defaultdict[tuple[Mark, int], list[int]](list)
    )

    def push(self, bracket: _Bracket, line: _Line) -> None:
        self.around.append((bracket.index, bracket.kind, line.indentation))
        self.by_kind[bracket.kind].append(bracket.index)
        self.by_place[bracket.kind, line.indentation].append(bracket.index)

    def partner(self, bracket: _Bracket, line: _Line) -> int | None:
        nearest = self.by_kind[bracket.kind][-1:]
        if nearest and nearest[0] >= line.first:
            return nearest[0]
        if not bracket.leads:
            return None
        return next(reversed(self.by_place[bracket.kind, line.indentation]), None)

    def pop(self, index: int) -> None:
        """Take off what has begun, down to this."""
        last = -1
        while last != index:
            last, kind, indentation = self.around.pop()
            self.by_kind[kind].pop()
            self.by_place[kind, indentation].pop()


@attrs.define
class _Above:
    """The lines above one that are less indented than all between, the nearest last."""

    lines: list[_Line] = attrs.field(factory=list[_Line])

    def under(self, line: _Line) -> _Line | None:
        """Return the line that is as far indented, if all between are further; drop those."""
        while self.lines and self.lines[-1].indentation > line.indentation:
            self.lines.pop()
        is_aligned = bool(self.lines) and self.lines[-1].indentation == line.indentation
        return self.lines[-1] if is_aligned else None

    def add(self, line: _Line) -> None:
        """Put a line behind those `under` has left."""
        if self.lines and self.lines[-1].indentation == line.indentation:
            self.lines.pop()
        self.lines.append(line)


def _by_order(lines: Sequence[_Line], begun_by: Mapping[int, int]) -> dict[int, int]:
    """Pair what is left over between the brackets that belong together, the nearest of a kind."""
    found: dict[int, int] = {}
    paired = frozenset(begun_by.values())
    around: list[_Bracket] = []
    for bracket in (each for line in lines for each in line.brackets):
        if bracket.begins:
            around.append(bracket)
        elif bracket.index in begun_by:
            while around.pop().index != begun_by[bracket.index]:
                pass
        elif around and around[-1].index not in paired and around[-1].kind is bracket.kind:
            found[bracket.index] = around.pop().index
    return found


def _completed(
    lines: Sequence[_Line], begun_by: dict[int, int], single: frozenset[int]
) -> Brackets:
    """Let what a `single` bracket begins end, and what one ends begin, by the indentation."""
    ended_before = defaultdict[int, list[int]](list)
    begun_behind = defaultdict[int, list[int]](list)
    begun: list[tuple[int, int]] = []
    above = _Above()
    for line in lines:
        while begun and begun[-1][0] >= line.indentation:
            ended_before[line.first].append(begun.pop()[1])
        aligned = above.under(line)
        for bracket in line.brackets:
            if bracket.index not in single:
                continue
            if bracket.begins:
                # What the text begins with goes on to its end.
                begun += [(line.indentation, bracket.index)] if bracket.index else []
            elif bracket.leads and (aligned is not None or not above.lines):
                begun_behind[aligned.last - 1 if aligned else START].append(bracket.index)
                begun_by[bracket.index] = bracket.index
        above.add(line)
    return Brackets(begun_by, ended_before, begun_behind)

"""Shell patterns: `${V#pattern}`, `${V%pattern}`, `${V/pattern/replacement}`.

`*` stands for any characters, `?` for one; there are no brackets (BuildKit's
frontend/dockerfile/shell/lex.go, `convertShellPatternToRegex`).  What BuildKit leaves to a regular
expression is done by hand: between two stars the earliest match is as good as any later one, so
nothing is ever tried twice.
Does not know where the text comes from.
"""

from collections.abc import Iterable
from typing import Final, Self

import attrs

_STAR: Final = "*"
# In a segment: any one character.  No text that a build can read holds a NUL.
_ANY: Final = "\0"
_ESCAPABLE: Final = frozenset("*?\\}/")


@attrs.frozen
class Pattern:
    """A pattern as the segments between its stars."""

    segments: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read a pattern; None if a backslash stands before what needs none."""
        segments = [""]
        characters = iter(text)
        for character in characters:
            if character == _STAR:
                segments.append("")
            elif character == "?":
                segments[-1] += _ANY
            elif character != "\\":
                segments[-1] += character
            elif (escaped := next(characters, "")) in _ESCAPABLE:
                segments[-1] += escaped
            else:
                return None
        return cls(tuple(segments))

    def match(self, text: str, start: int, *, greedy: bool) -> int | None:
        """Return where the match at `start` ends: the furthest such place, or the nearest."""
        first, *others = self.segments
        if not _fits(first, text, start):
            return None
        end = start + len(first)
        for index, segment in enumerate(others):
            last = greedy and index == len(others) - 1
            found = _find_last(segment, text, end) if last else _find(segment, text, end)
            if found is None:
                return None
            end = found
        return end

    def search(self, text: str, start: int) -> tuple[int, int] | None:
        """Return the first match from `start` on, as long as can be.

        Where the rest does not match after the first segment's first place, it does not after
        any other.
        """
        end = _find(self.segments[0], text, start)
        if end is None:
            return None
        first = end - len(self.segments[0])
        matched = self.match(text, first, greedy=True)
        return None if matched is None else (first, matched)


def without_prefix(text: str, pattern: Pattern, *, greedy: bool) -> str:
    end = pattern.match(text, 0, greedy=greedy)
    return text if end is None else text[end:]


def without_suffix(text: str, pattern: Pattern, *, greedy: bool) -> str:
    backwards = Pattern(tuple(segment[::-1] for segment in pattern.segments[::-1]))
    return without_prefix(text[::-1], backwards, greedy=greedy)[::-1]


def replaced(text: str, pattern: Pattern, replacement: str, *, everywhere: bool) -> str:
    """Replace the first match, or every one (Go's regexp, `ReplaceAllString`)."""
    parts: list[str] = []
    at = copied = 0
    while at <= len(text) and (found := pattern.search(text, at)):
        start, end = found
        parts.append(text[copied:start])
        if end > copied or start == 0:
            parts.append(replacement)
        copied = end
        if not everywhere:
            break
        at = max(at + 1, end)
    return "".join((*parts, text[copied:]))


def _fits(segment: str, text: str, at: int) -> bool:
    if _ANY not in segment:
        return text.startswith(segment, at)
    return len(segment) <= len(text) - at and all(
        wanted in {_ANY, text[at + index]} for index, wanted in enumerate(segment)
    )


def _find(segment: str, text: str, start: int) -> int | None:
    """Return the end of the segment's first place at or after `start`."""
    if _ANY not in segment:
        at = text.find(segment, start)
        return at + len(segment) if at >= 0 else None
    return _first_end(segment, text, range(start, len(text) - len(segment) + 1))


def _find_last(segment: str, text: str, start: int) -> int | None:
    if _ANY not in segment:
        at = text.rfind(segment, start)
        return at + len(segment) if at >= 0 else None
    return _first_end(segment, text, range(len(text) - len(segment), start - 1, -1))


def _first_end(segment: str, text: str, places: Iterable[int]) -> int | None:
    return next((at + len(segment) for at in places if _fits(segment, text, at)), None)

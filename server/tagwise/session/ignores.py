"""What a `.gitignore` says of a path (gitignore(5)).

A path is asked about on its own: whoever walks a folder does not enter what is ignored, so no rule
has to be applied to what lies below.  Does not know how files are found.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import translate
from typing import Final

import attrs

_BLANKS_AT_END: Final = re.compile(r"(?<!\\) +\Z")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ANYTHING: Final = re.compile(r".+", re.DOTALL)
_NOTHING: Final = re.compile(r"(?!)")

_Segment = re.Pattern[str] | None
"""What one folder's or file's name must be; None (`**`) is any number of folders."""


@attrs.frozen
class _Rule:
    ignores: bool
    folders_only: bool
    segments: tuple[_Segment, ...]

    def applies_to(self, names: Sequence[str], *, is_folder: bool) -> bool:
        return (is_folder or not self.folders_only) and _matches(self.segments, names)


@attrs.frozen
class IgnoreRules:
    """The rules of one file, in its order."""

    rules: tuple[_Rule, ...]

    _last_names: re.Pattern[str]

    @classmethod
    def read(cls, text: str) -> "IgnoreRules":
        """Read the text of a file; a rule that means nothing is passed over."""
        lines = text.removeprefix("\ufeff").split("\n")
        rules = tuple(rule for line in lines for rule in _rule(line.removesuffix("\r")))
        return cls(rules, _any_of(rule.segments[-1] for rule in rules))

    def may_name(self, name: str) -> bool:
        """Whether a rule may say something of a file or folder of that name, wherever it is."""
        return self._last_names.match(name) is not None

    def verdict(self, names: Sequence[str], *, is_folder: bool) -> bool | None:
        """Whether the path below the file's folder is ignored; None where no rule says."""
        for rule in reversed(self.rules):
            if rule.applies_to(names, is_folder=is_folder):
                return rule.ignores
        return None


def _rule(line: str) -> Iterator[_Rule]:
    line = _BLANKS_AT_END.sub("", line)
    if line.startswith("#"):
        return
    ignores = not line.startswith("!")
    pattern = line if ignores else line[1:]
    names = pattern.rstrip("/")
    if not names:
        return
    anchored = "/" in names
    parts = names.removeprefix("/").split("/")
    segments = [_segment(part) for part in parts] if anchored else [None, _name(names)]
    if segments[-1] is None:
        segments.append(_ANYTHING)
    yield _Rule(ignores, pattern != names, tuple(segments))


def _any_of(segments: Iterable[_Segment]) -> re.Pattern[str]:
    """Match what one of the segments does."""
    patterns = dict.fromkeys((each or _ANYTHING).pattern for each in segments)
    return re.compile("|".join(patterns) or _NOTHING.pattern, re.DOTALL)


def _segment(part: str) -> _Segment:
    return None if part == "**" else _name(part)


def _name(glob: str) -> re.Pattern[str]:
    """Compile a name with `*`, `?` and `[…]`, in git's spelling."""
    return re.compile(translate(_ESCAPE.sub(_literally, glob).replace("[^", "[!")))


def _literally(escape: re.Match[str]) -> str:
    return f"[{escape[1]}]" if escape[1] in "*?[" else escape[1]


def _matches(segments: Sequence[_Segment], names: Sequence[str]) -> bool:
    """Match from the left; only the last `**` ever has to take more."""
    at = position = 0
    wild: tuple[int, int] | None = None
    while position < len(names):
        segment = segments[at] if at < len(segments) else _NOTHING
        if segment is None:
            at += 1
            wild = (at, position)
        elif segment.match(names[position]):
            at, position = at + 1, position + 1
        elif wild is not None:
            wild = (wild[0], wild[1] + 1)
            at, position = wild
        else:
            return False
    return all(segment is None for segment in segments[at:])

r"""Lines and characters: offsets (code points) to and from what people and protocols count.

Lines end at `\n`, `\r\n` and `\r` alone (LSP 3.17, "Text Documents"), never at form feeds, U+0085
or U+2028.  The one place that counts them.  Does not know any protocol.
"""

import re
from bisect import bisect_right
from enum import Enum
from itertools import accumulate
from typing import Final

_LINE_END: Final = re.compile(r"\r\n|\n|\r")


class Unit(Enum):
    """What a line's characters are counted in."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    CODE_POINT = "utf-32"


class LineIndex:
    """The lines of `text`, zero-based; characters in `unit`."""

    def __init__(self, text: str, unit: Unit) -> None:
        self._text = text
        self._unit = unit
        self._starts = _starts(text)

    def line_and_character(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset) - 1
        return line, self._units(self._text[self._starts[line] : offset])

    def offset(self, line: int, character: int) -> int:
        """Return the offset; what lies beyond a line's end counts as its end."""
        if line >= len(self._starts):
            return len(self._text)
        start = self._starts[line]
        content = self.line(line)
        if self._unit is Unit.CODE_POINT or content.isascii():
            return start + min(character, len(content))
        units = 0
        for index, each in enumerate(content):
            if units >= character:
                return start + index
            units += self._units(each)
        return start + len(content)

    def line(self, line: int) -> str:
        """Return a line's text without its end."""
        last = line + 1 == len(self._starts)
        end = len(self._text) if last else self._starts[line + 1]
        return _LINE_END.sub("", self._text[self._starts[line] : end])

    def _units(self, text: str) -> int:
        if self._unit is Unit.CODE_POINT or text.isascii():
            return len(text)
        if self._unit is Unit.UTF16:
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        return len(text.encode("utf-8", "surrogatepass"))


def _starts(text: str) -> list[int]:
    if "\r" in text:
        return [0, *(match.end() for match in _LINE_END.finditer(text))]
    # As every line ends alike, which is told in a third of the time: each keystroke waits for it.
    lengths = (len(line) + 1 for line in text.split("\n"))
    return list(accumulate(lengths, initial=0))[:-1]

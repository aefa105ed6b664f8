"""A logical line as keyword, flags, words and a mount's fields.

Follows BuildKit's frontend/dockerfile/parser/split_command.go and line_parsers.go: quotes mean
something to the flag splitter and to `ARG`, nothing to `FROM`; its escape character is always the
backslash in flags.
The line has no blanks at its end.  Does not know which keywords and flags there are.
"""

import re
from typing import Final

from tagwise.documents.dockerfile.written import SPACES, Written

# What lies between the words of an instruction (parser.go, `reWhitespace`).
_BLANKS: Final = r"\t\v\f\r "
_KEYWORD: Final = re.compile(rf"[{SPACES}]*([^{_BLANKS}]*)[{_BLANKS}]*")
_WORD: Final = re.compile(f"[^{_BLANKS}]+")
_SPACES: Final = re.compile(f"[{SPACES}]*")
_PLAIN_FLAG: Final = re.compile(rf"[^\\'\"{SPACES}]++(?=[{SPACES}]|\Z)")
_PLAIN_IN_FLAG: Final = {
    "": re.compile(rf"[^\\'\"{SPACES}]+"),
    "'": re.compile(r"[^\\']+"),
    '"': re.compile(r'[^\\"]+'),
}
_QUOTED_WORD: Final = {
    escape: re.compile(
        rf"(?:[^{SPACES}'\"{re.escape(escape)}]++"
        rf"|'[^']*+(?:'|\Z)"
        rf'|"(?:[^"{re.escape(escape)}]|{re.escape(escape)}.)*+(?:"|(?={re.escape(escape)}?\Z))'
        rf"|{re.escape(escape)}.)+",
        re.DOTALL,
    )
    for escape in "\\`"
}


def split_keyword(line: Written, at: int) -> tuple[str, int]:
    """Return the first word from `at` on, in lower case, and where the rest starts."""
    match = _KEYWORD.match(line.text, at)
    return (match[1].lower(), match.end()) if match else ("", at)


def split_flags(line: Written, at: int) -> tuple[tuple[Written, ...], int]:
    """Read the words that start with `--`, without quotes and escapes, and where the rest starts."""
    flags: list[Written] = []
    while True:
        at = _skip_spaces(line.text, at)
        if not line.text.startswith("--", at):
            return tuple(flags), at
        flag, at = _flag(line, at)
        if flag.text == "--":
            return tuple(flags), _skip_spaces(line.text, at)
        flags.append(flag)


def split_words(line: Written, at: int) -> tuple[Written, ...]:
    """Split at blanks, whatever quotes there are (`parseStringsWhitespaceDelimited`)."""
    return tuple(line.cut(*match.span()) for match in _WORD.finditer(line.text, at))


def split_quoted_words(line: Written, at: int, escape: str) -> tuple[Written, ...]:
    """Split at blanks outside quotes and escapes, which stay (`parseWords`).

    Only an escape character with nothing behind it does not.
    """
    words = _QUOTED_WORD[escape].finditer(line.text, at)
    return tuple(line.cut(*match.span()) for match in words)


def split_fields(value: Written) -> tuple[Written, ...]:
    """Split a mount's description as Go's encoding/csv does, and forgive what that refuses."""
    fields: list[Written] = []
    at = 0
    while at <= len(value.text):
        if value.text.startswith('"', at):
            field, at = _quoted_field(value, at + 1)
        else:
            end = value.text.find(",", at)
            end = end if end >= 0 else len(value.text)
            field, at = value.cut(at, end), end + 1
        fields.append(field)
    return tuple(fields)


def _skip_spaces(text: str, at: int) -> int:
    match = _SPACES.match(text, at)
    return match.end() if match else at


def _flag(line: Written, start: int) -> tuple[Written, int]:
    """Read one flag; returns where it ends, too."""
    text, at, quote = line.text, start, ""
    whole = _PLAIN_FLAG.match(text, start)
    if whole is not None:
        return line.cut(*whole.span()), whole.end()
    parts = line.runs(start, start)
    while at < len(text):
        if match := _PLAIN_IN_FLAG[quote].match(text, at):
            parts += line.runs(at, match.end())
            at = match.end()
        elif text[at] == "\\":
            parts += line.runs(at + 1, max(at + 1, min(at + 2, len(text))))
            at += 2
        elif text[at] == quote:
            quote = ""
            at += 1
        elif text[at] in "'\"":
            quote = text[at]
            at += 1
        else:
            break
    return Written.join(parts), min(at, len(text))


def _quoted_field(value: Written, start: int) -> tuple[Written, int]:
    """Read a field behind its opening quote; returns where the next one starts, too."""
    parts = value.runs(start, start)
    text, at = value.text, start
    while True:
        end = text.find('"', at)
        if end < 0:
            parts += value.runs(at, len(text))
            return Written.join(parts), len(text) + 1
        parts += value.runs(at, end)
        if not text.startswith('""', end):
            comma = text.find(",", end)
            return Written.join(parts), (comma if comma >= 0 else len(text)) + 1
        parts += value.runs(end, end + 1)
        at = end + 2

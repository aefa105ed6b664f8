"""Here-documents: which an instruction announces, and where their bodies end.

Follows BuildKit's frontend/dockerfile/parser/parser.go (`heredocsFromLine`, `heredocFromMatch`).
There the escape character is always the backslash.
Does not know what a body says: nothing inside one is a reference.
"""

import re
from collections.abc import Iterator
from typing import Final

import attrs

from tagwise.documents.dockerfile.command_line import split_flags, split_keyword
from tagwise.documents.dockerfile.words import Escaped, Malformed, Quoted, Word, read_word
from tagwise.documents.dockerfile.written import SPACES, Written

_KEYWORDS: Final = frozenset({"add", "copy", "run"})
_HEREDOC: Final = re.compile(rf"[0-9]*<<(?P<chomps>-?)[{SPACES}]*(?P<word>[^<]+)")
# What separates words.  Blanks behind `<<` do not (shell/lex.go, `processPossibleHeredoc`).
_SEPARATOR: Final = re.compile(rf"(?P<arrows><<[{SPACES}]*)|[{SPACES}]+")
_STRING: Final = r'[ \t\r\n]*+"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*+"[ \t\r\n]*+'
_STRINGS: Final = re.compile(rf"\[(?:[ \t\r\n]*+|{_STRING}(?:,{_STRING})*+)\]")


@attrs.frozen
class Heredoc:
    name: str
    chomps: bool

    def body_end(self, text: str, start: int) -> int:
        """Return where the line after the terminator starts; the text's end if there is none."""
        at = start
        while at < len(text):
            end = text.find("\n", at) + 1 or len(text)
            line = text[at:end].rstrip("\r\n")
            at = end
            if (line.lstrip("\t") if self.chomps else line) == self.name:
                break
        return at


def heredocs_of(line: Written) -> tuple[Heredoc, ...]:
    """List what an instruction's line announces, in order."""
    if "<<" not in line.text:
        return ()
    keyword, at = split_keyword(line, 0)
    if keyword == "onbuild":
        keyword, at = split_keyword(line, split_flags(line, at)[1])
    if keyword not in _KEYWORDS or _is_list(line.text[split_flags(line, at)[1] :]):
        return ()
    word = read_word(line.text, "\\")
    if isinstance(word, Malformed):
        return ()
    found = (_heredoc(each) for each in _words(line.text, word))
    return tuple(heredoc for heredoc in found if heredoc is not None)


def _is_list(arguments: str) -> bool:
    """Whether they are a JSON list of strings, which holds no here-document."""
    return _STRINGS.fullmatch(arguments.strip(SPACES)) is not None


def _words(text: str, word: Word) -> Iterator[str]:
    """Split at blanks outside quotes and escapes; everything else stays as written."""
    current: list[str] = []
    for node in word:
        if isinstance(node, Quoted | Escaped):
            current.append(text[node.start : node.end])
            continue
        at = node.start
        for separator in _SEPARATOR.finditer(text, node.start, node.end):
            current.append(text[at : separator.start()])
            at = separator.end()
            if separator["arrows"] is not None:
                current.append(separator["arrows"])
            else:
                yield "".join(current)
                current = []
        current.append(text[at : node.end])
    yield "".join(current)


def _heredoc(written: str) -> Heredoc | None:
    match = _HEREDOC.fullmatch(written)
    if match is None:
        return None
    text = match["word"]
    word = read_word(text, "\\")
    if isinstance(word, Malformed):
        return None
    name = _unquoted(text, word)
    return Heredoc(name, bool(match["chomps"])) if name else None


def _unquoted(text: str, word: Word) -> str:
    """Return what the word says without its quotes; its variables stay."""
    parts: list[str] = []
    for node in word:
        match node:
            case Quoted():
                parts.append(_unquoted(text, node.word))
            case Escaped():
                parts.append(text[node.start + 1 : node.end])
            case _:
                parts.append(text[node.start : node.end])
    return "".join(parts)

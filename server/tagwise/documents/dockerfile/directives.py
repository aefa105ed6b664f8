"""Parser directives: `# syntax=`, `# escape=` and `# check=`, at the very top of a Dockerfile.

Two readers in BuildKit (frontend/dockerfile/parser): parser.go looks for `escape` line by line,
indented or not; directives.go, `parseDirective`, looks for the others in lines that start with
`#`, behind a shebang if there is one, and for `syntax` alone also in `//` comments and in a text
that is a JSON object.
Does not know what a directive's value means.
"""

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

import attrs

from tagwise.documents.dockerfile.written import SPACES
from tagwise.documents.traced import Span

DEFAULT_ESCAPE: Final = "\\"

_KEYS: Final = frozenset({"syntax", "escape", "check"})
_BYTE_ORDER_MARK: Final = "\ufeff"
_BLANKS: Final = "\t\n\f\r "
_SHEBANG: Final = re.compile(r"#![^\n]*\n?")
_ASSIGNMENT: Final = re.compile(rf"(?P<key>[A-Za-z][A-Za-z0-9]*)[{_BLANKS}]*+=(?=.)", re.DOTALL)
_JSON_TOKEN: Final = re.compile(r'"(?P<string>(?:[^"\\\n]|\\[^\n])*+)"?|[{}\[\]:]')


@attrs.frozen
class Directive:
    """`key` is in lower case; `indented`: something stands before the comment's sign."""

    key: str
    value: Span
    indented: bool


@attrs.frozen
class Directives:
    """`start` is where the first line begins; `repeated` holds those that a build stops at."""

    start: int
    escape: str
    syntax: Span | None
    check: Span | None
    repeated: tuple[Directive, ...]


def read_directives(text: str) -> Directives:
    start = len(_BYTE_ORDER_MARK) if text.startswith(_BYTE_ORDER_MARK) else 0
    shebang = _SHEBANG.match(text, start)
    block = shebang.end() if shebang else start
    found = tuple(_block(text, block, "#"))
    values = {each.key: each.value for each in reversed(found)}
    flush = {each.key: values[each.key] for each in takewhile(_is_flush, found)}
    escape = values["escape"].of(text) if "escape" in values and not shebang else DEFAULT_ESCAPE
    return Directives(
        start,
        escape if escape in {"\\", "`"} else DEFAULT_ESCAPE,
        _first_word(text, flush.get("syntax")) or _other_syntax(text, block),
        _first_word(text, flush.get("check")),
        tuple(each for each in found if each.value != values[each.key]),
    )


def _is_flush(directive: Directive) -> bool:
    return not directive.indented


def _block(text: str, start: int, comment: str) -> Iterator[Directive]:
    """Yield the directives up to the first line that is none."""
    at = start
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        directive = _directive(text[at:end].rstrip("\r\n"), at, comment)
        if directive is None:
            return
        yield directive
        at = end


def _directive(line: str, offset: int, comment: str) -> Directive | None:
    content = line.lstrip(SPACES)
    if not content.startswith(comment):
        return None
    body = content[len(comment) :].lstrip(SPACES)
    match = _ASSIGNMENT.match(body)
    if match is None or match["key"].lower() not in _KEYS:
        return None
    value = body[match.end() :].lstrip(_BLANKS)
    start = offset + len(line) - len(value)
    span = Span(start, start + len(value.rstrip(_BLANKS)))
    return Directive(match["key"].lower(), span, indented=content is not line)


def _first_word(text: str, value: Span | None) -> Span | None:
    """BuildKit cuts the value at its first space."""
    if value is None:
        return None
    space = text.find(" ", value.start, value.end)
    return Span(value.start, space) if space >= 0 else value


def _other_syntax(text: str, start: int) -> Span | None:
    for directive in _block(text, start, "//"):
        if directive.indented:
            break
        if directive.key == "syntax":
            return _first_word(text, directive.value)
    return _json_syntax(text, start) if text[start:].lstrip().startswith("{") else None


def _json_syntax(text: str, start: int) -> Span | None:
    """Return where the top level's last `syntax` has its value, unless that has escapes."""
    depth = 0
    last: tuple[str, str] = ("", "")
    found: Span | None = None
    for token in _JSON_TOKEN.finditer(text, start):
        string = token["string"]
        if string is not None and depth == 1 and last == ("syntax", ":") and "\\" not in string:
            found = Span(*token.span("string"))
        depth += (token[0] in "{[") - (token[0] in "}]")
        last = (last[1], token[0]) if string is None else (last[1], string)
    return found

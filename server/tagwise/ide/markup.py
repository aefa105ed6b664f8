"""Cards: what a feature says, as data, and how it reads as Markdown and as plain text.

A card is paragraphs and tables of a few kinds of words.  Whatever a registry or a file says is
hostile until it is rendered here: as Markdown it is text, never a link, an image, HTML or a command
(REGISTRIES.md, section 4); control and bidirectional characters are shown as blanks everywhere.
Does not know what the words mean, nor which rendering an editor asked for.
"""

import re
import unicodedata
from typing import Final, assert_never
from urllib.parse import quote, urlsplit

import attrs

WIDTH: Final = 80

# What could start anything in CommonMark or GFM, and no more: some editors show the backslashes.
# The last three: addresses that GFM makes links of by itself, and what starts a block.
_MARKDOWN_SPECIAL: Final = re.compile(
    r"[\\`*_\[\]<>&|~@]|:(?=//)|(?<=[wW]{3})\.|^\s*[#+=-]|(?<=\d)[.)](?=\s)"
)
_HIDDEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
_URL_SAFE: Final = "/:?&=#%+,;@!$*~._-"


@attrs.frozen
class Text:
    text: str


@attrs.frozen
class Strong:
    text: str


@attrs.frozen
class Code:
    text: str


@attrs.frozen
class Link:
    """`url` must come from `web_link`, or be one of our own."""

    text: str
    url: str


Word = Text | Strong | Code | Link


@attrs.frozen
class Paragraph:
    """Lines that belong together, each a sequence of words set without blanks of their own."""

    lines: tuple[tuple[Word, ...], ...]


@attrs.frozen
class Table:
    """The first column is set left, the others right."""

    header: tuple[str, ...]
    rows: tuple[tuple[tuple[Word, ...], ...], ...]


Block = Paragraph | Table


@attrs.frozen
class Card:
    blocks: tuple[Block, ...]


def web_link(url: str) -> tuple[str, str] | None:
    """Return what to show and the safe form of a web address, or None if it is not one.

    Only http and https, without user information; what is shown starts with the host.
    """
    try:
        parts = urlsplit(clean(url).strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        return None
    netloc = host.encode("idna", "replace").decode() if not host.isascii() else host
    netloc += f":{port}" if port else ""
    path = quote(parts.path, safe=_URL_SAFE)
    query = f"?{quote(parts.query, safe=_URL_SAFE)}" if parts.query else ""
    return (netloc + parts.path).rstrip("/"), f"{parts.scheme}://{netloc}{path}{query}"


def clean(text: str) -> str:
    """Return `text` in one line, each control or invisible character shown as a blank."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(c) in _HIDDEN else c for c in text)


def clip(text: str, width: int) -> str:
    """Return `text` cut to `width` characters, with an ellipsis where something is missing."""
    return text if len(text) <= width else text[: width - 1] + "…"


def to_markdown(card: Card) -> str:
    return "\n\n".join(_markdown_block(block) for block in card.blocks)


def to_plain_text(card: Card) -> str:
    return "\n\n".join(_plain_block(block) for block in card.blocks)


def _markdown_block(block: Block) -> str:
    match block:
        case Paragraph(lines):
            return "  \n".join(_markdown_words(line) for line in lines)
        case Table(header, rows):
            align = ["---"] + ["--:"] * (len(header) - 1)
            cells = [[_markdown_words(cell) for cell in row] for row in rows]
            table = [[_escaped(title) for title in header], align, *cells]
            return "\n".join("| " + " | ".join(row) + " |" for row in table)
        case _:
            assert_never(block)


def _markdown_words(words: tuple[Word, ...]) -> str:
    return "".join(_markdown_word(word) for word in words)


def _markdown_word(word: Word) -> str:
    match word:
        case Text(text):
            return _escaped(text)
        case Strong(text):
            return f"**{_escaped(text)}**"
        case Code(text):
            return _code(clean(text))
        case Link(text, url):
            return f"[{_escaped(text)}](<{quote(url, safe=_URL_SAFE)}>)"
        case _:
            assert_never(word)


def _escaped(text: str) -> str:
    return _MARKDOWN_SPECIAL.sub(_escape, clean(text))


def _escape(match: re.Match[str]) -> str:
    blanks, special = match[0][:-1], match[0][-1]
    return blanks + {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(special, "\\" + special)


def _code(text: str) -> str:
    """Return a code span; inside a table a pipe would end the cell, so it is drawn another way."""
    text = text.replace("|", "¦").strip() or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _plain_block(block: Block) -> str:
    match block:
        case Paragraph(lines):
            return "\n".join(_wrapped(_plain_words(line)) for line in lines)
        case Table(header, rows):
            return _plain_table((header, *(tuple(map(_plain_words, row)) for row in rows)))
        case _:
            assert_never(block)


def _plain_words(words: tuple[Word, ...]) -> str:
    return "".join(clean(word.text) for word in words)


def _wrapped(line: str) -> str:
    """Break a line at blanks so that it fits; a single long word is left whole."""
    rows = [""]
    for word in line.split(" "):
        if rows[-1] and len(rows[-1]) + 1 + len(word) > WIDTH:
            rows.append("  " + word)
        else:
            rows[-1] += f" {word}" if rows[-1] else word
    return "\n".join(rows)


def _plain_table(rows: tuple[tuple[str, ...], ...]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )

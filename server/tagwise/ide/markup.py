"""Cards: what a feature says, as data, and how it reads as Markdown and as plain text.

A card is paragraphs and tables of a few kinds of words.  Whatever a registry or a file says is
hostile until it is rendered here: as Markdown it is text, never a link, an image, HTML or a command
(REGISTRIES.md, section 4); control and bidirectional characters are shown as blanks everywhere.
Does not know what the words mean, nor which rendering an editor asked for.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from typing import Final, assert_never
from urllib.parse import quote, urlsplit

import attrs

WIDTH: Final = 80

# What has a meaning inside a line, and no more: some editors show Markdown as it is written.
# A bare web or mail address would become a link, and "$(name)" an icon in VS Code.
_SPECIAL: Final = re.compile(
    r"[\\`*\[\]<>&|~@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=//)|(?<=www)\.|\$(?=\()",
    re.IGNORECASE,
)
# What would make a line a heading, a list or a table: an escape goes where it ends.
_BLOCK_START: Final = re.compile(r"(?=[#+=:-])|[0-9]{1,9}(?=[.)](?:\s|$))")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
_URL_SAFE: Final = "/:?&=#%+,;@!$*~._-"
_HOST: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")


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


@attrs.frozen
class Picture:
    """A picture of our own making at `uri`, shown where pictures are; `text` says what it shows."""

    text: str
    uri: str


Word = Text | Strong | Code | Link | Picture


@attrs.frozen
class Paragraph:
    """Lines that belong together, each a sequence of words set without blanks of their own."""

    lines: tuple[tuple[Word, ...], ...]


@attrs.frozen
class Table:
    """The first and the last column are set left, those between, numbers, right."""

    header: tuple[str, ...]
    rows: tuple[tuple[tuple[Word, ...], ...], ...]


Block = Paragraph | Table


@attrs.frozen
class Card:
    blocks: tuple[Block, ...]


def web_link(url: str) -> tuple[str, str] | None:
    """Return what to show and the safe form of a web address, or None if it is not one.

    Only http and https, to a host by name, without user information; what is shown starts with
    that host, as it is looked up.
    """
    try:
        parts = urlsplit(clean(url).strip())
        host = (parts.hostname or "").encode("idna").decode()
        netloc = host if parts.port is None else f"{host}:{parts.port}"
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    path = quote(parts.path, safe=_URL_SAFE)
    query = f"?{quote(parts.query, safe=_URL_SAFE)}" if parts.query else ""
    return (netloc + parts.path).rstrip("/"), f"{parts.scheme}://{netloc}{path}{query}"


def clean(text: str) -> str:
    """Return `text` in one line, each control or invisible character shown as a blank."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(c) in _HIDDEN else c for c in text)


def as_message(text: str) -> str:
    """Return `text` for a plain message, of which some editors make links: none is left in it."""
    return "\n".join(map(clean, text.split("\n"))).replace("](", "] (")


def clip(text: str, width: int) -> str:
    """Return `text` cut to `width` columns, with an ellipsis where something is missing."""
    return text if columns(text) <= width else _head(text, width - 1) + "…"


def columns(text: str) -> int:
    """Return how wide a terminal draws `text`, at most: East Asian characters take two columns."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def is_left(index: int, row: Sequence[object]) -> bool:
    """Whether the column is set left."""
    return index in {0, len(row) - 1}


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _head(text: str, width: int) -> str:
    """Return as many of the first characters as fit `width` columns."""
    ends = accumulate(map(_columns, text))
    return "".join(character for character, end in zip(text, ends, strict=True) if end <= width)


def to_markdown(card: Card, *, pictures: bool = False) -> str:
    """Render the card; what has no `pictures` says in words what they show."""
    blocks = card.blocks if pictures else without_pictures(card).blocks
    return "\n\n".join(map(_markdown_block, blocks))


def to_plain_text(card: Card) -> str:
    return "\n\n".join(map(_plain_block, without_pictures(card).blocks))


def without_pictures(card: Card) -> Card:
    """Return the card as it is where no picture can be shown: the words beside it say the same."""
    return Card(tuple(map(_without_pictures, card.blocks)))


def _without_pictures(block: Block) -> Block:
    if isinstance(block, Table):
        return block
    lines = (tuple(word for word in line if not isinstance(word, Picture)) for line in block.lines)
    return Paragraph(tuple(line for line in lines if line))


def _markdown_block(block: Block) -> str:
    match block:
        case Paragraph(lines):
            return "  \n".join(filter(None, map(_markdown_line, lines)))
        case Table(header, rows):
            align = ["---" if is_left(index, header) else "--:" for index in range(len(header))]
            cells = [["".join(map(_markdown_in_cell, cell)) for cell in row] for row in rows]
            table = [[_escaped(title) for title in header], align, *cells]
            return "\n".join("| " + " | ".join(row) + " |" for row in table)
        case _:
            assert_never(block)


def _markdown_line(words: tuple[Word, ...]) -> str:
    line = "".join(map(_markdown_word, words)).strip()
    start = _BLOCK_START.match(line)
    return line if start is None else f"{start[0]}\\{line[start.end() :]}"


def _markdown_word(word: Word) -> str:
    match word:
        case Text(text):
            return _escaped(text)
        case Strong(text):
            strong = _escaped(text).strip()
            return f"**{strong}**" if strong else ""
        case Code(text):
            return _code(clean(text))
        case Link(text, url):
            return f"[{_escaped(text)}]({quote(url, safe=_URL_SAFE)})"
        case Picture(text, uri):
            return f"![{_escaped(text)}]({quote(uri, safe=_URL_SAFE)})"
        case _:
            assert_never(word)


def _markdown_in_cell(word: Word) -> str:
    """Escape what would end the cell: a table is cut into cells before its code is read."""
    markdown = _markdown_word(word)
    return markdown.replace("|", r"\|") if isinstance(word, Code) else markdown


def _escaped(text: str) -> str:
    text = clean(text)
    return text if text.isalnum() else _SPECIAL.sub(_with_backslash, text)


def _with_backslash(match: re.Match[str]) -> str:
    return f"\\{match[0]}"


def _code(text: str) -> str:
    text = text.strip() or " "
    if "`" not in text:
        return f"`{text}`"
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _plain_block(block: Block) -> str:
    match block:
        case Paragraph(lines):
            return "\n".join(filter(None, (_wrapped(_plain_words(line)) for line in lines)))
        case Table(header, rows):
            return _plain_table((header, *(tuple(map(_plain_words, row)) for row in rows)))
        case _:
            assert_never(block)


def _plain_words(words: tuple[Word, ...]) -> str:
    return "".join(clean(word.text) for word in words)


def _wrapped(line: str) -> str:
    """Break a line at blanks so that it fits, and a word where it alone does not."""
    rows = [""]
    for word in line.split(" "):
        if rows[-1] and columns(rows[-1]) + 1 + columns(word) > WIDTH:
            rows.append("  " + word)
        else:
            rows[-1] += f" {word}" if rows[-1] else word
        while columns(rows[-1]) > WIDTH:
            head = _head(rows[-1], WIDTH)
            rows[-1:] = [head, "  " + rows[-1][len(head) :]]
    return "\n".join(rows)


def _plain_table(rows: tuple[tuple[str, ...], ...]) -> str:
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell + _gap(cell, width) if is_left(index, row) else _gap(cell, width) + cell
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _gap(cell: str, width: int) -> str:
    return " " * (width - columns(cell))

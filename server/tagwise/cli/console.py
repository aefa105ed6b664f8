"""Writing to a terminal, or to a pipe: plain there, and coloured here unless `NO_COLOR` is set.

rich is imported by what draws with it: most commands in a pipeline never do.  Does not know any
command.
"""

import os
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, assert_never

from tagwise.ide.markup import (
    WIDTH,
    Card,
    Code,
    Link,
    Paragraph,
    Picture,
    Strong,
    Table,
    Text,
    Word,
    clean,
    is_left,
    to_plain_text,
    without_pictures,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text as RichText


def standard_output() -> "Console":
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def standard_error() -> "Console":
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_card(console: "Console", card: Card) -> None:
    """Print a card; on a terminal with colours and clickable links."""
    if not console.is_terminal:
        console.print(to_plain_text(card), markup=False, emoji=False)
        return
    for index, block in enumerate(without_pictures(card).blocks):
        if index:
            console.print()
        match block:
            case Paragraph(lines):
                for line in lines:
                    console.print(_rich(line), width=min(console.width, WIDTH), soft_wrap=False)
            case Table():
                console.print(_rich_table(block))
            case _:
                assert_never(block)


def print_diff(lines: Iterable[str]) -> None:
    """Print the lines of a unified diff, each with its own end; to a pipe byte for byte."""
    may_be_coloured = sys.stdout.isatty() or "FORCE_COLOR" in os.environ
    console = standard_output() if may_be_coloured else None
    if console is None or not console.is_terminal:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(line.encode("utf-8", "surrogatepass") for line in lines)
        sys.stdout.buffer.flush()
        return
    from rich.text import Text as RichText

    styles = {"+": "green", "-": "red", "@": "cyan"}
    for line in lines:
        style = "bold" if line.startswith(("---", "+++")) else styles.get(line[:1], "")
        console.print(RichText(line, style=style), end="")


@contextmanager
def progress(message: str) -> Generator[None, None, None]:
    """Show on a terminal that something takes a while."""
    if not sys.stderr.isatty():
        yield
        return
    with standard_error().status(message):
        yield


def _rich(words: tuple[Word, ...]) -> "RichText":
    from rich.text import Text as RichText

    text = RichText()
    for word in words:
        text.append(clean(word.text), style=_style(word))
    return text


def _style(word: Word) -> str:
    match word:
        case Text():
            return ""
        case Strong():
            return "bold"
        case Code():
            return "cyan"
        case Picture():
            return ""
        case Link(_, url):
            return f"underline link {url}"
        case _:
            assert_never(word)


def _rich_table(table: Table) -> "RichTable":
    from rich.table import Table as RichTable

    drawn = RichTable(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for index, title in enumerate(table.header):
        drawn.add_column(title, justify="left" if is_left(index, table.header) else "right")
    for row in table.rows:
        drawn.add_row(*(_rich(cell) for cell in row))
    return drawn

"""The texts of the files that a document names, and of those that these name in turn.

A name is input from a stranger (SEMANTICS.md, section 7): whoever reads says what may be read.
Does not know why a document names a file.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import attrs

from tagwise.documents.model import Following, Inputs, SourceText, Syntax

# Files that name files that name files: more than anyone writes.
MOST_ROUNDS: Final = 8

ReadText = Callable[[str], str | None]


def with_named_files(syntax: Syntax, folder: Path, inputs: Inputs, read: ReadText) -> Inputs:
    """Return `inputs` with the files that a document in `folder` names, as far as they are there."""
    files: dict[str, SourceText] = {}
    tried: set[str] = set()
    names = syntax.names
    for _ in range(MOST_ROUNDS):
        new = [name for name in names if name not in tried and not _is_on_a_network(name)]
        if not new:
            break
        tried.update(new)
        files |= {name: source for name in new if (source := _source(folder, name, read))}
        inputs = attrs.evolve(inputs, files=files)
        names = syntax.named_with(inputs) if isinstance(syntax, Following) else ()
    return inputs


def _source(folder: Path, name: str, read: ReadText) -> SourceText | None:
    document = os.path.normpath(folder / name)
    text = read(document)
    return None if text is None else SourceText(document, text)


def _is_on_a_network(name: str) -> bool:
    """Whether looking for the file would ask another machine: Windows does, without reading it."""
    return name.startswith(("//", "\\\\"))

"""Names that documents give, and use: a Dockerfile's stages and variables.

Whoever builds a Dockerfile says its names, too, in a document of its own.
Does not know any file format, nor what is done with a name.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Protocol, runtime_checkable

import attrs

from tagwise.documents.model import Inputs
from tagwise.documents.traced import Span


class NameKind(Enum):
    STAGE = "stage"
    VARIABLE = "variable"


@attrs.frozen
class Name:
    """A name as it is compared, where it is given, and where it is used.

    `obstacle` is why another name cannot be put in its place, a sentence for a person.
    """

    kind: NameKind
    name: str
    definitions: tuple[Span, ...]
    uses: tuple[Span, ...] = ()
    obstacle: str | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(sorted((*self.definitions, *self.uses), key=lambda span: span.start))


@attrs.frozen
class NameElsewhere:
    """A name that another document gives, as it is said here.

    `path` leads to that document from this one's folder.  Without a `name` the last stage is meant.
    `is_written`: what stands at `span` is the name, to be replaced by `spelling` with another name
    in it; else something else leads there (a service, a path).  `also` are the paths of other
    documents that are told the same name by the same text.
    """

    kind: NameKind
    name: str | None
    span: Span
    path: str
    is_written: bool = True
    spelling: str = "{}"
    obstacle: str | None = None
    also: tuple[str, ...] = ()


def each_once(names: Iterable[NameElsewhere]) -> tuple[NameElsewhere, ...]:
    """Return names, each once for each document it is told, knowing the others."""
    paths: dict[Span, dict[str, None]] = {}
    listed = tuple(dict.fromkeys(names))
    for each in listed:
        if each.is_written:
            paths.setdefault(each.span, {})[each.path] = None
    return tuple(
        attrs.evolve(each, also=tuple(path for path in paths[each.span] if path != each.path))
        if each.is_written
        else each
        for each in listed
    )


@runtime_checkable
class Naming(Protocol):
    """A syntax whose document gives names."""

    def given_names(self) -> tuple[Name, ...]:
        """List the names in the order of their first definition."""
        ...


@runtime_checkable
class NamingElsewhere(Protocol):
    """A syntax whose document says names that others give."""

    def names_elsewhere(self, inputs: Inputs) -> tuple[NameElsewhere, ...]: ...

"""Names that documents give, and use: a Dockerfile's stages and variables.

Whoever builds a Dockerfile says its names, too, in a document of its own; or holds the Dockerfile itself.
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
class Giver:
    """What gives names: the document that `path` leads to from this one's folder, or a part of this.

    `within` is where this document holds that part; there is no path then.
    """

    path: str
    within: Span | None = None


@attrs.frozen
class Name:
    """A name as it is compared, where it is given, and where it is used.

    `obstacle` is why another name cannot be put in its place, a sentence for a person.  `within` is
    the part of the document that gives it, None if that is all of it: elsewhere it means nothing.
    """

    kind: NameKind
    name: str
    definitions: tuple[Span, ...]
    uses: tuple[Span, ...] = ()
    obstacle: str | None = None
    within: Span | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(sorted((*self.definitions, *self.uses), key=lambda span: span.start))


@attrs.frozen
class NameElsewhere:
    """A name that another document gives, or a part of this one, as it is said here.

    Without a `name` the last stage is meant.  `is_written`: what stands at `span` is the name, to be
    replaced by `spelling` with another name in it; else something else leads there (a service, a
    path).  `also` are the others that are told the same name by the same text.
    """

    kind: NameKind
    name: str | None
    span: Span
    giver: Giver
    is_written: bool = True
    spelling: str = "{}"
    obstacle: str | None = None
    also: tuple[Giver, ...] = ()


def each_once(names: Iterable[NameElsewhere]) -> tuple[NameElsewhere, ...]:
    """Return names, each once for each that is told it, knowing the others."""
    givers: dict[Span, dict[Giver, None]] = {}
    listed = tuple(dict.fromkeys(names))
    for each in listed:
        if each.is_written:
            givers.setdefault(each.span, {})[each.giver] = None
    return tuple(
        attrs.evolve(each, also=tuple(one for one in givers[each.span] if one != each.giver))
        if each.is_written
        else each
        for each in listed
    )


@runtime_checkable
class Naming(Protocol):
    """A syntax whose document gives names."""

    def given_names(self, inputs: Inputs) -> tuple[Name, ...]:
        """List the names in the order of their first definition."""
        ...


@runtime_checkable
class NamingElsewhere(Protocol):
    """A syntax whose document says names that others give."""

    def names_elsewhere(self, inputs: Inputs) -> tuple[NameElsewhere, ...]: ...

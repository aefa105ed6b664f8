"""What a bake file's values are, be it written as HCL or as JSON, before variables are put in.

Does not know either syntax.
"""

from collections.abc import Callable, Mapping

import attrs

from tagwise.documents.traced import Span, TracedText


@attrs.frozen
class Text:
    """A template; `source` gives its text with its places in a document of the given name.

    Escapes are read, `${…}` is not.
    """

    span: Span
    source: Callable[[str], TracedText] = attrs.field(eq=False, repr=False)


@attrs.frozen
class Name:
    """A variable alone, without a template around it."""

    span: Span
    name: str


@attrs.frozen
class ListOf:
    span: Span
    items: tuple["Expression", ...]


@attrs.frozen
class ObjectOf:
    span: Span
    items: tuple[tuple[str, "Expression"], ...]


@attrs.frozen
class Unknown:
    """A call, an operation, a loop: nobody knows before bake runs."""

    span: Span


Expression = Text | Name | ListOf | ObjectOf | Unknown


@attrs.frozen
class Block:
    """`kind "label" { … }`: its own attributes."""

    kind: str
    labels: tuple[str, ...]
    attributes: Mapping[str, Expression]

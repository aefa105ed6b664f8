"""What a bake file says to Dockerfiles: `target`, the names of `args`, `platforms`.

Does not know what is in a Dockerfile.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tagwise.documents.bake.builds import Target
from tagwise.documents.bake.values import Block, Expression, ListOf, ObjectOf, Text
from tagwise.documents.build_platforms import BuildPlatform
from tagwise.documents.names import Giver, NameElsewhere, NameKind
from tagwise.documents.traced import Span

_KEY: Final = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_-]*)\"?[ \t]*[=:]\s*\"?\Z")
# How far before a value its key may stand.
_REACH: Final = 300


def names_elsewhere(targets: Iterable[Target], text: str, document: str) -> Iterator[NameElsewhere]:
    """Yield what the targets say of the Dockerfiles they build, what they inherit too."""
    for target in targets:
        giver = _giver(target, document)
        for layer in target.layers if giver is not None else ():
            if layer.scope.document == document and giver is not None:
                yield from _said(layer.block, text, document, giver)


def build_platforms(targets: Iterable[Target], document: str) -> Iterator[BuildPlatform]:
    """Yield the platforms that targets are built for."""
    for target in targets:
        giver = _giver(target, document)
        for layer in target.layers if giver is not None else ():
            listed = layer.block.attributes.get("platforms")
            if layer.scope.document != document or not isinstance(listed, ListOf) or giver is None:
                continue
            for item in listed.items:
                if (said := _plain(item, document)) is not None:
                    yield BuildPlatform(said[1], giver)


def inline_span(inline: Expression) -> Span:
    """Return where a Dockerfile stands that is written in the file."""
    return Span(inline.span.start, max(inline.span.end, inline.span.start + 1))


def _giver(target: Target, document: str) -> Giver | None:
    if (path := target.dockerfile()) is not None:
        return Giver(path)
    inline = target.inline()
    return Giver("", inline_span(inline[1])) if inline and inline[0] == document else None


def _said(block: Block, text: str, document: str, giver: Giver) -> Iterator[NameElsewhere]:
    stage = _plain(block.attributes.get("target"), document)
    if stage is not None:
        name, span = stage
        yield NameElsewhere(NameKind.STAGE, name.lower(), span, giver)
    args = block.attributes.get("args")
    for name, expression in args.items if isinstance(args, ObjectOf) else ():
        end = expression.span.start
        key = _KEY.search(text, max(end - _REACH, 0), end)
        if key is not None and key["name"] == name:
            yield NameElsewhere(NameKind.VARIABLE, name, Span(*key.span("name")), giver)


def _plain(expression: Expression | None, document: str) -> tuple[str, Span] | None:
    """Return a text that says what is written, and where."""
    if not isinstance(expression, Text):
        return None
    source = expression.source(document)
    pieces = source.pieces
    place = pieces[0].place if len(pieces) == 1 and pieces[0].exact else None
    return (source.text, place.span) if place is not None and "$" not in source.text else None

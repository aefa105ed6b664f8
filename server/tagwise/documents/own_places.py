"""A user's own places of references, for what no list foresees: a key's path, or a pattern.

A path leads to a scalar of a YAML, JSON or TOML file (`yaml_paths.py`).  A pattern's matches are
handed in, since a person's regular expression may take for ever: who runs it has to end it.
Does not know where the setting stands.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

import attrs

from tagwise.documents.globs import glob_pattern
from tagwise.documents.model import Occurrence, ParsedDocument, PinPlace, Role
from tagwise.documents.pinning import settle_pins
from tagwise.documents.references import read_reference, template_in
from tagwise.documents.traced import Place, Span, TracedText

IMAGE, TAG, DIGEST = GROUPS = ("image", "tag", "digest")
_TOML: Final = ".toml"
_JSON: Final = (".json", ".jsonc", ".json5")


@attrs.frozen(slots=False)
class OwnPlace:
    """`files` is a glob as in the table of languages; one of `path` and `pattern` is set."""

    files: str
    path: str = ""
    pattern: str = ""

    def matches(self, path: str) -> bool:
        return bool(self._files.fullmatch(path))

    @cached_property
    def _files(self) -> re.Pattern[str]:
        return glob_pattern((self.files,))


@attrs.frozen
class Match:
    """Where a pattern's groups stand in a text."""

    image: Span
    tag: Span | None = None
    digest: Span | None = None


@attrs.frozen
class OwnSyntax:
    """A text that has been read for a user's own places."""

    text: str
    name: str
    paths: tuple[str, ...]
    matches: tuple[Match, ...]

    def evaluate(self, document: str, known: ParsedDocument) -> ParsedDocument:
        """Add to what is `known` of a document what stands at places that are not known yet."""
        found = [*self._at_paths(document), *self._matched(document)]
        own = [each for one in found for each in one.occurrences]
        own.sort(key=lambda each: (each.span.start, each.span.end))
        taken = sorted(each.span.start for each in known.occurrences)
        ends = sorted(each.span.end for each in known.occurrences)
        kept = list(known.occurrences)
        end = 0
        for each in own:
            # As many known ones start before this ends as end before it starts: none overlaps.
            is_free = bisect_left(taken, each.span.end) == bisect_right(ends, each.span.start)
            if is_free and each.span.start >= end:
                kept.append(each)
                end = each.span.end
        kept.sort(key=lambda each: (each.span.start, each.span.end))
        problems = (problem for each in found for problem in each.problems)
        every = tuple(dict.fromkeys((*known.problems, *problems)))
        return attrs.evolve(known, occurrences=tuple(kept), problems=every)

    def _at_paths(self, document: str) -> Iterator[ParsedDocument]:
        if not self.paths:
            return
        if self.name.endswith(_TOML):
            yield from self._in_toml(document)
        else:
            yield self._in_yaml(document)

    def _in_toml(self, document: str) -> Iterator[ParsedDocument]:
        from tagwise.documents.toml_strings import strings_of
        from tagwise.documents.yaml_paths import matches_path

        for each in strings_of(self.text):
            if any(matches_path(each.keys, path) for path in self.paths):
                yield _read(each.traced(document), each.span, document, self.text)

    def _in_yaml(self, document: str) -> ParsedDocument:
        from tagwise.documents import jsonc
        from tagwise.documents.yaml_images import ImagePath, images_at, read_images
        from tagwise.documents.yaml_tree import parse

        tree = jsonc.parse(self.text) if self.name.endswith(_JSON) else parse(self.text)
        paths = [ImagePath(path, Role.CONFIGURED_IMAGE) for path in self.paths]
        return read_images(images_at(tree, paths), tree, self.text, document)

    def _matched(self, document: str) -> Iterator[ParsedDocument]:
        for match in self.matches:
            parts: list[TracedText] = []
            end = match.image.start
            for joiner, span in (("", match.image), (":", match.tag), ("@", match.digest)):
                if span:
                    parts += [_joint(self.text, joiner, end, span.start, document)]
                    parts += [TracedText.literal(span.of(self.text), document, span.start)]
                    end = span.end
            yield _read(TracedText.join(parts), match.image, document, self.text)


def own_syntax(
    text: str, name: str, places: Iterable[OwnPlace], matches: Iterable[Match]
) -> OwnSyntax:
    """Read a text for `places` that match its `name`, with what was found for their patterns."""
    paths = tuple(place.path for place in places if place.path)
    return OwnSyntax(text, name.lower(), paths, tuple(matches))


def _read(value: TracedText, span: Span, document: str, text: str) -> ParsedDocument:
    if not value.text or not span:
        return ParsedDocument()
    occurrence = Occurrence(
        Role.CONFIGURED_IMAGE,
        _whole(value, span),
        value,
        None,
        template_in(value.text),
        pin=PinPlace(Place(document, span)),
    )
    read = read_reference(occurrence, document, text)
    settled = settle_pins(read.occurrences, read_elsewhere=frozenset())
    return attrs.evolve(read, occurrences=settled)


def _whole(value: TracedText, name: Span) -> Span:
    """Return the span of the reference: its name's, as far as the rest directly follows that."""
    end = name.end
    for piece in value.pieces:
        if piece.place is None:
            break
        if piece.place.span.start <= end:
            end = max(end, piece.place.span.end)
    return Span(name.start, end)


def _joint(text: str, joiner: str, end: int, start: int, document: str) -> TracedText:
    if text[end:start] == joiner:
        return TracedText.literal(joiner, document, end)
    return TracedText.unplaced(joiner)

"""YAML text as a tree of nodes with exact places: the one way this project reads YAML.

Nodes are views of the parser's events, made when someone asks for them: most of a document is
never looked at.  Aliases stay nodes, with what they stand for one step away, so nothing expands.
Never raises, whatever the text; a broken text gives what can be read of it, and one that would take
too long gives nothing and says so.  Does not know what any key means, merge keys apart.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from tagwise.documents.density import refusal_of
from tagwise.documents.edited import edited
from tagwise.documents.traced import Span, TracedText
from tagwise.documents.yaml_events import (
    FASTEST,
    PURE,
    Events,
    Kind,
    Loader,
    masked,
    remasked,
)
from tagwise.documents.yaml_recovery import Reading, Repaired, read, repaired_parts
from tagwise.documents.yaml_rereading import Before, Reread, failure_from, reread
from tagwise.documents.yaml_scalars import Written
from tagwise.documents.yaml_scalars import traced as traced_scalar

# Marks that a text may have: what pure Python reads in a second, and libyaml with what follows.  The
# second of a pair holds where they are as far apart as people write them.
MOST_PURE: Final = (20_000, 35_000)
MOST: Final = (50_000, 50_000)
_MARKS: Final = ("\n", "\r", "\t", ": ", "- ", "? ", ",", "[", "{", "&", "*", "!")
DEEPEST: Final = 100
# How many mappings are merged into one, and, about, in all.
MOST_LAYERS: Final = 100
FEWEST_LAYERS: Final = 5
MERGES: Final = 20_000
MERGE_KEY: Final = "<<"

_BRACKET: Final = re.compile(r"[\[\]{}]")
_DASHES: Final = re.compile(rf"^[ ]*(?:- +){{{DEEPEST + 1}}}", re.MULTILINE)
_PROPERTIES: Final = re.compile(r"(?:(?:&[A-Za-z0-9_-]+|!\S*)\s*(?:#[^\r\n]*\s+)*)*")
_TOO_DEEP: Final = f"the text nests more than {DEEPEST} levels deep: it is not read"
_STRING_TAGS: Final = frozenset({"!", "tag:yaml.org,2002:str"})
# As Go's YAML library takes them, YAML 1.1's sexagesimals apart (yaml.v3, "resolve").
_NO_TEXT: Final = re.compile(
    r"[-+]?(?:0[xX][0-9A-Fa-f_]+|0[oO]?[0-7_]+|0[bB][01_]+|[0-9][0-9_]*)"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)"
    r"|\.(?:nan|NaN|NAN)|true|True|TRUE|false|False|FALSE"
)
_NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))


@attrs.frozen
class YamlTree:
    """`documents` are the roots of the documents that say anything.

    `skipped` are the lines that are no YAML; `refusal` is why the text was not read at all.
    """

    documents: tuple["Node", ...] = ()
    aliases: tuple["AliasNode", ...] = ()
    skipped: tuple[Span, ...] = ()
    refusal: str | None = None
    _reader: "_Reader" = attrs.field(kw_only=True, alias="reader", eq=False, repr=False)
    _view: "_View | None" = attrs.field(default=None, alias="view", eq=False, repr=False)

    def scalars(self, pattern: re.Pattern[str]) -> Iterator["ScalarNode"]:
        """List the scalars, keys too, in whose value `pattern` is found."""
        return iter(()) if self._view is None else self._view.scalars(pattern)

    def reread(self, text: str) -> "YamlTree":
        """Read the next version of the text: the same as reading it anew, in less time."""
        reader, view = self._reader, self._view
        if view is None or not isinstance(reader, _Yaml):
            return reader.read(text)
        if (refusal := _refusal(text, reader.loader)) is not None:
            return YamlTree(refusal=refusal, reader=reader)
        return _tree(view.reread(text, reader.loader), reader)


@attrs.frozen
class _Yaml:
    """How YAML is read: by one of the two parsers."""

    loader: Loader

    def read(self, text: str) -> YamlTree:
        if (refusal := _refusal(text, self.loader)) is not None:
            return YamlTree(refusal=refusal, reader=self)
        shown = masked(text)
        return _tree(_View.of(text, shown, read(shown, self.loader)), self)


@attrs.frozen
class _FlowYaml:
    """How another notation of the same trees is read: to events, or to why it is not read."""

    events_of: Callable[[str], Events | str]

    def read(self, text: str) -> YamlTree:
        events = self.events_of(text)
        if isinstance(events, str):
            return YamlTree(refusal=events, reader=self)
        return _tree(_View.of(text, text, Reading(events, Repaired(text))), self)


_Reader = _Yaml | _FlowYaml


def _tree(view: "_View | None", reader: _Reader) -> YamlTree:
    if view is None:
        return YamlTree(refusal=_TOO_DEEP, reader=reader)
    aliases = tuple(view.alias(index) for index in view.aliases)
    skipped = view.repaired.skipped
    return YamlTree(view.roots(), aliases, skipped, None, view=view, reader=reader)


@attrs.frozen
class _Node:
    """`span` is what is written, without the anchor and the tag in front of it."""

    span: Span
    tag: str | None
    anchor: str | None
    _view: "_View" = attrs.field(eq=False, repr=False)
    _index: int = attrs.field(eq=False, repr=False)

    def ancestors(self) -> Iterator["Ancestor"]:
        """List the collections around this node, the nearest first."""
        return self._view.ancestors(self._index)


@attrs.frozen
class ScalarNode(_Node):
    """A value; `style` is one of its first character's `'`, `"`, `|`, `>`, or empty if plain."""

    value: str = attrs.field(kw_only=True)
    style: str = attrs.field(kw_only=True)

    @property
    def is_null(self) -> bool:
        return not self.style and self.tag not in _STRING_TAGS and self.value in _NULLS

    @property
    def is_text(self) -> bool:
        """Whether a loader takes the value for text, and for no number and no truth value."""
        return bool(self.style) or self.tag in _STRING_TAGS or not _NO_TEXT.fullmatch(self.value)

    @property
    def content(self) -> Span:
        """The span without quotes or block header."""
        return self._written().content

    def traced(self, document: str) -> TracedText:
        """Return the value with its places, as those of `document`."""
        return traced_scalar(self._written(), document)

    def _written(self) -> Written:
        view = self._view
        return Written(view.text, view.masked, self.span, self.style, self.value)


@attrs.frozen
class SequenceNode(_Node):
    def items(self) -> Iterator["Node"]:
        return map(self._view.node, self._view.children(self._index))

    def mappings(self) -> Iterator["MappingNode"]:
        """List the items that are mappings, or aliases of one."""
        for child in self._view.children(self._index):
            if self._view.events.kinds[child] is not Kind.SCALAR:
                content = resolved(self._view.node(child))
                if isinstance(content, MappingNode):
                    yield content


@attrs.frozen
class MappingNode(_Node):
    def entries(self, *names: str) -> Iterator["Entry"]:
        """List the entries in the text's order: all, or those whose key is one of `names`."""
        return self._view.entries(self._index, frozenset(names))

    def layers(self) -> Iterator["MappingNode"]:
        """List the mapping and those its merge keys bring in, the one that wins first.

        Each once, and only so many: more than anyone writes, and fewer where many are merged.
        """
        if not self._view.merge_keys:
            yield self
            return
        waiting: list[MappingNode] = [self]
        seen: set[Span] = set()
        most = max(FEWEST_LAYERS, min(MOST_LAYERS, MERGES // self._view.merge_keys))
        while waiting and len(seen) < most:
            layer = waiting.pop()
            if layer.span in seen:
                continue
            seen.add(layer.span)
            yield layer
            merged = [each for entry in layer.entries(MERGE_KEY) for each in _merged(entry.value)]
            waiting += reversed(merged)


@attrs.frozen
class AliasNode:
    """`*name`: `target` is what it stands for, None if no such anchor comes before it."""

    span: Span
    name: str
    target: "Content | None" = attrs.field(eq=False, repr=False)


Content = ScalarNode | SequenceNode | MappingNode
Node = Content | AliasNode


@attrs.frozen
class Entry:
    """`name` is the key, if that is a scalar."""

    name: str | None
    _view: "_View" = attrs.field(eq=False, repr=False)
    _key: int
    _value: int

    @property
    def key(self) -> Node:
        return self._view.node(self._key)

    @property
    def value(self) -> Node:
        return self._view.node(self._value)


@attrs.frozen
class Ancestor:
    """A collection, and the key under which the way into it goes on, if that is a scalar."""

    node: SequenceNode | MappingNode
    key: str | None


def parse(text: str, *, loader: Loader = FASTEST) -> YamlTree:
    """Read a text of one or more YAML documents."""
    return _Yaml(loader).read(text)


def parse_events(text: str, events_of: Callable[[str], Events | str]) -> YamlTree:
    """Read a text whose events someone else makes, or says why they are not made."""
    return _FlowYaml(events_of).read(text)


def resolved(node: Node) -> Content | None:
    """Return the node itself, or what it stands for if it is an alias."""
    return node.target if isinstance(node, AliasNode) else node


def _merged(node: Node) -> list[MappingNode]:
    """Return what a merge key's value brings in (YAML 1.1, `tag:yaml.org,2002:merge`)."""
    value = resolved(node)
    if isinstance(value, MappingNode):
        return [value]
    items = value.items() if isinstance(value, SequenceNode) else ()
    return [mapping for each in items if isinstance(mapping := resolved(each), MappingNode)]


def _refusal(text: str, loader: Loader) -> str | None:
    most, sparse = MOST_PURE if loader is PURE else MOST
    refusal = refusal_of(text, marks=_MARKS, most=most, sparse=sparse)
    return refusal or (_TOO_DEEP if _is_too_deep(text) else None)


def _is_too_deep(text: str) -> bool:
    """Whether brackets, or dashes on one line, nest too deep: pure Python is quadratic in that."""
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > DEEPEST:
            return True
    return "- - - " in text and _DASHES.search(text) is not None


def _targets(events: Events, starts: Sequence[int]) -> Mapping[int, int]:
    """Return what each alias stands for: the nearest such anchor before it in its document."""
    targets: dict[int, int] = {}
    anchors: dict[tuple[int, str], int] = {}
    for index, name in events.anchors.items():
        anchor = (bisect_right(starts, index), name)
        if events.kinds[index] is not Kind.ALIAS:
            anchors[anchor] = index
        elif anchor in anchors:
            targets[index] = anchors[anchor]
    return targets


@attrs.frozen
class _View:
    """A document's events and how they nest: for each its parent, and where a collection ends."""

    text: str
    masked: str
    repaired: Repaired
    events: Events
    parents: tuple[int, ...]
    ends: Mapping[int, int]
    targets: Mapping[int, int]
    starts: tuple[int, ...]
    aliases: tuple[int, ...]
    merge_keys: int

    @classmethod
    def of(cls, text: str, shown: str, reading: Reading) -> "_View | None":
        """Nest the events; None if they nest too deep."""
        events = reading.events
        parents: list[int] = []
        ends: dict[int, int] = {}
        starts: list[int] = []
        around = [-1]
        for index, kind in enumerate(events.kinds):
            if kind is Kind.CLOSE and len(around) > 1:
                ends[around.pop()] = index
            parents.append(around[-1])
            if kind is Kind.MAPPING or kind is Kind.SEQUENCE:
                around.append(index)
                if len(around) > DEEPEST:
                    return None
            elif kind is Kind.DOCUMENT:
                starts.append(index)
                around = [-1]
        ends |= dict.fromkeys(around, len(events))
        aliases = tuple(each for each in events.anchors if events.kinds[each] is Kind.ALIAS)
        nesting = (
            tuple(parents),
            ends,
            _targets(events, starts),
            tuple(starts),
            aliases,
            text.count(MERGE_KEY),
        )
        return cls(text, shown, reading.repaired, events, *nesting)

    def reread(self, text: str, loader: Loader) -> "_View | None":
        """Return the view of an edited text; None if that nests too deep."""
        if not self.repaired.skipped and self.repaired.is_whole:
            before = Before(self.text, self.masked, self.events, self.ends, masked)
            part = reread(before, text, loader)
            if part is not None:
                return self._spliced(text, part.masked, Repaired(part.masked), part)
        shown = remasked(self.text, self.masked, text)
        if self.repaired.is_whole and (spliced := self._mended(text, shown, loader)) is not None:
            return spliced
        return _View.of(text, shown, read(shown, loader))

    def _mended(self, text: str, shown: str, loader: Loader) -> "_View | None":
        """Return the view of a text that is broken, or was, if only a part is to be read again."""
        last, edit = self.repaired, edited(self.masked, shown)
        before = Before(last.text, last.text, self.events, self.ends, str)
        repaired = last.edited(shown, edit)
        if repaired is None:
            start = min((edit.start, *(each.start for each in last.skipped)))
            failure = failure_from(before, shown, start, loader)
            repaired = Repaired(shown)
            if failure is not None:
                repaired = repaired_parts(repaired, failure, loader)
                if not repaired.skipped:
                    return None
        part = reread(before, repaired.text, loader)
        return None if part is None else self._spliced(text, shown, repaired, part)

    def _spliced(self, text: str, shown: str, repaired: Repaired, part: Reread) -> "_View | None":
        """Return the view of a text of which a part was parsed."""
        if not part.is_alike:
            return _View.of(text, shown, Reading(part.events, repaired))
        merge_keys = text.count(MERGE_KEY)
        return attrs.evolve(
            self,
            text=text,
            masked=shown,
            repaired=repaired,
            events=part.events,
            merge_keys=merge_keys,
        )

    def roots(self) -> tuple[Node, ...]:
        """List each document's root."""
        last = len(self.events) - 1
        return tuple(self.node(index + 1) for index in self.starts if index < last)

    def node(self, index: int) -> Node:
        is_alias = self.events.kinds[index] is Kind.ALIAS
        return self.alias(index) if is_alias else self._content(index)

    def scalars(self, pattern: re.Pattern[str]) -> Iterator[ScalarNode]:
        for index in range(len(self.events)):
            value = self.events.value(index)
            if value is not None and pattern.search(value):
                node = self._content(index)
                if isinstance(node, ScalarNode):
                    yield node

    def children(self, index: int) -> Iterator[int]:
        child, end = index + 1, self.ends[index]
        while child < end:
            yield child
            child = self.ends.get(child, child) + 1

    def entries(self, index: int, names: frozenset[str]) -> Iterator[Entry]:
        ends, events = self.ends, self.events
        key, end = index + 1, ends[index]
        while (value := ends.get(key, key) + 1) < end:
            name = events.value(key)
            if not names or name in names:
                yield Entry(name, self, key, value)
            key = ends.get(value, value) + 1

    def ancestors(self, index: int) -> Iterator[Ancestor]:
        while (parent := self.parents[index]) >= 0:
            collection, key = self._content(parent), self.events.value(index - 1)
            if isinstance(collection, MappingNode):
                yield Ancestor(collection, key)
            elif isinstance(collection, SequenceNode):
                yield Ancestor(collection, None)
            index = parent

    def alias(self, index: int) -> AliasNode:
        event, target = self.events[index], self.targets.get(index)
        content = None if target is None else self._content(target)
        return AliasNode(Span(event.start, event.end), event.value, content)

    def _content(self, index: int) -> Content:
        events = self.events
        tag, anchor = events.properties(index)
        span = self._span(index, has_properties=tag is not None or anchor is not None)
        match events.kinds[index]:
            case Kind.MAPPING:
                return MappingNode(span, tag, anchor, self, index)
            case Kind.SEQUENCE:
                return SequenceNode(span, tag, anchor, self, index)
            case _:
                value, style = events.value(index) or "", events.style(index)
                return ScalarNode(span, tag, anchor, self, index, value=value, style=style)

    def _span(self, index: int, *, has_properties: bool) -> Span:
        """Where the node stands, from behind its properties to its last character."""
        start = self.events.start(index)
        if index not in self.ends and not has_properties:
            return Span(start, self.events.end(index))
        end = self.events.end(index)
        if has_properties:
            properties = _PROPERTIES.match(self.masked, start, end)
            start = properties.end() if properties else start
        if index in self.ends:
            end = max(self._last_written(index), start)
        return Span(start, end)

    def _last_written(self, index: int) -> int:
        """Return where a collection's last token ends; the end of a block is none."""
        events, close = self.events, self.ends[index]
        if close < len(events) and events.is_flow(index):
            return events.end(close)
        last = close - 1
        while events.kinds[last] is Kind.CLOSE and events.start(last) == events.end(last):
            last -= 1
        return events.end(last)

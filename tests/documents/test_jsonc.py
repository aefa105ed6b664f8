"""JSON with comments: the json module says what a text means, wherever the text is whole."""

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.breaks import BREAKS
from tagwise.documents import jsonc
from tagwise.documents.json_events import events_of
from tagwise.documents.json_tokens import tokens_of
from tagwise.documents.yaml_events import Kind
from tagwise.documents.yaml_paths import nodes_at
from tagwise.documents.yaml_tree import (
    AliasNode,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
)

Value = object

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.text(
    "\\\"'/*{}[]:,#x \t\n\r\x85\u2028\ufeff\0\U0001f433", max_size=8
)
LITERALS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
VALUES = st.recursive(
    TEXTS | LITERALS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
BLANKS = st.text(" \t\n\r", max_size=3)
COMMENTS = st.one_of(
    st.text("ab\"'{}[]:,*/ \U0001f433", max_size=6).map(lambda text: f"//{text}\n"),
    st.text("ab\"'{}[]:,\r\n", max_size=6).map(lambda text: f"/*{text}*/"),
)
BETWEEN = BLANKS | st.builds("{}{}".format, BLANKS, COMMENTS)


def meaning(node: Node) -> Value:
    """What a tree says, as the json module would return it with its pairs kept."""
    match node:
        case ScalarNode() if node.style:
            return node.value
        case ScalarNode():
            return json.loads(node.value or "null")
        case SequenceNode():
            return [meaning(item) for item in node.items()]
        case MappingNode():
            return Pairs((meaning(each.key), meaning(each.value)) for each in node.entries())
        case AliasNode():
            raise AssertionError(node)


class Pairs(tuple[tuple[Value, Value], ...]):
    """An object: JSON may have a key twice."""

    __slots__ = ()


def loaded(text: str) -> Value:
    return json.loads(text, object_pairs_hook=Pairs)


def scalars(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, SequenceNode):
        for item in node.items():
            yield from scalars(item)
    elif isinstance(node, MappingNode):
        for entry in node.entries():
            yield from scalars(entry.key)
            yield from scalars(entry.value)


@st.composite
def written(draw: st.DrawFn, *, comments: bool) -> tuple[str, str]:
    """Return a text that is JSON, and the same with what JSON has not between its tokens."""
    plain = json.dumps(draw(VALUES), ensure_ascii=draw(st.booleans()))
    tokens = re.findall(r'"(?:[^"\\]|\\.)*"|[^\s"{}\[\]:,]+|[{}\[\]:,]', plain)
    strict, loose = "", draw(st.sampled_from(["", "\ufeff"])) if comments else ""
    for before, token in zip(["", *tokens], tokens, strict=False):
        blanks = draw(BLANKS)
        strict += blanks + token
        closes = comments and token in "]}" and before not in ("", "[", "{")
        comma = "," if closes and draw(st.booleans()) else ""
        loose += comma + (draw(BETWEEN) if comments else blanks) + token
    return strict, loose


@given(texts=written(comments=True))
def test_a_text_says_what_json_says(texts: tuple[str, str]) -> None:
    strict, loose = texts
    for text in (strict, loose):
        (root,) = jsonc.parse(text).documents
        assert meaning(root) == loaded(strict)


@given(texts=written(comments=True))
def test_every_place_is_that_of_its_value(texts: tuple[str, str]) -> None:
    _, text = texts
    (root,) = jsonc.parse(text).documents
    for scalar in scalars(root):
        shown = scalar.span.of(text)
        assert loaded(shown) == (scalar.value if scalar.style else loaded(scalar.value))
        traced = scalar.traced("x")
        assert traced.text == scalar.value
        for piece in traced.pieces:
            assert piece.place is not None
            inside = piece.place.span.of(text)
            assert loaded(f'"{inside}"') == piece.text if scalar.style else inside == piece.text
            # Nothing that is written as it is read is less than exact.
            assert piece.exact or "\\" in inside


def test_a_key_may_be_there_twice() -> None:
    (root,) = jsonc.parse('{"a": 1, "a": {"b": []}}').documents
    assert meaning(root) == Pairs([("a", 1), ("a", Pairs([("b", [])]))])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"a\/b\u002e\u00e9"', "a/b.é"),
        (r'"\ud83d\udc33 \uD83D\uDC33"', "\U0001f433 \U0001f433"),
        # Half of a pair is no character, whatever the json module makes of it.
        (r'"\ud83d \udc33"', "\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}"),
        (r'"\udc33\ud83d"', "\N{REPLACEMENT CHARACTER}" * 2),
    ],
)
def test_escapes(text: str, value: str) -> None:
    (root,) = jsonc.parse(text).documents
    assert isinstance(root, ScalarNode)
    assert root.value == root.traced("").text == value


def test_what_a_pair_of_surrogates_says_stands_where_both_do() -> None:
    text = r'["a\ud83d\udc33b"]'
    ((scalar,),) = (scalars(each) for each in jsonc.parse(text).documents)
    places = [piece.place for piece in scalar.traced("").pieces]
    assert [place.span.of(text) for place in places if place] == ["a", r"\ud83d\udc33", "b"]


def test_json5_has_other_quotes_and_bare_names() -> None:
    text = "{image: 'python:3.13', \"b\": {c: 0x1F, d: '\"',},}"
    tree = jsonc.parse(text)
    (image,) = nodes_at(tree.documents, "image")
    assert isinstance(image, ScalarNode)
    assert (image.value, image.content.of(text)) == ("python:3.13", "python:3.13")
    (d,) = nodes_at(tree.documents, "b.d")
    assert isinstance(d, ScalarNode)
    assert d.value == '"'


DEEP = 100_000


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("[" * DEEP + "]" * DEEP, DEEP),
        ('{"a":' * DEEP + "1" + "}" * DEEP, DEEP),
        ("[" * DEEP, DEEP),
        ('{"a":\n' * (DEEP // 10), 1),
        ("]" * DEEP, 0),
        ("[\n" * (DEEP // 10) + "}\n" * (DEEP // 10), 1),
        ("".join(" " * (each % 50) + '{"a": [\n' for each in range(DEEP // 10)), 100),
    ],
    ids=["lists", "objects", "open", "open lines", "closed", "mixed", "indented"],
)
def test_depth_has_no_limit_and_time_is_the_length(text: str, depth: int) -> None:
    kinds = events_of(text, tuple(tokens_of(text))).kinds
    begun = sum(each in (Kind.SEQUENCE, Kind.MAPPING) for each in kinds)
    assert begun == kinds.count(Kind.CLOSE)
    assert begun >= depth


@pytest.mark.parametrize("mark", ["'", "- ", '"",', "}\n", "[\n", "a:"])
def test_what_would_take_too_long_is_refused(mark: str) -> None:
    tree = jsonc.parse(mark * 50_000)
    assert (tree.documents, tree.refusal) == (
        (),
        "the text has more than 20,000 values: it is not read",
    )


def test_what_is_too_deep_for_anyone_is_said_to_be() -> None:
    tree = jsonc.parse("[" * 101 + "]" * 101)
    assert (tree.documents, tree.refusal) == (
        (),
        "the text nests more than 100 levels deep: it is not read",
    )


@given(text=st.text("{}[]:,\"'/*\\ \n\r\tab\ufeff") | st.text())
def test_every_place_of_any_text_is_one(text: str) -> None:
    def check(node: Node) -> None:
        assert 0 <= node.span.start <= node.span.end <= len(text)
        if isinstance(node, ScalarNode):
            assert node.traced("").text == node.value
        elif isinstance(node, SequenceNode):
            for item in node.items():
                check(item)
        elif isinstance(node, MappingNode):
            for entry in node.entries():
                check(entry.key)
                check(entry.value)

    for root in jsonc.parse(text).documents:
        check(root)


FILE = """{
  // What a person has: objects and lists, on one line and on many.
  "name": "Shop",
  "one": "image-1",
  "build": {
    "dockerfile": "Dockerfile",
    "cacheFrom": ["image-2", "image-3"],
    "args": { "A": "1", "B": ["x"] },
  },
  "features": {
    "image-4": { "version": "22" },
    "image-5": {},
    "image-6": {
      "installZsh": true,
      "list": [
        1,
        2
      ]
    }
  },
  "ports": [
    8080,
    { "from": 1, "to": 2 },
    {
      "deep": [{ "image": "image-7" }]
    }
  ],
  "two": {
    "three": {
      "four": "image-8"
    }
  },
  "last": "image-9"
}
"""


def images(node: Node, *keys: str | None) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    """List the images with the keys that lead to them, None for an item of a list."""
    if isinstance(node, ScalarNode) and node.value.startswith("image-"):
        yield node.value, keys
    elif isinstance(node, SequenceNode):
        for item in node.items():
            yield from images(item, *keys, None)
    elif isinstance(node, MappingNode):
        for entry in node.entries():
            yield from images(entry.key, *keys)
            yield from images(entry.value, *keys, entry.name)


def places(text: str) -> dict[str, tuple[str | None, ...]]:
    return dict(each for root in jsonc.parse(text).documents for each in images(root))


@pytest.mark.parametrize("layout", ["  ", "    ", "\t", "crlf"])
@pytest.mark.parametrize("name", [*BREAKS, "blank"])
def test_a_broken_line_changes_nothing_elsewhere(layout: str, name: str) -> None:
    """Every image on another line keeps its keys, except for what the broken line names."""
    text = FILE.replace("\n", "\r\n") if layout == "crlf" else FILE.replace("  ", layout)
    lines = text.split("\n")
    whole = places(text)
    assert len(whole) == 9
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        broken = BREAKS[name](line) if name in BREAKS else "\r" * line.endswith("\r")
        found = places("\n".join([*lines[:number], broken, *lines[number + 1 :]]))
        for image, keys in whole.items():
            if image not in line and not set(re.findall(r'"(\w+)"', line)) & set(keys):
                assert found.get(image) == keys, (number, broken, image)

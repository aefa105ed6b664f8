"""Where scalars stand, and each of their characters: against what PyYAML composes.

Its nodes have marks, with which spans are compared.  That a character stands where it is said to is
asked of PyYAML as well: written otherwise there, it is otherwise in that value and nowhere else.
"""

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tagwise.documents.yaml_events import FASTEST, PURE, Loader, masked
from tagwise.documents.yaml_tree import AliasNode, MappingNode, Node, ScalarNode, parse

LOADERS = pytest.mark.parametrize("loader", [FASTEST, PURE], ids=["libyaml", "pure"])

WORD = st.sampled_from(
    ["python:3.13", "a", "x-y", "\U0001f433", "é.1", "b@c", "12", "q\tr", "${V}"]
)
PROPERTIES = st.sampled_from(
    ["", "", "&a1 ", "!t ", "!!str ", "&b_2 !t ", "!t  &c ", "&d\t", "!<t:u> "]
)
HEADERS = st.sampled_from(
    ["|", "|-", "|+", ">", ">-", ">+", "|2", ">2-", "|-2", "| # why", ">+ # é"]
)
ESCAPES = st.sampled_from(["\\x41", "\\u00e9", "\\U0001f433", "\\t", '\\"', "\\\\", "\\/", "\\_"])
BREAKS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def plain(draw: st.DrawFn, indent: str) -> str:
    words = draw(st.lists(WORD, min_size=1, max_size=4))
    joints = [draw(st.sampled_from([" ", "  ", "\n" + indent, "\n\n" + indent])) for _ in words]
    return "".join(word + joint for word, joint in zip(words, [*joints[1:], ""], strict=True))


@st.composite
def quoted(draw: st.DrawFn, indent: str) -> str:
    quote = draw(st.sampled_from("'\""))
    special = st.just("''") if quote == "'" else ESCAPES | st.just("\\\n" + indent)
    parts = draw(
        st.lists(plain(indent) | special | st.sampled_from(["# ", ": ", "[", " "]), max_size=4)
    )
    return quote + "".join(parts) + quote


@st.composite
def block(draw: st.DrawFn, indent: str) -> str:
    header = draw(HEADERS)
    lines = draw(st.lists(plain("") | st.sampled_from(["", " more", "# no comment"]), max_size=4))
    inner = [line for each in lines for line in each.split("\n")]
    if "2" in header:
        indent = indent[:-2] + "  "
    return header + "".join(f"\n{indent}{line}" if line else "\n" for line in inner)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Return a mapping of scalars in every style, some of them in collections of either style."""
    text = ""
    for number in range(draw(st.integers(1, 5))):
        blanks = draw(st.sampled_from([" ", "  ", "\t", " \t"]))
        properties = draw(PROPERTIES)
        match draw(st.sampled_from(["value", "item", "inner", "flow map", "flow list"])):
            case "value":
                scalar = draw(plain("  ") | quoted("  ") | block("  "))
                text += f"k{number}:{blanks}{properties}{scalar}\n"
            case "item":
                scalar = draw(plain("    ") | quoted("    ") | block("    "))
                text += f"k{number}:\n  - {properties}{scalar}\n  - z\n"
            case "inner":
                scalar = draw(plain("    ") | quoted("    ") | block("    "))
                text += f"k{number}:\n  {draw(PROPERTIES)}in:{blanks}{properties}{scalar}\n"
            case "flow map":
                scalar = draw(plain("    ") | quoted("    "))
                assume("{" not in scalar or scalar[0] in "'\"")
                text += f"k{number}: {{'a':{blanks}{properties}{scalar} , b: c}} # d\n"
            case _:
                scalar = draw(plain("    ") | quoted("    "))
                assume("{" not in scalar or scalar[0] in "'\"")
                text += f"k{number}: [{properties}{scalar},\n    x]\n"
    marker = draw(st.sampled_from(["", "", "---\n", "# é\n"]))
    return draw(st.sampled_from(["", "\ufeff"])) + (marker + text).replace("\n", draw(BREAKS))


def composed(text: str, loader: Loader) -> list[yaml.ScalarNode] | None:
    """Return PyYAML's scalars in the text's order, None if it finds the text wrong."""
    try:
        root = yaml.compose(masked(text).removeprefix("\ufeff"), Loader=loader)
    except yaml.YAMLError:
        return None
    found: list[yaml.ScalarNode] = []
    waiting: list[yaml.Node | None] = [root]
    while waiting:
        match waiting.pop():
            case yaml.ScalarNode() as scalar:
                found.append(scalar)
            case yaml.SequenceNode(value=items):
                waiting += items
            case yaml.MappingNode(value=pairs):
                waiting += [node for pair in pairs for node in pair]
            case _:
                pass
    return sorted(found, key=lambda node: node.start_mark.index)


def scalars(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, MappingNode):
        for entry in node.entries():
            yield from scalars(entry.key)
            yield from scalars(entry.value)
    elif not isinstance(node, AliasNode):
        for item in node.items():
            yield from scalars(item)


@LOADERS
@settings(max_examples=400, deadline=None)
@given(text=documents())
def test_a_scalar_stands_where_pyyaml_marks_it(loader: Loader, text: str) -> None:
    expected = composed(text, loader)
    assume(expected is not None)
    assert expected is not None
    found = [each for root in parse(text, loader=loader).documents for each in scalars(root)]
    assert [each.value for each in found] == [each.value for each in expected]
    shift = text.startswith("\ufeff")
    for ours, theirs in zip(found, expected, strict=True):
        start, end = theirs.start_mark.index + shift, theirs.end_mark.index + shift
        assert ours.span.end == end
        properties = text[start : ours.span.start].split()
        assert all(each[0] in "&!" for each in properties)
        assert bool(properties) == (ours.tag is not None or ours.anchor is not None)
        shown = ours.span.of(text)
        assert shown[:1] not in ("&", "!", " ", "\t")
        assert ours.style == (theirs.style or "")
        assert not ours.style or shown[0] == ours.style


@LOADERS
@settings(max_examples=400, deadline=None)
@given(text=documents(), data=st.data())
def test_a_character_stands_where_it_is_said_to(
    loader: Loader, text: str, data: st.DataObject
) -> None:
    before = composed(text, loader)
    assume(before is not None)
    assert before is not None
    found = [each for root in parse(text, loader=loader).documents for each in scalars(root)]
    number = data.draw(st.integers(0, len(found) - 1))
    value = found[number].traced("")
    # The parser is shown a blank in place of a tab; the value has what is written.
    expected = before[number].value
    assert value.text == expected or masked(text) != text
    assert len(value.text) == len(expected)
    said = ""
    for piece in value.pieces:
        assert piece.place is not None
        assert piece.exact or not piece.text.isalnum() or "\\" in piece.place.span.of(text)
        for offset, character in enumerate(piece.text):
            if piece.exact and character.isascii() and character.isalnum():
                at = piece.place.span.start + offset
                after = composed(text[:at] + "Q" + text[at + 1 :], loader)
                assert after is not None
                values = [each.value for each in before]
                values[number] = expected[: len(said)] + "Q" + expected[len(said) + 1 :]
                assert [each.value for each in after] == values
            said += character
    assert said == value.text

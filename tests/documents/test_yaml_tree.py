"""YAML as nodes with places, on both loaders, against PyYAML's own composed values."""

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tagwise.documents.traced import TracedText
from tagwise.documents.yaml_events import FASTEST, MASK, PURE, Loader, masked
from tagwise.documents.yaml_tree import (
    AliasNode,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    YamlTree,
    parse,
    resolved,
)

LOADERS = pytest.mark.parametrize("loader", [FASTEST, PURE], ids=["libyaml", "pure"])

WORDS = st.sampled_from(
    [
        *"aZ01-+:#'\"\\|>{}[],&*!%@`?~=<./_ \t\n\r",
        *("\r\n", "\n\n", "  ", "    ", ": ", "- ", " #", "''", "<<", "&a ", "*a", "!t "),
        *("\\n", "\\x41", "\\u00e9", "\\\n", "\\ud83d\\ude00", "\\UFFFFFFFF"),
        *("\ufeff", "\x85", "\u2028", "\x0c", "\x00", "\ud800", "\U0001f433", "é"),
        *("---\n", "...\n", "|\n  a\n", ">-\n  a\n  b\n", "|+2\n", "{{ x }}", "${V}", "image: "),
    ]
)
TEXTS = st.one_of(st.lists(WORDS, max_size=40).map("".join), st.text(max_size=60))


def scalars(tree: YamlTree) -> Iterator[ScalarNode]:
    waiting: list[Node] = list(reversed(tree.documents))
    while waiting:
        match waiting.pop():
            case ScalarNode() as scalar:
                yield scalar
            case SequenceNode() as sequence:
                waiting += reversed(list(sequence.items()))
            case MappingNode() as mapping:
                entries = reversed(list(mapping.entries()))
                waiting += [node for entry in entries for node in (entry.value, entry.key)]
            case AliasNode():
                pass


def composed(text: str, loader: Loader) -> list[str] | None:
    """Return the values of the scalars PyYAML finds, None if it finds the text wrong."""
    try:
        events = list(yaml.parse(text, loader))
    except (yaml.YAMLError, ValueError, OverflowError):
        return None
    return [event.value for event in events if isinstance(event, yaml.ScalarEvent)]


def check_places(text: str, value: TracedText) -> None:
    for piece in value.pieces:
        assert piece.place is not None
        span = piece.place.span
        assert 0 <= span.start <= span.end <= len(text)
        assert not piece.exact or span.of(text) == piece.text


@LOADERS
@settings(max_examples=600, deadline=None)
@given(text=TEXTS)
@example(text="a: \\ud800")
@example(text="%YAML " + "1" * 5000 + ".1\n---\na")
@example(text='"\\UFFFFFFFF"')
def test_whatever_the_text_it_is_read_and_values_are_those_of_pyyaml(loader, text):
    tree = parse(text, loader=loader)
    shown = masked(text)
    assert len(shown) == len(text)
    found = list(scalars(tree))
    for scalar in found:
        value = scalar.traced("d")
        check_places(text, value)
        assert 0 <= scalar.span.start <= scalar.span.end <= len(text)
        if shown == text:
            assert value.text == scalar.value
    values = composed(shown.removeprefix("\ufeff"), loader)
    if values is not None:
        assert [scalar.value for scalar in found] == values
        assert not tree.skipped


STYLES = st.sampled_from(["plain", "'", '"', "|", ">", "|-", ">-", "|+", ">+", "|2", ">2-", "|1+"])
LINES = st.lists(
    st.sampled_from(["a", "FROM b:1", "  c", "", "d  ", "\te", "$${V}", "f # g"]), min_size=1
)


@LOADERS
@settings(max_examples=600, deadline=None)
@given(style=STYLES, lines=LINES, line_break=st.sampled_from(["\n", "\r\n"]), last=st.booleans())
def test_every_character_of_a_value_has_a_place(loader, style, lines, line_break, last):
    indent = "    "
    if style == "plain":
        lines = [line.strip().replace("#", "_") for line in lines]
        scalar = f"{line_break}{indent}".join(lines)
    elif style in {"'", '"'}:
        scalar = style + f"{line_break}{indent}".join(lines) + style
    else:
        indent = " " * (2 + int("".join(filter(str.isdigit, style)) or 2))
        scalar = style + "".join(f"{line_break}{indent}{line}" for line in lines)
    text = f"a:{line_break}  b: {scalar}" + line_break * last
    shown = masked(text)
    values = composed(shown, loader)
    if values is None:
        return
    found = list(scalars(parse(text, loader=loader)))
    assert [scalar.value for scalar in found] == values
    value = found[-1].traced("d")
    assert shown != text or value.text == found[-1].value
    check_places(text, value)
    for piece in value.pieces:
        if not piece.exact:
            assert not piece.text.strip(), "only breaks and blanks are written otherwise"


@LOADERS
@pytest.mark.parametrize(
    ("scalar", "value", "pieces"),
    [
        ("python", "python", [("python", "python")]),
        ("'it''s'", "it's", [("it", "it"), ("''", "'"), ("s", "s")]),
        (r'"a\x41\tb"', "aA\tb", [("a", "a"), (r"\x41", "A"), (r"\t", "\t"), ("b", "b")]),
        ('"a \\\n   b"', "a b", [("a ", "a "), ("\\\n   ", ""), ("b", "b")]),
        ("one\n  two", "one two", [("one", "one"), ("\n  ", " "), ("two", "two")]),
        ("|\n  a\n\n  b\n", "a\n\nb\n", [("a\n\n", "a\n\n"), ("b\n", "b\n")]),
        ("|\r\n  a\r\n", "a\n", [("a", "a"), ("\r\n", "\n")]),
        (">\n  a\n  b\n", "a b\n", [("a", "a"), ("\n  ", " "), ("b\n", "b\n")]),
        (">-\n  a\n\n   b\n", "a\n\n b", [("a\n\n", "a\n\n"), (" b", " b")]),
        ("|1\n  a", " a", [(" a", " a")]),
    ],
)
def test_pieces(loader, scalar, value, pieces):
    text = f"k: {scalar}"
    found = list(scalars(parse(text, loader=loader)))[1].traced("d")
    assert found.text == value
    told = [(piece.place.span.of(text), piece.text) for piece in found.pieces if piece.place]
    assert told == [each for each in pieces if each[1]]


@LOADERS
def test_nodes(loader):
    text = "a: &x !t [1, *x]\nb: {<<: *m, c: &n 'd'} # e\nf: *n\n"
    root = parse(text, loader=loader).documents[0]
    assert isinstance(root, MappingNode)
    entries = list(root.entries())
    assert [entry.name for entry in entries] == ["a", "b", "f"]
    spans = [entry.value.span.of(text) for entry in entries]
    assert spans == ["[1, *x]", "{<<: *m, c: &n 'd'}", "*n"]
    first, _, last = (entry.value for entry in entries)
    assert isinstance(first, SequenceNode)
    assert (first.tag, first.anchor) == ("!t", "x")
    assert resolved(list(first.items())[1]) == first
    named = resolved(last)
    assert isinstance(named, ScalarNode)
    assert [each.key for each in named.ancestors()] == ["c", "b"]
    assert [entry.name for entry in root.entries("f")] == ["f"]


@LOADERS
def test_layers_of_merge_keys(loader):
    text = "a: &a {k: 1}\nb: &b {<<: *a, k: 2}\nc: {<<: [*b, *a, *c], k: 3}\n"
    root = parse(text, loader=loader).documents[0]
    assert isinstance(root, MappingNode)
    (entry,) = root.entries("c")
    assert isinstance(entry.value, MappingNode)
    keys = [layer.entries("k") for layer in entry.value.layers()]
    values = [each.value.span.of(text) for (each,) in map(tuple, keys)]
    assert values == ["3", "2", "1"]


@LOADERS
def test_what_would_take_too_long_is_refused(loader):
    for text in ("[" * 20_000, "- " * 20_000, "{a: " * 5000, "a: b\n" * 200_000):
        tree = parse(text, loader=loader)
        assert tree.refusal
        assert not tree.documents


@LOADERS
def test_what_people_write_is_read_however_long(loader):
    service = """\
  service{n}:
    image: registry.example.com/team/app-{n}:1.{n}
    restart: unless-stopped
    ports:
      - "80{n}:80"
    deploy:
      resources:
        limits:
          cpus: "0.5"
"""
    text = "services:\n" + "".join(service.format(n=n) for n in range(1_600))
    assert text.count("\n") > 14_000
    assert parse(text, loader=loader).refusal is None
    assert parse("[a, b, c, d]\n" * 12_000, loader=loader).refusal


@LOADERS
def test_control_characters_are_kept_in_values(loader):
    text = "\ufeffa: x\x0cy\nb: z\ud800"
    found = list(scalars(parse(text, loader=loader)))
    assert [each.traced("d").text for each in found] == ["a", "x\x0cy", "b", "z\ud800"]
    assert found[1].value == f"x{MASK}y"


BROKEN = """\
services:
  a:
    image: redis:7
{}
  b:
    image: nginx:1
    ports: ["80:80"]
"""


@LOADERS
@pytest.mark.parametrize(
    "line",
    [
        "    im",
        "    image: 'x",
        '    image: "x',
        "   ports:",
        "\tx: y",
        "    a: b: c",
        "    [x",
        "    }",
        "    &",
        "    - *",
        "    @x",
        "    image: |x",
        "  : :",
        "    %x: !<",
        "    ? x : y",
    ],
)
def test_a_broken_line_costs_nothing_else(loader, line):
    tree = parse(BROKEN.format(line), loader=loader)
    values = [scalar.value for scalar in scalars(tree)]
    assert "redis:7" in values
    assert "nginx:1" in values
    assert "80:80" in values

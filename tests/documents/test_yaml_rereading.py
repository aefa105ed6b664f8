"""Reading an edited YAML text again gives what reading it anew gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwise.documents import yaml_rereading
from tagwise.documents.yaml_events import FASTEST, PURE
from tagwise.documents.yaml_tree import (
    AliasNode,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    YamlTree,
    parse,
)

LOADERS = pytest.mark.parametrize("loader", [FASTEST, PURE], ids=["libyaml", "pure"])

TEXT = """\
# a project
name: demo
x-base: &base
  image: redis:7
  labels: {a: b, c: [d, e]}

services:
  one:
    <<: *base
    image: "python:3.12"  # the language
    command: ["a",
      "b"]
    environment:
    - A=1
    - B: 2

  # between
  two:
    image: >-
      folded
      text
    script: |+
      keep

    ? explicit
    : value
  "three": !reset
    image: 'it''s'
    plain: of several
      lines

volumes:
  data:
tail: {{ template }}
"""
TEXTS = st.sampled_from(
    [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        "\ufeff" + TEXT,
        "---\n" + TEXT + "---\n" + TEXT + "...\n",
        "%TAG !x! tag:example.com,2026:\n---\n" + TEXT,
        TEXT[:-1],
        "a:\n  b:\n    c:\n      - d: 1\n        e: 2\n      - f\n    g: h\n",
    ]
)
WORDS = st.sampled_from(
    [
        *"azA01-:#'\"|>{}[],&*!%?~ \n\r\t",
        *(": ", "- ", "  ", "\n  ", "\n    ", "\n    b: c", "\n  four:\n    image: x", "&n ", "*n"),
        *(
            "---\n",
            "...\n",
            "<<: *base",
            "|\n",
            "{{ x }}",
            "\ufeff",
            "\u2028",
            "\x00",
            "\U0001f433",
        ),
    ]
)


@st.composite
def edits(draw: st.DrawFn) -> list[str]:
    """Several versions of a text, each an edit of the one before."""
    text = draw(TEXTS)
    versions = [text]
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 0, 1, 1, 3, 30])))
        text = text[:start] + draw(WORDS | st.lists(WORDS).map("".join)) + text[end:]
        versions.append(text)
    return versions


def said(tree: YamlTree) -> list[object]:
    """Everything that the nodes say, and where."""
    found: list[object] = [tree.refusal, tree.skipped]
    waiting: list[Node] = [*tree.documents, *tree.aliases]
    while waiting:
        node = waiting.pop()
        match node:
            case ScalarNode():
                around = [each.key for each in node.ancestors()]
                found.append((node.span, node.tag, node.anchor, node.value, node.style, around))
                found.append(node.traced("d"))
            case SequenceNode():
                found.append((node.span, node.tag, node.anchor))
                waiting += node.items()
            case MappingNode():
                layers = [layer.span for layer in node.layers()]
                found.append((node.span, node.tag, node.anchor, layers))
                waiting += [each for entry in node.entries() for each in (entry.key, entry.value)]
            case AliasNode():
                found.append((node.span, node.name, node.target and node.target.span))
    return found


@LOADERS
@settings(max_examples=250, deadline=None)
@given(versions=edits())
def test_reading_again_is_reading_anew(loader, versions):
    tree = parse(versions[0], loader=loader)
    for version in versions[1:]:
        tree = tree.reread(version)
        assert said(tree) == said(parse(version, loader=loader))


@LOADERS
def test_only_the_edited_entry_is_parsed(loader, monkeypatch):
    parsed: list[str] = []

    def attempt(text, loader):
        parsed.append(text)
        return original(text, loader)

    original = yaml_rereading.attempt
    monkeypatch.setattr(yaml_rereading, "attempt", attempt)
    tree = parse(TEXT, loader=loader)
    again = tree.reread(TEXT.replace("python:3.12", "python:3.13"))
    assert parsed == ['    image: "python:3.13"  # the language\n']
    assert [each.value for each in scalars(again) if "python" in each.value] == ["python:3.13"]


def scalars(tree: YamlTree) -> list[ScalarNode]:
    import re

    return list(tree.scalars(re.compile("")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  two:", "two:"),
        ("  # between\n", ""),
        ("    image: 'it''s'", "    image: 'it's'"),
        ("volumes:", "  volumes:"),
        ('  "three": !reset', '\n "three": !reset'),
        ("  data:\n", "  data:\n...\n"),
        ("name: demo\n", "name: demo"),
        ("keep\n\n", "keep\n\n\n\n"),
        ("    - A=1\n", "    - A=1\n    - &n C\n"),
        ("  one:\n", "  one:\n    image: a\n  other:\n"),
    ],
)
@LOADERS
def test_edits_that_change_more_than_a_value(loader, old, new):
    text = TEXT.replace(old, new)
    assert text != TEXT
    again = parse(TEXT, loader=loader).reread(text)
    assert said(again) == said(parse(text, loader=loader))


@LOADERS
@pytest.mark.parametrize("old", ["      text\n", "image: 'it''s'", "      lines"])
def test_a_key_that_is_a_mapping_is_not_its_lines_alone(loader, old):
    """The `?` that makes it one stands above them."""
    text = TEXT.replace("\n\n  # between", "\n?\n  # between")
    edited = text.replace(old, old.replace("e", "ee").replace("it", "itt"), 1)
    assert edited != text
    again = parse(text, loader=loader).reread(edited)
    assert said(again) == said(parse(edited, loader=loader))


@LOADERS
def test_of_a_broken_text_only_the_edited_entry_is_read_again(loader, monkeypatch):
    broken = TEXT.replace('    command: ["a",', '    command: ["a')
    tree = parse(broken, loader=loader)
    assert tree.skipped
    spliced: list[str] = []

    def attempt(text, loader):
        spliced.append(text)
        return original(text, loader)

    original = yaml_rereading.attempt
    monkeypatch.setattr(yaml_rereading, "attempt", attempt)
    edited = broken.replace("- B: 2", "- B: 22")
    again = tree.reread(edited)
    # Where it is broken was looked for from the section before on.
    assert [each.split(":")[0].strip() for each in spliced] == ["x-base", "environment"]
    assert said(again) == said(parse(edited, loader=loader))


@LOADERS
def test_an_edit_far_from_what_is_broken_looks_for_nothing(loader, monkeypatch):
    services = [f"  s{n}:\n    image: a:{n}\n" for n in range(9)]
    text = "services:\n" + "".join(services[:6]) + "    po: [\n" + "".join(services[6:])
    tree = parse(text, loader=loader)
    assert tree.skipped
    parsed: list[str] = []

    def attempt(text, loader):
        parsed.append(text)
        return original(text, loader)

    original = yaml_rereading.attempt
    monkeypatch.setattr(yaml_rereading, "attempt", attempt)
    for old in ("a:2", "a:8"):
        version = text.replace(old, "b:10")
        again = tree.reread(version)
        assert [each.value for each in scalars(again) if "b:" in each.value] == ["b:10"]
        assert [line.of(version) for line in again.skipped] == ["    po: ["]
    assert parsed == ["    image: b:10\n"] * 2


@LOADERS
@pytest.mark.parametrize(
    "line", ["    po: [", '    "', "    a: 'b", "   x", "    {{{{ x }} y }}", "\ufeff"]
)
def test_a_line_is_broken_and_mended(loader, line):
    """Each version is what reading it anew gives, with either line end."""
    for text in (TEXT, TEXT.replace("\n", "\r\n")):
        tree = parse(text, loader=loader)
        end = "\r\n" if "\r" in text else "\n"
        for at in ("  # between", "  two:", "name: demo"):
            half_typed = text.replace(at, line + end + at, 1)
            for version in (half_typed, half_typed + end, text):
                tree = tree.reread(version)
                assert said(tree) == said(parse(version, loader=loader))

"""Development containers, by the reference of devcontainer.json; and JSON with comments."""

import json
import re
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.formats import check, check_any, check_pins, damaged
from tagwise.documents import jsonc
from tagwise.documents.devcontainer import parse
from tagwise.documents.yaml_events import FASTEST, PURE
from tagwise.documents.yaml_tree import ScalarNode

LOADERS = pytest.mark.parametrize("loader", [FASTEST, PURE], ids=["libyaml", "pure"])

FILE = """
// For Visual Studio Code.
{
\t"name": "shop", /* "image": "commented:1",
\t  "image": "out:2" */
\t"image": "mcr.microsoft.com/devcontainers/python:3.13", // or another
\t"features": {
\t\t"ghcr.io/devcontainers/features/node:1": {"version": "24"},
\t\t"./local": {},
\t\t"https://example.com/x.tgz": {},
\t\t"docker-in-docker": "latest",
\t},
\t"customizations": {"vscode": {"settings": {"image": "no"}, "url": "http://x"}},
}
"""


@LOADERS
def test_an_image_and_features(loader):
    check(
        partial(parse, loader=loader),
        FILE,
        """
        \t"image": "mcr.microsoft.com/devcontainers/python:3.13", // or another
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mcr.microsoft.com/devcontainers/python:3.13, pin ""image": "mcr.microsoft.com/devcontainers/python:3.13|", // or another"
        \t\t"ghcr.io/devcontainers/features/node:1": {"version": "24"},
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ghcr.io/devcontainers/features/node:1, artifact: a feature: it is added to the image, and is none
        """,
    )


@LOADERS
def test_a_build_and_a_variable(loader):
    check(
        partial(parse, loader=loader),
        """
        {"build": {"dockerfile": "Dockerfile", "cacheFrom": ["acme/api:cache"]}, "features": {}}
        """,
        """
        {"build": {"dockerfile": "Dockerfile", "cacheFrom": ["acme/api:cache"]}, "features": {}}
                                                              ^^^^^^^^^^^^^^ docker.io/acme/api:cache, cache: it is a cache to build from
        """,
    )
    check(
        partial(parse, loader=loader),
        r"""
        {"image": "acme/api:${localEnv:TAG:1}"}
        """,
        """
        {"image": "acme/api:${localEnv:TAG:1}"}
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^ 'acme/api:${localEnv:TAG:1}', template: a template: which image this is is known once it is rendered
        """,
    )


@LOADERS
def test_escapes_have_their_places(loader):
    check(
        partial(parse, loader=loader),
        r"""
        {"image": "acme\/api:1\u002e2"}
        """,
        r"""
        {"image": "acme\/api:1\u002e2"}
                   ^^^^^^^^^^^^^^^^^^ docker.io/acme/api:1.2, pin "{"image": "acme\/api:1\u002e2|"}"
        """,
    )


@LOADERS
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_pins_come_off_without_a_trace(loader, line_break):
    assert check_pins(partial(parse, loader=loader), FILE.replace("\n", line_break))


@LOADERS
@settings(max_examples=80)
@given(text=damaged(FILE) | st.text())
def test_any_text(loader, text):
    check_any(partial(parse, loader=loader), text)


VALUES = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8).filter(
        lambda text: not re.search(r"\{\{|\{%|[^\x20-\x7e]", text)
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc/*", max_size=3), inner)
    ),
    max_leaves=8,
)


@LOADERS
@given(value=VALUES, indent=st.sampled_from([None, 2, "\t"]))
def test_it_is_json(loader, value, indent):
    """What a text says is what the json module reads, comments and all."""
    text = json.dumps([value], indent=indent)
    commented = "/* a\n [ */" + re.sub(r"\n", ' // "{\n', text) + "// ["
    for each in (text, commented):
        (root,) = jsonc.parse(each, loader=loader).documents
        assert shape(root) == [value]


def shape(node):
    if isinstance(node, ScalarNode):
        return node.value
    if hasattr(node, "items"):
        return [shape(item) for item in node.items()]
    return {shape(entry.key): shape(entry.value) for entry in node.entries()}


@LOADERS
def test_a_comment_in_what_is_no_json_is_part_of_it(loader):
    check_any(partial(parse, loader=loader), '{"features": {$\t\t"ghcr.io/a/b": {}}}')
    check_any(partial(parse, loader=loader), '{"image": a/* b */c}')

"""Development containers, by the reference of devcontainer.json."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.formats import check, check_any, check_pins, damaged
from tagwise.documents.devcontainer import parse
from tagwise.documents.model import Inputs

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


def test_an_image_and_features():
    check(
        parse,
        FILE,
        """
        \t"image": "mcr.microsoft.com/devcontainers/python:3.13", // or another
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mcr.microsoft.com/devcontainers/python:3.13, pin ""image": "mcr.microsoft.com/devcontainers/python:3.13|", // or another"
        \t\t"ghcr.io/devcontainers/features/node:1": {"version": "24"},
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ghcr.io/devcontainers/features/node:1, artifact: a feature: it is added to the image, and is none
        """,
    )


def test_a_build_and_a_variable():
    check(
        parse,
        """
        {"build": {"dockerfile": "Dockerfile", "cacheFrom": ["acme/api:cache"]}, "features": {}}
        """,
        """
        {"build": {"dockerfile": "Dockerfile", "cacheFrom": ["acme/api:cache"]}, "features": {}}
                                                              ^^^^^^^^^^^^^^ docker.io/acme/api:cache, cache: it is a cache to build from
        """,
    )
    check(
        parse,
        r"""
        {"image": "acme/api:${localEnv:TAG:1}"}
        """,
        """
        {"image": "acme/api:${localEnv:TAG:1}"}
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^ 'acme/api:${localEnv:TAG:1}', template: a template: which image this is is known once it is rendered
        """,
    )


def test_escapes_have_their_places():
    check(
        parse,
        r"""
        {"image": "acme\/api:1\u002e2"}
        """,
        r"""
        {"image": "acme\/api:1\u002e2"}
                   ^^^^^^^^^^^^^^^^^^ docker.io/acme/api:1.2, pin "{"image": "acme\/api:1\u002e2|"}"
        """,
    )


@pytest.mark.parametrize("end", ['"}}', "}}", '"', "", '",\n"./local": {}}}', '" {}}}'])
def test_a_feature_that_is_being_written(end):
    text = '{"features": {"ghcr.io/a/b:1": {}, "ghcr.io/devcontainers/fea' + end
    found = parse(text).evaluate(Inputs()).occurrences
    assert [each.span.of(text) for each in found] == [
        "ghcr.io/a/b:1",
        "ghcr.io/devcontainers/fea",
    ]


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_pins_come_off_without_a_trace(line_break):
    assert check_pins(parse, FILE.replace("\n", line_break))


@settings(max_examples=80)
@given(text=damaged(FILE) | st.text())
def test_any_text(text):
    check_any(parse, text)


def test_a_comment_in_what_is_no_json_is_part_of_it():
    check_any(parse, '{"features": {$\t\t"ghcr.io/a/b": {}}}')
    check_any(parse, '{"image": a/* b */c}')

"""Strings of TOML with their places, against Python's own reader."""

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.documents.toml_strings import strings_of

VALUES = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.integers() | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.- ", max_size=3), inner)
    ),
    max_leaves=8,
)


def strings(value: object, *keys: str) -> Iterator[tuple[tuple[str, ...], str]]:
    match value:
        case str():
            yield keys, value
        case dict():
            for key, inner in value.items():
                yield from strings(inner, *keys, key)
        case list():
            for index, inner in enumerate(value):
                yield from strings(inner, *keys, str(index))


def written(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return quoted(value)
        case dict():
            return "{ " + ", ".join(f"{quoted(k)} = {written(v)}" for k, v in value.items()) + " }"
        case list():
            return "[" + "".join(f" # x\n {written(each)}," for each in value) + "\n]"
        case _:
            return str(value)


def quoted(text: str) -> str:
    plain = text.isascii() and text.isalnum()
    return f"'{text}'" if plain else '"' + "".join(f"\\U{ord(each):08X}" for each in text) + '"'


def read(text: str) -> dict[tuple[str, ...], str]:
    return {each.keys: each.traced("").text for each in strings_of(text)}


@given(st.dictionaries(st.text("ab.- ", max_size=3), VALUES, max_size=4))
def test_any_value(table):
    text = "".join(f"{quoted(key)} = {written(value)}\n" for key, value in table.items())
    assert read(text) == dict(strings(tomllib.loads(text)))


@pytest.mark.parametrize(
    "text",
    [
        'a.b."c d" = "x"\n[a.e]\nf = \'y\'\n[[a.g]]\nh = "1"\n[[a.g]]\nh = "2"\n',
        'a = """\nfirst\\\n   second"""\nb = \'\'\'\nraw\\n\'\'\'\nc = """x""\\""""\n',
        "a = 1979-05-27T07:32:00Z\nb = [1.5, inf, 0x1F]\nc = 'z' # d = 'no'\r\ne = 'w'\r\n",
        'a = "\\t\\"\\u00e9\\U0001F433"\n',
    ],
)
def test_what_is_written_in_every_way(text):
    assert read(text) == dict(strings(tomllib.loads(text)))


TEXT = """\
\ufeff# where "images" stand, 'all' of them
image = 'python:3.13' # "no"
"quoted key" . b = "\\u0070ython\\u003A3"
'\U0001f433' = "\U0001f433 alpine:3 \\U0001F433"
long = \"""
FROM golang:1.25 \\

   AS "build" \"""\"
raw = '''
  it's\\n'''
[images.web]
list = [ "a:1", { name = 'b:2', tag = "3" }, # "x"
  [ "c:4", ], ]
[[steps]]
image = "d:5"
[[steps]]
image = "e:6"
[[steps.inner]]
image = "f:7"
"""


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_a_string_stands_where_it_is_said_to(line_break):
    """What is written there otherwise is, to tomllib, otherwise there and nowhere else."""
    text = TEXT.replace("\n", line_break)
    assert check_places(text) == 12


@given(st.dictionaries(st.text("ab.- ", max_size=3), VALUES, max_size=4))
def test_any_string_stands_where_it_is_said_to(table):
    text = "".join(f"{quoted(key)} = {written(value)}\n" for key, value in table.items())
    check_places(text)


def check_places(text: str) -> int:
    before = loaded(text)
    found = list(strings_of(text))
    for each in found:
        start, end = each.span.start, each.span.end
        after = loaded(text[:start] + "new" + text[end:])
        assert after == {**before, each.keys: "new"}
        said = ""
        for piece in each.traced("").pieces:
            place = piece.place.span
            assert piece.exact == (piece.place.span.of(text) == piece.text)
            # A line break is read as \n, whatever it is.
            whole = loaded(text[: place.start] + "new" + text[place.end :])[each.keys]
            assert (
                whole
                == (
                    before[each.keys][: len(said)]
                    + "new"
                    + before[each.keys][len(said + piece.text) :]
                )
                or "\r" in text
            )
            said += piece.text
        assert said.replace("\r\n", "\n") == before[each.keys]
    return len(found)


def loaded(text: str) -> dict[tuple[str, ...], str]:
    return dict(strings(tomllib.loads(text.removeprefix("\ufeff"))))


@given(st.text(st.sampled_from("ab[]{}=.,'\"# \n\r\\") | st.characters()))
def test_any_text(text):
    for each in strings_of(text):
        assert 0 <= each.span.start <= each.span.end <= len(text)
        each.traced("")


def test_what_follows_a_broken_line_is_read():
    assert read('a = [\nb = "x\nc = = "y"\n[t\nd = "z"\n').get(("t", "d")) == "z"

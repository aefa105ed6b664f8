r"""Lines and characters: LSP 3.17, "Text Documents": lines end at `\n`, `\r\n` and `\r`."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.ide.line_index import LineIndex, Unit

TEXT = "aé\U0001f40b\r\nb\rc\n\x0cd\x85e\u2028f\n"


@pytest.mark.parametrize(
    ("needle", "utf8", "utf16", "code_point"),
    [
        ("a", (0, 0), (0, 0), (0, 0)),
        ("é", (0, 1), (0, 1), (0, 1)),
        ("\U0001f40b", (0, 3), (0, 2), (0, 2)),
        ("\r\n", (0, 7), (0, 4), (0, 3)),
        ("b", (1, 0), (1, 0), (1, 0)),
        ("c", (2, 0), (2, 0), (2, 0)),
        ("\x0c", (3, 0), (3, 0), (3, 0)),
        ("d", (3, 1), (3, 1), (3, 1)),
        ("e", (3, 4), (3, 3), (3, 3)),
        ("f", (3, 8), (3, 5), (3, 5)),
    ],
)
def test_where_a_character_stands(needle, utf8, utf16, code_point):
    offset = TEXT.index(needle)
    for unit, place in ((Unit.UTF8, utf8), (Unit.UTF16, utf16), (Unit.CODE_POINT, code_point)):
        index = LineIndex(TEXT, unit)
        assert index.line_and_character(offset) == place
        assert index.offset(*place) == offset


@pytest.mark.parametrize("unit", Unit)
def test_beyond_the_end_is_the_end(unit):
    index = LineIndex(TEXT, unit)
    assert index.line_and_character(len(TEXT)) == (4, 0)
    assert index.offset(4, 0) == index.offset(4, 9) == index.offset(99, 0) == len(TEXT)
    assert index.offset(0, 99) == TEXT.index("\r\n")
    assert index.offset(1, 99) == TEXT.index("\rc")
    assert [index.line(n) for n in range(5)] == [
        "aé\U0001f40b", "b", "c", "\x0cd\x85e\u2028f", ""
    ]  # fmt: skip


def test_inside_a_pair_is_behind_it():
    assert LineIndex("\U0001f40bx", Unit.UTF16).offset(0, 1) == 1
    assert LineIndex("éx", Unit.UTF8).offset(0, 1) == 1


TEXTS = st.text(st.one_of(st.sampled_from("\r\n\x0c\x85\u2028aé\U0001f40b\udc80"), st.characters()))


@given(TEXTS, st.sampled_from(Unit), st.data())
def test_every_offset_comes_back(text, unit, data):
    offset = data.draw(st.integers(0, len(text)))
    index = LineIndex(text, unit)
    line, character = index.line_and_character(offset)
    inside = text[offset - 1 : offset + 1] == "\r\n" and offset > 0
    assert index.offset(line, character) == (offset - 1 if inside else offset)
    assert line == len(re.findall(r"\r\n|\r|\n", text[: offset - 1 if inside else offset]))


@given(TEXTS, st.sampled_from(Unit), st.integers(0, 9), st.integers(0, 99))
def test_any_position_gives_an_offset(text, unit, line, character):
    assert 0 <= LineIndex(text, unit).offset(line, character) <= len(text)

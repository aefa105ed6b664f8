"""The picture of an image's layers: well-formed, bounded, made of numbers alone."""

import base64
from itertools import pairwise
from xml.dom import minidom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.ide.layer_picture import MOST, WIDTH, as_data_uri, layer_bar, layer_words

SIZES = st.lists(st.integers(0, 10**12), min_size=1, max_size=300)


def parsed(svg):
    return minidom.parseString(svg).documentElement  # noqa: S318 - our own


def bars(svg):
    return [
        (
            float(each.getAttribute("x")),
            float(each.getAttribute("width")),
            each.getAttribute("fill"),
        )
        for each in parsed(svg).getElementsByTagName("rect")
    ]


def test_a_layer_is_as_wide_as_it_is_big_and_the_lowest_stands_left():
    (first, wide, _), (second, narrow, _) = bars(layer_bar([30_000_000, 10_000_000]))
    assert first == 0
    assert second > wide
    assert wide == pytest.approx(3 * narrow, rel=0.01)


def test_it_says_what_it_shows_to_who_cannot_see_it():
    root = parsed(layer_bar([29_100_000, 12_400_000]))
    (title,) = root.getElementsByTagName("title")
    assert root.getAttribute("role") == "img"
    assert root.getAttribute("aria-label") == title.firstChild.data == "Layers: 29.1 MB, 12.4 MB"


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(f * c for f, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("ground", ["#ffffff", "#f3f3f3", "#1e1e1e", "#252526", "#000000"])
def test_it_is_seen_on_light_and_on_dark_ground(ground):
    """WCAG 2.1, 1.4.11: graphics have a contrast of 3 to what is beside them."""
    for _, _, fill in bars(layer_bar([1] * (MOST + 1))):
        dark, light = sorted((luminance(fill), luminance(ground)))
        assert (light + 0.05) / (dark + 0.05) >= 3


def test_neighbours_have_different_colours():
    fills = [fill for _, _, fill in bars(layer_bar([1] * 10))]
    assert all(one != other for one, other in pairwise(fills))


@given(SIZES)
def test_it_is_bounded_and_stays_inside(sizes):
    svg = layer_bar(sizes)
    drawn = bars(svg)
    assert 1 <= len(drawn) <= min(MOST, len(sizes))
    ends = [0.0]
    for at, width, _ in drawn:
        assert at >= ends[-1] - 0.1
        assert width >= 0.5
        ends.append(at + width)
    assert ends[-1] <= WIDTH + 1
    uri = as_data_uri(svg)
    assert len(uri) < 3000
    assert base64.b64decode(uri.removeprefix("data:image/svg+xml;base64,")).decode() == svg


@given(SIZES)
def test_the_words_count_every_layer(sizes):
    words = layer_words(sizes).removeprefix("Layers: ")
    assert len(words) <= 72
    named, _, rest = words.partition(" and ")
    assert len(named.split(", ")) + (int(rest.split()[0]) if rest else 0) == len(sizes)


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((29_100_000, 12_400_000, 32), "Layers: 29.1 MB, 12.4 MB and 1 more (32 B)"),
        ((0, 0), "Layers: 0 B, 0 B"),
        ((3,) * 127, "Layers: 3 B, 3 B, 3 B, 3 B and 123 more (369 B)"),
        ((5, 1_000_000_000), "Layers: 1.0 GB and 1 more (5 B)"),
    ],
)
def test_the_words_name_what_counts(sizes, words):
    assert layer_words(sizes) == words

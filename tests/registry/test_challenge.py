"""What stands in WWW-Authenticate, in all its spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.registry.challenge import (
    BasicChallenge,
    BearerChallenge,
    parse_challenges,
    preferred,
)

HUB = BearerChallenge("https://auth.docker.io/token", "registry.docker.io")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            [
                'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="x:y,z"'
            ],
            [HUB],
        ),
        (
            ['bearer  realm = "https://auth.docker.io/token" ,, service=registry.docker.io'],
            [HUB],
        ),
        (
            ['Bearer realm="a",service="b",scope="*", Basic realm="c"'],
            [BearerChallenge("a", "b"), BasicChallenge("c")],
        ),
        (['Basic realm="c"', 'Bearer realm="a"'], [BasicChallenge("c"), BearerChallenge("a", "")]),
        (['Basic realm="a \\"quoted\\", b"'], [BasicChallenge('a "quoted", b')]),
        (["Basic"], [BasicChallenge("")]),
        (["Negotiate", "NTLM abc==", 'Basic realm="x"'], [BasicChallenge("x")]),
        (['Bearer service="no realm"'], []),
        (["", ",", "=", '"'], []),
    ],
)
def test_reading(headers, expected):
    assert list(parse_challenges(headers)) == expected


def test_a_token_is_preferred_to_a_password():
    basic, bearer = BasicChallenge("c"), BearerChallenge("a", "b")
    assert preferred([basic, bearer]) is bearer
    assert preferred([basic]) is basic
    assert preferred([]) is None


@given(st.lists(st.text(alphabet='Bearlmsic ="\\,\t=x/:', max_size=60)))
def test_anything_is_read(headers):
    assert isinstance(parse_challenges(headers), tuple)

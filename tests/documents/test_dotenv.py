"""`.env` files; the cases are those compose-go holds its own implementation against."""

import pytest

from tagwise.documents.dotenv import parse


def values(text: str, **environment: str) -> dict[str, str]:
    return {name: each.text for name, each in parse(text, "d", environment).variables.items()}


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("FOO=bar", "FOO", "bar"),
        ("FOO =bar", "FOO", "bar"),
        ("FOO= bar", "FOO", "bar"),
        ('FOO="bar"', "FOO", "bar"),
        ("FOO='bar'", "FOO", "bar"),
        (r'FOO="escaped\"bar"', "FOO", 'escaped"bar'),
        (r"FOO='it\'s'", "FOO", "it's"),
        ("FOO=\"'d'\"", "FOO", "'d'"),
        ("OPTION_A: 1", "OPTION_A", "1"),
        ("OPTION_A: Foo=bar", "OPTION_A", "Foo=bar"),
        ("OPTION_A=1:B", "OPTION_A", "1:B"),
        ("export OPTION_A=2", "OPTION_A", "2"),
        (r"export OPTION_B='\n'", "OPTION_B", r"\n"),
        ("export exportFoo=2", "exportFoo", "2"),
        ("exportFOO=2", "exportFOO", "2"),
        ("export.FOO= 2", "export.FOO", "2"),
        ("\texport\tOPTION_A=2", "OPTION_A", "2"),
        (r'FOO="bar\nbaz"', "FOO", "bar\nbaz"),
        ("FOO.BAR=foobar", "FOO.BAR", "foobar"),
        ("a[1]=c", "a[1]", "c"),
        ("FOO=foobar=", "FOO", "foobar="),
        ("FOO=bar ", "FOO", "bar"),
        ("FOO=bar\r", "FOO", "bar"),
        ("FOO=bar # this is foo", "FOO", "bar"),
        ("FOO=bar#baz", "FOO", "bar#baz"),
        ('FOO="bar#baz" # comment', "FOO", "bar#baz"),
        ("FOO='two\nlines'", "FOO", "two\nlines"),
        (r'FOO="foo\$BAR"', "FOO", "foo$BAR"),
        ("FOO=foo$$BAR", "FOO", "foo$BAR"),
        ("FOO='quote $FOO'", "FOO", "quote $FOO"),
        (r'FOO="\0123\q\\"', "FOO", "S\\q\\"),
        ("FOO=", "FOO", ""),
        ('FOO=""', "FOO", ""),
        ("ÁR=é", "ÁR", "é"),
    ],
)
def test_lines(line, name, value):
    assert values(line) == {name: value}
    assert values(f"\ufeff# c\n\n{line}\nLAST=1\n") == {name: value, "LAST": "1"}


def test_variables_of_the_environment_and_of_earlier_lines():
    text = 'A=test\nB=$A\nC="${A}x"\nD=${NONE:-y}\nE=$HOME\nF=$NONE\nHOME=z\n'
    expected = {
        "A": "test",
        "B": "test",
        "C": "testx",
        "D": "y",
        "E": "/root",
        "F": "",
        "HOME": "z",
    }
    assert values(text, HOME="/root") == expected


def test_a_name_alone_is_inherited():
    assert values("HOME\nNONE\nA=1\n", HOME="/root") == {"HOME": "/root", "A": "1"}


def test_the_last_line_of_a_name_counts():
    assert values("A=1\nA=2\n") == {"A": "2"}


@pytest.mark.parametrize("line", ["BAD KEY=1", 'A="open', "=x", "%=1", "lol$wut", "A='it"])
def test_a_wrong_line_costs_nothing_else(line):
    assert values(f"X=1\n{line}\nY=2\n") == {"X": "1", "Y": "2"}


def test_places():
    text = 'X="a\\"b" # c\nexport Y=\'3.12\'\r\nZ=$Y-slim\n'
    variables = parse(text, "d", {}).variables
    told = {
        name: [(piece.text, piece.place.span.of(text)) for piece in value.pieces if piece.place]
        for name, value in variables.items()
    }
    assert told == {
        "X": [("a", "a"), ('"', '\\"'), ("b", "b")],
        "Y": [("3.12", "3.12")],
        "Z": [("3.12", "3.12"), ("-slim", "-slim")],
    }
    assert [place.span.of(text) for place in parse(text, "d", {}).inner_uses()] == ["3.12"]

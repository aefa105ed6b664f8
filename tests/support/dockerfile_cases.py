"""Dockerfiles to try: built by rule, thrown together, and broken.

`HYPOTHESIS_PROFILE=long pytest tests/documents/dockerfile` tries 10,000 of each kind.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

many = settings(
    max_examples=10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

WORDS = st.sampled_from(
    [
        "alpine",
        "python:3.12-slim",
        "ghcr.io/a/b@sha256:" + "0" * 64,
        "a",
        "AS",
        "as",
        "base",
        "0",
        "--from=base",
        "-x",
        "$V",
        "${V:-x}",
        "${V%-*}",
        "${",
        "'a b'",
        '"a b"',
        '"a\\"b"',
        "'",
        '"',
        "a\\ b",
        "a\\",
        "\\\\",
        "a`b",
        "#",
        "x#y",
        "a=b",
        "A='b c'",
        'A="b=c',
        "A=\\",
        "=",
        "[",
        '["a","b"]',
        '["<<A"]',
        "<",
        "<<<x",
        "a<<b",
        "é\u3000ß",
        "/x/",
    ]
)
KEYWORDS = st.sampled_from(
    "FROM from From ARG arg RUN run COPY cOpY ADD CMD WORKDIR USER FOO".split()
)
FLAGS = st.sampled_from(
    [
        "--platform=linux/amd64",
        "--from=base",
        '--from="a b"',
        "--from='x'y",
        "--from=a\\b",
        "--mount=type=bind,from=alpine",
        '--mount=type=bind,"from=a,b"',
        "--link",
        "--",
        "--=",
        "--a='",
        '--b="\\""',
    ]
)
HEREDOCS = st.sampled_from(
    [
        ("<<EOF", "EOF"),
        ("<<-EOF", "\t\tEOF"),
        ("3<<A", "A"),
        ("<<'B C'", "B C"),
        ('<<"D"', "D"),
        ("<<E\\ F", "E F"),
        ("<<-'G'", "G"),
    ]
)
BODY_LINES = st.sampled_from(["FROM x", "# no comment", "", "\\", "a \\", "EOFF", "\tA"])
BLANKS = st.sampled_from([" ", "  ", "\t", " \t "])


@st.composite
def newlines(draw):
    """The end of a line, in this file's manner or, now and then, in another."""
    return draw(st.sampled_from(["\n"] * 8 + ["\r\n"] * 3 + ["\r\r\n"]))


@st.composite
def gaps(draw, escape):
    """What stands between two words: blanks, or a continuation with whatever may be inside."""
    if draw(st.integers(0, 4)):
        return draw(BLANKS)
    parts = [draw(BLANKS), escape, draw(st.sampled_from(["", " ", "\t"])), draw(newlines())]
    for _ in range(draw(st.integers(0, 2))):
        parts += (draw(st.sampled_from(["", "  ", " # c", "# c \\"])), draw(newlines()))
    return "".join(parts) + draw(st.sampled_from(["", " ", "    "]))


@st.composite
def instructions(draw, escape):
    parts = [draw(st.sampled_from(["", "", "", "  ", "\t"]))]
    if not draw(st.integers(0, 7)):
        parts += ("ONBUILD", draw(gaps(escape)))
    parts.append(draw(KEYWORDS))
    bodies = []
    for _ in range(draw(st.integers(0, 2))):
        parts += (draw(gaps(escape)), draw(FLAGS))
    for _ in range(draw(st.integers(0, 4))):
        parts += (draw(gaps(escape)), draw(WORDS))
    if not draw(st.integers(0, 3)):
        for _ in range(draw(st.integers(1, 2))):
            opening, closing = draw(HEREDOCS)
            parts += (draw(gaps(escape)), opening)
            bodies += [*draw(st.lists(BODY_LINES, max_size=3)), closing]
    parts.append(draw(newlines()))
    parts += (line + draw(newlines()) for line in bodies)
    return "".join(parts)


@st.composite
def dockerfiles(draw):
    escape = draw(st.sampled_from(["\\", "\\", "`"]))
    parts = [draw(st.sampled_from(["", "", "\ufeff"]))]
    if draw(st.booleans()):
        parts += ("# syntax=docker/dockerfile:1", draw(newlines()))
    if escape == "`":
        parts += (draw(st.sampled_from(["# escape=`", "#ESCAPE = `", "  # escape=` "])), "\n")
    for _ in range(draw(st.integers(1, 6))):
        parts.append(draw(st.sampled_from(["", "", "", "\n", "  \n", "# a comment \\\n"])))
        parts.append(draw(instructions(escape)))
    return "".join(parts)


# Every character and short run that means something to one of the readers.
TOKENS = st.sampled_from(
    [
        *" \t\n\r\\`#$'\"{}<>=,:@/-%+?*[]&\v\f",
        *("\n",) * 8,
        *(" ",) * 8,
        "FROM ",
        "from ",
        "ARG ",
        "RUN ",
        "COPY ",
        "ONBUILD ",
        "ADD ",
        " AS ",
        "--from=",
        "--mount=",
        "--platform=",
        "<<EOF",
        "EOF",
        "${V",
        "# escape=`",
        "# syntax=",
        "//syntax=",
        "# check=skip=",
        "alpine",
        "V=1",
        "\\\n",
        "`\n",
        "\ufeff",
        "é",
        "\u2028",
        "\x85",
        "\xa0",
        "0",
    ]
)
TOKEN_SOUP = st.lists(TOKENS, max_size=60).map("".join)


@st.composite
def broken(draw):
    """A good file, cut short, with a few characters replaced."""
    text = list(draw(dockerfiles()))
    for _ in range(draw(st.integers(0, 4))):
        if text:
            text[draw(st.integers(0, len(text) - 1))] = draw(TOKENS)
    return "".join(text)[: draw(st.integers(0, len(text)))]


ANY_TEXT = st.one_of(dockerfiles(), broken(), TOKEN_SOUP, st.text(max_size=200))

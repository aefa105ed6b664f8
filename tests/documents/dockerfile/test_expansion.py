r"""What words say, by BuildKit's rules (frontend/dockerfile/shell: lex.go, lex_test.go, envVarTest).

The environment is that of its own tests: PWD=/home, SHELL=bash, KOREAN=한국어, EMPTY= , and NULL
nowhere.  Inputs and results are facts taken from there or worked out by hand from lex.go.
"""

import pytest

from tagwise.documents.dockerfile.expansion import Expression, Scope, expand
from tagwise.documents.dockerfile.written import Written
from tagwise.documents.model import Skip
from tagwise.documents.traced import TracedText

VALUES = {
    "PWD": "/home",
    "SHELL": "bash",
    "KOREAN": "한국어",
    "EMPTY": "",
    "IMAGE": "registry:5000/team/app:1.2-slim",
    "GLOB": "a*b?c\\d/e}f",
}
SCOPE = Scope("D", {name: TracedText.unplaced(value) for name, value in VALUES.items()}, {})


def expanded(text, escape="\\"):
    return expand(Expression.read(Written.run(text, 0), escape), SCOPE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("hello", "hello"),
        ("he'll'o", "hello"),
        ("he'll\\'o", "hell\\o"),
        ("he\\'llo", "he'llo"),
        ("he\\\\'llo", "error"),
        ("abc\\tdef", "abctdef"),
        ("'abc\\tdef'", "abc\\tdef"),
        ('"abc\\tdef"', "abc\\tdef"),
        ("he\\pwd", "hepwd"),
        ("he\\$PWD", "he$PWD"),
        ("he\\\\$PWD", "he\\/home"),
        ('"he\\$PWD"', "he$PWD"),
        ('"he\\\\$PWD"', "he\\/home"),
        ('\\"$PWD\\"', '"/home"'),
        ("'$PWD'", "$PWD"),
        ("\"'$PWD'\"", "'/home'"),
        ("he\\", "he"),
        ("'he\\'", "he\\"),
        ('"he\\"', "error"),
        ("hello\\ there", "hello there"),
        ("$", "$"),
        ("$$PWD", "PWD"),
        ("he$PWD.", "he/home."),
        ("he$", "he$"),
        ("he$.", "he$."),
        ("he$SHELL$PWD", "hebash/home"),
        ("he${PWD}xx", "he/homexx"),
        ("he$1x", "hex"),
        ("he$PWD-x", "he/home-x"),
        ("안녕하세요$KOREAN", "안녕하세요한국어"),
        ("he${}", "error"),
        ("he${", "error"),
        ("he${hello", "error"),
        ("he${hello:", "error"),
        ("he${hello:-", "error"),
        ("he${PWD", "error"),
        ("${{PWD}", "error"),
        ("${:-x}", "error"),
        ("${PWD:=x}", "error"),
        ("${PWD[0]}", "error"),
        ("${PWD:1}", "error"),
        ("'", "error"),
        ('"', "error"),
        ('"${PWD', "error"),
        # defaults
        ("he${NULL:-aaa}xx", "heaaaxx"),
        ("he${NULL-aaa}xx", "heaaaxx"),
        ("he${EMPTY:-aaa}xx", "heaaaxx"),
        ("he${EMPTY-aaa}xx", "hexx"),
        ("he${PWD:-aaa}xx", "he/homexx"),
        ("he${NULL:-${PWD}}xx", "he/homexx"),
        ("he${NULL:-$PWD}xx", "he/homexx"),
        ("he${NULL:-${NULL:-y}z}xx", "heyzxx"),
        ("he${NULL:-'a}b'}xx", "hea}bxx"),
        ('he${NULL:-"a}b"}xx', "hea}bxx"),
        ("he${NULL:-a\\}b}xx", "hea}bxx"),
        ('"he${NULL:-a b}xx"', "hea bxx"),
        # alternatives
        ("he${PWD:+aaa}xx", "heaaaxx"),
        ("he${PWD+aaa}xx", "heaaaxx"),
        ("he${NULL:+aaa}xx", "hexx"),
        ("he${EMPTY:+aaa}xx", "hexx"),
        ("he${EMPTY+aaa}xx", "heaaaxx"),
        ("he${PWD:+${SHELL}}", "hebash"),
        # demands
        ("${PWD:?gone}", "/home"),
        ("${EMPTY?gone}", ""),
        ("${EMPTY:?gone}", "error"),
        ("${NULL?gone}", "error"),
        ("${PWD:-${NULL?gone}}", "error"),
        # prefixes and suffixes
        ("${IMAGE#*/}", "team/app:1.2-slim"),
        ("${IMAGE##*/}", "app:1.2-slim"),
        ("${IMAGE%:*}", "registry:5000/team/app"),
        ("${IMAGE%%:*}", "registry"),
        ("${IMAGE%-slim}", "registry:5000/team/app:1.2"),
        ("${IMAGE%-fat}", "registry:5000/team/app:1.2-slim"),
        ("${IMAGE#registry:}", "5000/team/app:1.2-slim"),
        ("${IMAGE#?}", "egistry:5000/team/app:1.2-slim"),
        ("${IMAGE%?????}", "registry:5000/team/app:1.2"),
        ("${IMAGE##*}", ""),
        ("${IMAGE#*}", "registry:5000/team/app:1.2-slim"),
        ("${IMAGE%%$NOTHING}", "registry:5000/team/app:1.2-slim"),
        ("${IMAGE%-${NULL:-slim}}", "registry:5000/team/app:1.2"),
        ("${IMAGE:%-slim}", "registry:5000/team/app:1.2"),
        ("${IMAGE%'-slim'}", "registry:5000/team/app:1.2"),
        ("${GLOB#a\\*}", "b?c\\d/e}f"),
        ("${GLOB#a\\*b\\?}", "c\\d/e}f"),
        ("${GLOB#*\\\\}", "d/e}f"),
        ("${GLOB#*\\}}", "f"),
        ("${GLOB#\\a}", "error"),
        # replacements
        ("${IMAGE/slim/alpine}", "registry:5000/team/app:1.2-alpine"),
        ("${IMAGE/e/E}", "rEgistry:5000/team/app:1.2-slim"),
        ("${IMAGE//e/E}", "rEgistry:5000/tEam/app:1.2-slim"),
        ("${IMAGE/:*/}", "registry"),
        ("${IMAGE//\\//_}", "registry:5000_team_app:1.2-slim"),
        ("${IMAGE/nope/x}", "registry:5000/team/app:1.2-slim"),
        ("${IMAGE/app*/$SHELL}", "registry:5000/team/bash"),
        ("${SHELL/?/x}", "xash"),
        ("${SHELL//?/x}", "xxxx"),
        ("${SHELL///-}", "-b-a-s-h-"),
        ("${SHELL//*/x}", "x"),
        ("${SHELL/a}", "error"),
        ("${SHELL/a/", "error"),
    ],
)
def test_words(text, expected):
    value = expanded(text).value
    assert ("error" if isinstance(value, Skip) else value.text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a`b", "ab"),
        ("a``b", "a`b"),
        ("C:\\x", "C:\\x"),
        ("`$PWD", "$PWD"),
        ('"`$PWD`""', '$PWD"'),
        ("${NULL:-a`}b}", "a}b"),
    ],
)
def test_backtick_escape(text, expected):
    value = expanded(text, "`").value
    assert isinstance(value, TracedText)
    assert value.text == expected


@pytest.mark.parametrize(
    ("text", "unset"),
    [
        ("$NULL", ["NULL"]),
        ("a${NULL}b$OTHER", ["NULL", "OTHER"]),
        ("${NULL:-x}", []),
        ("${NULL:-$OTHER}", ["OTHER"]),
        ("${PWD:-$OTHER}", []),
        ("${NULL:+$OTHER}", []),
        ("${PWD:+$OTHER}", ["OTHER"]),
        ("${NULL%x}", ["NULL"]),
        ("${NULL+x}", []),
    ],
)
def test_what_has_no_value(text, unset):
    assert list(expanded(text).unset) == unset


def test_deep_nesting_is_refused():
    for depth in (100, 10_000):
        assert isinstance(expanded("${A:-" * depth + "}" * depth).value, Skip)


def test_a_value_that_doubles_and_doubles_is_refused():
    scope = Scope("D", {"A": TracedText.unplaced("a" * 1000)}, {})
    expression = Expression.read(Written.run("$A" * 100, 0), "\\")
    assert isinstance(expand(expression, scope).value, Skip)

"""Parser directives (BuildKit, frontend/dockerfile/parser: parser.go, directives.go)."""

import pytest

from support.dockerfile_drawing import problems, read
from tagwise.documents.dockerfile.directives import read_directives


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ("# syntax=a/b:1\nFROM x", "a/b:1"),
        ("#syntax = a/b:1 \r\nFROM x", "a/b:1"),
        ("# SYNTAX=a/b:1 more words\n", "a/b:1"),
        ("\ufeff# syntax=a\n", "a"),
        ("# escape=`\n# check=skip=all\n# syntax=a\n", "a"),
        ("#!/usr/bin/env docker\n# syntax=a\n", "a"),
        ("// syntax=a\n", "a"),
        ("//check=skip=all\n//syntax=a b\n", "a"),
        ('{"x": {"syntax": "no"}, "syntax": "a", "y": ["syntax", "b"]}', "a"),
        ('#!/x\n {"syntax" :\n "a"', "a"),
        # the block has ended
        ("\n# syntax=a\n", None),
        ("# a comment\n# syntax=a\n", None),
        ("# unknown=x\n# syntax=a\n", None),
        ("# syntax=\n# syntax=a\n", None),
        ("FROM x\n# syntax=a\n", None),
        (" # syntax=a\n", None),
        (" # escape=`\n# syntax=a\n", None),
        ("// a comment\n// syntax=a\n", None),
        (" //syntax=a\n", None),
        ("#!/x\n#!/y\n# syntax=a\n", None),
        ('["syntax", "a"]', None),
        ('{"a": "syntax", "b": "c"}', None),
    ],
)
def test_syntax(text, syntax):
    span = read_directives(text).syntax
    assert (span.of(text) if span else None) == syntax


@pytest.mark.parametrize(
    ("text", "escape"),
    [
        ("# escape=`\n", "`"),
        ("#Escape = `  \n", "`"),
        ("  # escape=`\n", "`"),
        ("# escape=\\\n", "\\"),
        ("# syntax=a\n\t# escape=`\n", "`"),
        ("# escape=x\n", "\\"),
        ("# comment\n# escape=`\n", "\\"),
        ("\n# escape=`\n", "\\"),
        ("#!/x\n# escape=`\n", "\\"),
        ("//escape=`\n", "\\"),
        ("# escape=`\n# escape=\\\n", "`"),
    ],
)
def test_escape(text, escape):
    assert read_directives(text).escape == escape


def test_a_repeated_directive_is_an_error():
    text = "# syntax=a\n# escape=`\n# Syntax=b\nFROM x`\ny\n"
    assert problems(text) == [
        "repeated-directive: only one syntax parser directive can be used [b]"
    ]
    assert [each.value.text for each in read(text).occurrences] == ["a", "xy"]


@pytest.mark.parametrize(
    ("check", "rules"),
    [
        ("skip=StageNameCasing", ["UndefinedArgInFrom", "invalid-reference"]),
        ("skip=StageNameCasing,UndefinedArgInFrom", ["invalid-reference"]),
        ("skip=StageNameCasing, UndefinedArgInFrom", ["UndefinedArgInFrom", "invalid-reference"]),
        ("skip=all", ["invalid-reference"]),
        ("error=true;skip=all", ["invalid-reference"]),
        ("error=true", ["StageNameCasing", "UndefinedArgInFrom", "invalid-reference"]),
        ("skip", ["StageNameCasing", "UndefinedArgInFrom", "invalid-reference"]),
    ],
)
def test_check(check, rules):
    text = f"# check={check}\nFROM a AS B\nFROM c${{x:-d}}\nFROM Bad\n"
    found = read(text).problems
    assert [each.rule for each in found] == rules
    expected = {"error"} if "error=true" in check else {"warning", "error"}
    assert {each.severity.value for each in found} <= expected


def test_a_syntax_that_is_no_reference():
    assert problems("# syntax=A\nFROM x\n") == [
        "invalid-reference: invalid reference: the repository name must be lowercase: 'A' [A]"
    ]

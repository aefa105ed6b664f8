"""Our reading of a Dockerfile against that of BuildKit's parser (the PyPI package `dockerfile`).

The package keeps no flags of the instruction behind ONBUILD and cuts here-documents' bodies, so
neither is compared.  It holds BuildKit 0.12, which reads here-documents a little differently.
"""

import re
from pathlib import Path

import dockerfile
import pytest
from hypothesis import given

from support.dockerfile_cases import TOKEN_SOUP, broken, dockerfiles, many
from tagwise.documents.dockerfile.command_line import (
    split_flags,
    split_quoted_words,
    split_words,
)
from tagwise.documents.dockerfile.directives import read_directives
from tagwise.documents.dockerfile.lexer import Instruction, read_instructions
from tagwise.documents.dockerfile.written import SPACES

DATA = Path(__file__).parent / "data"
SAMPLES = sorted(DATA.glob("*.Dockerfile"))


# Since then: blanks between `<<` and the name, the operators # % /, text behind a JSON list,
# other blanks in front of a directive's key, and `check`, behind which directives go on.
NEWER = re.compile(
    r"<<\s|<<.*\$\{\w*:?[#%/]|\$\{\w*:?[#%/].*<<|\].*<<|<<.*\]|#[ \t]*[^\S \t\r\n]"
    r"|#\s*(?i:check\s*=).*(?i:escape)",
    re.DOTALL,
)


def same_in_every_version(text: str) -> bool:
    return NEWER.search(text) is None


def ours(text: str):
    directives = read_directives(text)
    for each in read_instructions(text, start=directives.start, escape=directives.escape):
        first = text.count("\n", 0, each.span.start) + 1
        last = text.count("\n", 0, each.span.end)
        if not text[: each.span.end].endswith("\n"):
            last += 1
        yield each.keyword, first, last, *details(each, directives.escape)


def details(each: Instruction, escape: str):
    # BuildKit's flag splitter goes byte by byte.
    if each.keyword == "onbuild" or not each.line.text.isascii():
        return None, None
    flags, rest = split_flags(each.line, each.start)
    assert not flags or each.may_have_flags
    return tuple(flag.text for flag in flags), value(each, rest, escape)


def value(each: Instruction, rest: int, escape: str):
    text = each.line.text[rest:].strip(SPACES)
    match each.keyword:
        case "from":
            return tuple(word.text for word in split_words(each.line, rest))
        case "arg":
            return tuple(word.text for word in split_quoted_words(each.line, rest, escape))
        case "copy" | "add" if not text.startswith("["):
            return tuple(word.text for word in split_words(each.line, rest))
        case "run" if not text.startswith("["):
            return (text,) if text else ()
    return None


def theirs(text: str):
    for each in dockerfile.parse_string(text):
        keyword = (each.cmd or "").lower()
        yield keyword, each.start_line, each.end_line, each.flags, each.value


def check_same(text: str) -> bool:
    """Compare; False if BuildKit refuses the text."""
    try:
        expected = list(theirs(text))
    except dockerfile.GoParseError:
        return False
    found = list(ours(text))
    assert [each[:3] for each in found] == [each[:3] for each in expected]
    for mine, other in zip(found, expected, strict=True):
        assert mine[3] is None or mine[3] == other[3]
        assert mine[4] is None or mine[4] == other[4]
    return True


@many
@given(dockerfiles().filter(same_in_every_version))
def test_files_by_rule(text):
    check_same(text)


@many
@given(broken().filter(same_in_every_version))
def test_broken_files(text):
    check_same(text)


@many
@given(TOKEN_SOUP.filter(same_in_every_version))
def test_token_soup(text):
    check_same(text)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_real_files(path):
    assert check_same(path.read_bytes().decode())

"""A Dockerfile's statements, as far as images go: arguments, stages, sources.

Follows BuildKit's frontend/dockerfile/instructions (parse.go, commands_runmount.go, bflag.go).
Does not know what any of it resolves to.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Self, TypeAlias

import attrs

from tagwise.documents.dockerfile.command_line import (
    split_fields,
    split_flags,
    split_keyword,
    split_quoted_words,
    split_words,
)
from tagwise.documents.dockerfile.expansion import Expression
from tagwise.documents.dockerfile.lexer import Instruction
from tagwise.documents.dockerfile.problems import NO_CHECK, Check
from tagwise.documents.dockerfile.written import Written
from tagwise.documents.model import Role
from tagwise.documents.traced import Span

# The stage of what stands before the first FROM.
NO_STAGE: Final = -1

_FLAG: Final = re.compile(r"--(?P<name>[^=]*)=(?P<value>.*)", re.DOTALL)


@attrs.frozen
class Argument:
    """`ARG name` or `ARG name=default`, in the stage of that index."""

    name: str
    default: Expression | None
    stage: int


@attrs.frozen
class From:
    """`FROM image`, the stage of that index; an ONBUILD FROM is none, and no build accepts it.

    `check` holds for this instruction alone.
    """

    image: Expression
    platform: Expression | None
    name: Written | None
    stage: int
    check: Check = NO_CHECK


@attrs.frozen
class Source:
    """`COPY --from=name` or a mount's `from=name`, in the stage of that index.

    `takes_index`: a number is a stage's.  `again`: a build refuses the flag, it stands there twice.
    """

    role: Role
    name: Written
    stage: int
    takes_index: bool
    again: Span | None = None


Statement: TypeAlias = Argument | From | Source


@attrs.frozen
class Stages:
    """A file's stages: how many, the first and the last index of each name, the last one's name."""

    count: int
    first: Mapping[str, int]
    last: Mapping[str, int]
    final: str

    @classmethod
    def of(cls, statements: Iterable[Statement]) -> Self:
        found = [each for each in statements if isinstance(each, From) and each.stage != NO_STAGE]
        named = [(each.name.text.lower(), each.stage) for each in found if each.name is not None]
        final = found[-1].name if found else None
        return cls(
            found[-1].stage + 1 if found else 0,
            dict(reversed(named)),
            dict(named),
            final.text.lower() if final else "",
        )


def read_statements(instructions: Iterable[Instruction], escape: str) -> tuple[Statement, ...]:
    statements: list[Statement] = []
    stage = NO_STAGE
    for each in instructions:
        match each.keyword:
            case "from":
                stage += 1
                check = Check.of_comments(each.comments)
                statements += _from(each.line, each.start, escape, stage, check)
            case "arg":
                statements += _arguments(each.line, each.start, escape, stage)
            case "copy" if each.may_have_flags:
                statements += _copy(each.line, each.start, stage)
            case "run" if each.may_have_flags:
                statements += _run(each.line, each.start, stage)
            case "onbuild":
                statements += _onbuild(each.line, each.start, escape, stage)
            case _:
                pass
    return tuple(statements)


def _from(
    line: Written, at: int, escape: str, stage: int, check: Check = NO_CHECK
) -> Iterator[From]:
    flags, rest = split_flags(line, at)
    words = split_words(line, rest)
    if not words:
        return
    platform = next((value for name, value in _values(flags) if name == "platform"), None)
    yield From(
        Expression.read(words[0], escape),
        Expression.read(platform, escape) if platform and platform.text else None,
        words[2] if len(words) > 2 and words[1].text.lower() == "as" else None,  # noqa: PLR2004
        stage,
        check,
    )


def _arguments(line: Written, at: int, escape: str, stage: int) -> Iterator[Argument]:
    for word in split_quoted_words(line, split_flags(line, at)[1], escape):
        name, equals, _ = word.text.partition("=")
        default = word.cut(len(name) + 1, len(word.text)) if equals else None
        if name:
            yield Argument(name, Expression.read(default, escape) if default else None, stage)


def _copy(line: Written, at: int, stage: int) -> Iterator[Source]:
    found = False
    for name, value in _values(split_flags(line, at)[0]):
        if name == "from":
            again = value.whole if found else None
            found = True
            if value.text:
                yield Source(Role.COPY_SOURCE, value, stage, takes_index=True, again=again)


def _run(line: Written, at: int, stage: int) -> Iterator[Source]:
    for name, value in _values(split_flags(line, at)[0]):
        if name == "mount" and (source := _mount_source(value)):
            yield Source(Role.MOUNT_SOURCE, source, stage, takes_index=False)


def _mount_source(mount: Written) -> Written | None:
    """Return the mount's `from`; the last one counts."""
    source: Written | None = None
    for field in split_fields(mount):
        key, equals, value = field.text.partition("=")
        if equals and key.lower() == "from":
            source = field.cut(len(key) + 1, len(field.text)) if value else None
    return source


def _onbuild(line: Written, start: int, escape: str, stage: int) -> Iterator[Statement]:
    keyword, at = split_keyword(line, split_flags(line, start)[1])
    match keyword:
        case "from":
            yield from _from(line, at, escape, NO_STAGE)
        case "arg":
            yield from _arguments(line, at, escape, stage)
        case "copy":
            yield from (_triggered(source) for source in _copy(line, at, stage))
        case "run":
            yield from (_triggered(source) for source in _run(line, at, stage))
        case _:
            pass


def _triggered(source: Source) -> Source:
    return attrs.evolve(source, role=Role.ONBUILD_SOURCE)


def _values(flags: Iterable[Written]) -> Iterator[tuple[str, Written]]:
    """Yield name and value of the flags that have one."""
    for flag in flags:
        if match := _FLAG.fullmatch(flag.text):
            yield match["name"], flag.cut(match.start("value"), len(flag.text))

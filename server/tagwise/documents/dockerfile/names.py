"""A Dockerfile's stages and variables: where they are given, and every place that uses them.

A variable is used where BuildKit puts its value in (docs.docker.com, "Environment replacement"), and
where the shell of a RUN does, which has it in its environment.  It is the same one in every scope:
what a stage declares again takes what the builder gives by that name.  Once ENV sets the name it is
another's, in that stage and those built on it.
Does not know who builds the file.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from tagwise.documents.dockerfile.command_line import split_flags, split_quoted_words
from tagwise.documents.dockerfile.lexer import Instruction
from tagwise.documents.dockerfile.stages import NO_STAGE, From, Source, Stages
from tagwise.documents.dockerfile.written import Written
from tagwise.documents.names import Name, NameKind
from tagwise.documents.traced import Span

# What runs later has no build's variables; what ONBUILD says is read by another build.
_UNREAD: Final = frozenset({"cmd", "entrypoint", "healthcheck", "shell", "maintainer", "onbuild"})
_PREDEFINED: Final = re.compile(
    r"(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE|BUILDKIT_\w+"
    r"|SOURCE_DATE_EPOCH|(?i:(?:https?|ftp|no|all)_proxy)"
)
_NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_TOKENS: Final = {
    escape: re.compile(
        rf"{re.escape(escape)}.|['\"]"
        + (rf"|\$env:(?P<shell>{_NAME})|%(?P<percent>{_NAME})%" if escape == "`" else "")
        + rf"|\$(?:\{{(?P<braced>{_NAME})|(?P<plain>{_NAME}))",
        re.DOTALL | (re.IGNORECASE if escape == "`" else re.NOFLAG),
    )
    for escape in "\\`"
}
_BODY: Final = re.compile(rf"\$(?:\{{(?P<braced>{_NAME})|(?P<plain>{_NAME}))")
_SCRIPT: Final = re.compile(r"-[a-z]*c\s*\Z")
# How far before its script a shell's option may stand.
_NEAR: Final = 40
_SETS: Final = re.compile(rf"(?P<name>{_NAME})=")
_FIRST: Final = re.compile(_NAME)
_SPLIT: Final = "it is written over several lines"


def stage_names(statements: Iterable[From | Source], stages: Stages) -> Iterator[Name]:
    """List the stages that have a name."""
    definitions: dict[str, list[Written]] = {}
    uses: dict[str, list[Written]] = {}
    for each in statements:
        if isinstance(each, From):
            image = each.image.inner
            if stages.first.get(image.text, each.stage) < each.stage:
                uses.setdefault(image.text, []).append(image)
            if each.name is not None and each.stage != NO_STAGE:
                definitions.setdefault(each.name.text.lower(), []).append(each.name)
        elif each.name.text.lower() in stages.last:
            uses.setdefault(each.name.text.lower(), []).append(each.name)
    for name, given in definitions.items():
        used = uses.get(name, [])
        is_split = any(not _is_run(each) for each in (*given, *used))
        yield Name(
            NameKind.STAGE,
            name,
            tuple(each.whole for each in given),
            tuple(each.whole for each in used),
            _SPLIT if is_split else None,
        )


def variable_names(instructions: Iterable[Instruction], text: str, escape: str) -> Iterator[Name]:
    """List the variables that are declared by ARG."""
    reading = _Reading(text, escape)
    for instruction in instructions:
        reading.read(instruction)
    for name, definitions in reading.definitions.items():
        predefined = _PREDEFINED.fullmatch(name) is not None
        obstacle = f"{name} has a meaning of its own in every build" if predefined else None
        if name in reading.split:
            obstacle = _SPLIT
        uses = tuple(dict.fromkeys(reading.uses.get(name, ())))
        yield Name(NameKind.VARIABLE, name, tuple(definitions), uses, obstacle)


@attrs.define
class _Scope:
    """The variables that are declared at a place, and those that ENV has set."""

    declared: set[str] = attrs.Factory(set[str])
    set_by_env: set[str] = attrs.Factory(set[str])

    def copy(self) -> "_Scope":
        return _Scope(set(self.declared), set(self.set_by_env))

    def has(self, name: str) -> bool:
        return name in self.declared and name not in self.set_by_env


@attrs.define
class _Reading:
    text: str
    escape: str
    definitions: dict[str, list[Span]] = attrs.Factory(dict[str, list[Span]])
    uses: dict[str, list[Span]] = attrs.Factory(dict[str, list[Span]])
    split: set[str] = attrs.Factory(set[str])
    _outer: _Scope = attrs.Factory(_Scope)
    _scope: _Scope | None = None
    _stages: dict[str, _Scope] = attrs.Factory(dict[str, _Scope])

    def read(self, instruction: Instruction) -> None:
        match instruction.keyword:
            case "from":
                self._from(instruction.line, instruction.start)
            case "arg":
                self._declare(instruction.line, instruction.start)
            case keyword if keyword in _UNREAD:
                return
            case _ if self._scope is not None:
                self._use(instruction.line, instruction.start, self._scope)
                self._read_body(instruction, self._scope)
                if instruction.keyword == "env":
                    self._scope.set_by_env |= set(self._set(instruction))
            case _:
                return

    def _from(self, line: Written, start: int) -> None:
        self._use(line, start, self._outer)
        words = line.text[split_flags(line, start)[1] :].split()
        parent = self._stages.get(words[0]) if words else None
        self._scope = parent.copy() if parent is not None else _Scope()
        if len(words) > 2 and words[1].lower() == "as":  # noqa: PLR2004 - image AS name
            self._stages[words[2].lower()] = self._scope

    def _declare(self, line: Written, start: int) -> None:
        scope = self._scope or self._outer
        for word in split_quoted_words(line, split_flags(line, start)[1], self.escape):
            name, equals, _ = word.text.partition("=")
            if equals:
                self._use(word, len(name), scope)
            if not _FIRST.fullmatch(name):
                continue
            scope.declared.add(name)
            written = word.cut(0, len(name))
            self.definitions.setdefault(name, []).append(written.whole)
            if not _is_run(written):
                self.split.add(name)

    def _use(self, line: Written, start: int, scope: _Scope) -> None:
        """Take the uses in a line, but those in single quotes that no shell opens again."""
        at = start
        quote = ""
        while (token := _TOKENS[self.escape].search(line.text, at)) is not None:
            at = token.end()
            name = token.lastgroup and token[token.lastgroup]
            if name:
                self._add(line, token.start(token.lastgroup or 0), name, scope)
            elif token[0] == (quote or '"'):
                quote = "" if quote else token[0]
            elif token[0] == "'" and not quote:
                if _SCRIPT.search(line.text, max(start, token.start() - _NEAR), token.start()):
                    quote = "'"
                else:
                    closing = line.text.find("'", at)
                    at = closing + 1 if closing >= 0 else len(line.text)

    def _read_body(self, instruction: Instruction, scope: _Scope) -> None:
        body = instruction.body
        if body is None:
            return
        for use in _BODY.finditer(self.text, body.start, body.end):
            name, group = use[use.lastgroup or 0], use.lastgroup or 0
            if scope.has(name):
                self.uses.setdefault(name, []).append(Span(*use.span(group)))

    def _add(self, line: Written, at: int, name: str, scope: _Scope) -> None:
        if not scope.has(name):
            return
        written = line.cut(at, at + len(name))
        self.uses.setdefault(name, []).append(written.whole)
        if not _is_run(written):
            self.split.add(name)

    def _set(self, instruction: Instruction) -> Iterator[str]:
        line = instruction.line
        words = split_quoted_words(line, instruction.start, self.escape)
        if words and "=" not in words[0].text:
            yield words[0].text
            return
        for word in words:
            if match := _SETS.match(word.text):
                yield match["name"]


def _is_run(written: Written) -> bool:
    return len(written.starts) == 1

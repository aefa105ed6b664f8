"""Reading a Dockerfile: `parse` once for a text, `evaluate` for each set of inputs.

Does not know which other file builds this one: `Inputs.builders` says so.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from tagwise.documents.density import refusal_of
from tagwise.documents.dockerfile import problems
from tagwise.documents.dockerfile.builds import Build, builds_of
from tagwise.documents.dockerfile.directives import Directive, read_directives
from tagwise.documents.dockerfile.lexer import read_instructions
from tagwise.documents.dockerfile.names import stage_names, variable_names
from tagwise.documents.dockerfile.resolution import (
    Resolved,
    resolve_from,
    resolve_image,
    resolve_source,
)
from tagwise.documents.dockerfile.stages import (
    NO_STAGE,
    Argument,
    From,
    Source,
    Stages,
    read_statements,
)
from tagwise.documents.dockerfile.variants import variants_of, without_common_pins
from tagwise.documents.dockerfile.written import Written
from tagwise.documents.model import (
    AskedPlatform,
    Inputs,
    Occurrence,
    ParsedDocument,
    Problem,
    Role,
)
from tagwise.documents.names import Name
from tagwise.documents.pinning import settle_pins
from tagwise.documents.references import not_read
from tagwise.documents.traced import Place

# Lines, mounts and variables: more than anyone's.
_MOST: Final = 12_000
_MARKS: Final = ("\n", "\r", "--mount", "$")
_RESERVED: Final = frozenset({"scratch", "context"})


@attrs.frozen
class DockerfileSyntax:
    """A Dockerfile that has been read: its statements in the order of the text."""

    frontend: Written | None
    arguments: tuple[Argument, ...]
    statements: tuple[From | Source, ...]
    stages: Stages
    check: problems.Check
    repeated: tuple[Directive, ...]
    text: str = attrs.field(eq=False, repr=False)
    refusal: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def evaluate(self, inputs: Inputs) -> ParsedDocument:
        if self.refusal is not None:
            return ParsedDocument(problems=(not_read(self.refusal),))
        builds = builds_of(
            self.arguments, inputs, last_stage=self.stages.final, uses=self.text.count("$")
        )
        resolved = [self._resolve(build) for build in builds]
        names = [build.name for build in builds]
        variants = [
            variants_of(names, [each.occurrence for each in statement])
            for statement in zip(*resolved, strict=True)
        ]
        read_elsewhere = {
            place
            for build, statements in zip(builds, resolved, strict=True)
            for place in self._read_elsewhere(build, statements)
        }.union(*(variant.partial for variant in variants))
        occurrences = settle_pins(
            [occurrence for variant in variants for occurrence in variant.occurrences],
            read_elsewhere=frozenset(read_elsewhere),
        )
        found = dict.fromkeys(self._problems())
        for statements in resolved:
            found |= dict.fromkeys(problem for each in statements for problem in each.problems)
        ordered = sorted(found, key=lambda problem: problem.span.start)
        return ParsedDocument(
            without_common_pins(occurrences),
            self.check.applied(ordered),
            platforms=tuple(_platforms(each for statements in resolved for each in statements)),
            off=self.check.off,
        )

    def given_names(self, _: Inputs) -> tuple[Name, ...]:
        """List the stages and the variables (`names.Naming`)."""
        if self.refusal is not None:
            return ()
        directives = read_directives(self.text)
        start, escape = directives.start, directives.escape
        instructions = read_instructions(self.text, start=start, escape=escape)
        found = (
            *stage_names(self.statements, self.stages),
            *variable_names(instructions, self.text, escape),
        )
        return tuple(sorted(found, key=lambda name: name.definitions[0].start))

    def _resolve(self, build: Build) -> tuple[Resolved, ...]:
        resolved: list[Resolved] = []
        if self.frontend is not None:
            document = build.scope.document
            value = self.frontend.traced(0, len(self.frontend.text), document)
            occurrence = Occurrence(Role.SYNTAX, self.frontend.whole, value, None)
            resolved.append(resolve_image(occurrence, value, document))
        for statement in self.statements:
            if isinstance(statement, From):
                resolved.append(resolve_from(statement, self.stages, build))
            else:
                resolved.append(resolve_source(statement, self.stages, build))
        return tuple(resolved)

    def _read_elsewhere(self, build: Build, resolved: tuple[Resolved, ...]) -> Iterator[Place]:
        """Yield the places of values that more than image references read.

        A stage that declares a variable again hands it to its commands.  With a default of its
        own it still takes what the builder gives.
        """
        names = build.aside.union(*(each.aside for each in resolved)) | {
            argument.name
            for argument in self.arguments
            if argument.stage != NO_STAGE
            and (argument.default is None or argument.name in build.given)
        }
        for name in names:
            yield from build.origins_of(name)

    def _problems(self) -> Iterator[Problem]:
        """Yield what is wrong whoever builds the file."""
        for directive in self.repeated:
            yield problems.repeated_directive(directive.key, directive.value)
        for statement in self.statements:
            if isinstance(statement, From):
                yield from statement.check.heeded(_stage_problems(statement, self.stages))
            elif statement.again is not None:
                yield problems.repeated_flag("from", statement.again)


def parse(text: str) -> DockerfileSyntax:
    """Read a Dockerfile; whatever the text is, what can be read of it is."""
    refusal = refusal_of(text, marks=_MARKS, most=_MOST)
    if refusal is not None:
        return attrs.evolve(parse(""), refusal=refusal)
    directives = read_directives(text)
    instructions = read_instructions(text, start=directives.start, escape=directives.escape)
    statements = read_statements(instructions, directives.escape)
    frontend = directives.syntax
    check = directives.check
    return DockerfileSyntax(
        Written.run(frontend.of(text), frontend.start) if frontend else None,
        tuple(each for each in statements if isinstance(each, Argument)),
        tuple(each for each in statements if not isinstance(each, Argument)),
        Stages.of(statements),
        problems.Check.parse(check.of(text)) if check else problems.NO_CHECK,
        directives.repeated,
        text,
    )


def _platforms(resolved: Iterable[Resolved]) -> Iterator[AskedPlatform]:
    for each in resolved:
        reference = each.occurrence.reference
        if each.platform is not None and reference is not None:
            yield AskedPlatform(each.platform, reference)


def _stage_problems(statement: From, stages: Stages) -> Iterator[Problem]:
    if statement.stage == NO_STAGE:
        yield problems.onbuild_from(statement.image.inner.whole)
    elif statement.name is not None:
        span = statement.name.whole
        name = statement.name.text.lower()
        if name != statement.name.text:
            yield problems.stage_name_casing(statement.name.text, span)
        if name in _RESERVED:
            yield problems.reserved_stage_name(name, span)
        if stages.first[name] < statement.stage:
            yield problems.duplicate_stage_name(name, span)

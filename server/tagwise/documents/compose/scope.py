"""What compose's variables are, and what a scalar says once they are put in.

The process environment wins over the `.env` file beside the compose file, or over the files that
`COMPOSE_ENV_FILES` lists in its stead.
Does not know what the scalars are for.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from tagwise.documents.dotenv import DotEnv
from tagwise.documents.dotenv import parse as parse_dotenv
from tagwise.documents.interpolation import Interpolated, interpolate
from tagwise.documents.model import Inputs, SourceText
from tagwise.documents.traced import Place, TracedText, Use
from tagwise.documents.yaml_tree import AliasNode, Node, ScalarNode, resolved

DOTENV: Final = ".env"


@attrs.frozen
class Scope:
    """The variables of a compose file named `document`."""

    document: str
    environment: Mapping[str, str]
    dotenv: DotEnv

    @classmethod
    def of(cls, inputs: Inputs) -> "Scope":
        scope = cls(inputs.document, inputs.environment, DotEnv())
        sources = (inputs.files.get(name) for name in env_files(inputs.environment))
        return scope.over(source for source in sources if source is not None)

    def over(self, sources: Iterable[SourceText]) -> "Scope":
        """Return the scope with what `.env` files say besides; of those a later one wins."""
        variables: dict[str, TracedText] = {}
        known = {name: each.text for name, each in self.dotenv.variables.items()}
        for source in sources:
            environment = {**_as_text(variables), **known, **self.environment}
            variables |= parse_dotenv(source.text, source.document, environment).variables
        return attrs.evolve(self, dotenv=DotEnv({**variables, **self.dotenv.variables}))

    def within(self, document: str) -> "Scope":
        """Return the same variables for another document."""
        return attrs.evolve(self, document=document)

    def variable(self, name: str) -> TracedText | None:
        if name in self.environment:
            return TracedText.unplaced(self.environment[name])
        return self.dotenv.variables.get(name)

    def interpolated(self, node: ScalarNode) -> Interpolated:
        return interpolate(node.traced(self.document), self.variable)

    def text(self, node: Node | None) -> TracedText | None:
        """Return what a node says, None if it says nothing or nothing that can be known."""
        content = None if node is None else resolved(node)
        if not isinstance(content, ScalarNode) or content.is_null:
            return None
        interpolated = self.interpolated(content)
        return None if interpolated.faults else self.seen_from(node, interpolated.value)

    def seen_from(self, node: Node | None, value: TracedText) -> TracedText:
        """Return the value of a node's content as the node gives it: through an alias, if it is."""
        if not isinstance(node, AliasNode):
            return value
        place = Place(self.document, node.span)
        return value.used(Use(f"*{node.name}", place, appendable=False))


def env_files(environment: Mapping[str, str]) -> tuple[str, ...]:
    """List the files that hold a project's variables (docker compose, `COMPOSE_ENV_FILES`)."""
    listed = environment.get("COMPOSE_ENV_FILES", "")
    return tuple(name.strip() for name in listed.split(",") if name.strip()) or (DOTENV,)


def _as_text(variables: Mapping[str, TracedText]) -> dict[str, str]:
    return {name: value.text for name, value in variables.items()}

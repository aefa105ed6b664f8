"""JSON, also with comments and trailing commas, as a YAML tree.

Does not know what any key means.
"""

from itertools import islice
from typing import Final

from tagwise.documents.density import refusal_of, refusal_of_values
from tagwise.documents.json_events import events_of
from tagwise.documents.json_tokens import tokens_of
from tagwise.documents.yaml_events import Events
from tagwise.documents.yaml_tree import YamlTree, parse_events

# Tokens that a text may have, for it to be read within a second, whatever they are; the second number
# holds where they are as far apart as people write them.
MOST: Final = (20_000, 30_000)


def parse(text: str) -> YamlTree:
    """Read JSON; one that is broken gives all that is not on the lines that are."""
    return parse_events(text, _events)


def _events(text: str) -> Events | str:
    most, sparse = MOST
    if (refusal := refusal_of(text, marks=(), most=most)) is not None:
        return refusal
    tokens = tuple(islice(tokens_of(text), sparse + 1))
    refusal = refusal_of_values(len(tokens), text, most=most, sparse=sparse)
    return events_of(text, tokens) if refusal is None else refusal

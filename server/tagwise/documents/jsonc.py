"""JSON, also with comments and trailing commas, as a YAML tree.

Does not know what any key means.
"""

from typing import Final

from tagwise.documents.density import refusal_of
from tagwise.documents.json_events import events_of
from tagwise.documents.yaml_tree import YamlTree, parse_events

# Marks that a text may have, for it to be read within a second; the second number holds where they are as
# far apart as people write them.
MOST: Final = (20_000, 60_000)
_MARKS: Final = (",", ":", "[", "{", "]", "}", '"')


def parse(text: str) -> YamlTree:
    """Read JSON; one that is broken gives all that is not on the lines that are."""
    return parse_events(text, events_of, _refusal)


def _refusal(text: str) -> str | None:
    most, sparse = MOST
    return refusal_of(text, marks=_MARKS, most=most, sparse=sparse)

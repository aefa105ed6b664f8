"""What a request carries for the transports under it: how much, how often, on whose behalf.

Does not know what the transports make of it.
"""

from typing import Final

import attrs
import httpx

from tagwise.registry.exchange import Question

LIMIT: Final = "tagwise.limit"
TRIES: Final = "tagwise.tries"
BEHALF: Final = "tagwise.behalf"


@attrs.frozen
class Behalf:
    """The registry a request is for, as in a URL (`host:port`), and what its user allows.

    `is_trusted` for another host that the user lets the registry send us to; `is_insecure` where
    the registry's own certificate is not checked.
    """

    registry: str
    is_trusted: bool = False
    is_insecure: bool = False


def extensions_of(
    question: Question, *, limit: int, is_trusted: bool = False
) -> dict[str, int | Behalf]:
    """Write the extensions of a request that is sent to answer `question`."""
    extensions: dict[str, int | Behalf] = {
        LIMIT: limit,
        BEHALF: behalf_of(question, is_trusted=is_trusted),
    }
    if question.has_alternative:
        extensions[TRIES] = 1
    return extensions


def behalf_of(question: Question, *, is_trusted: bool = False) -> Behalf:
    """Name the registry a question is put to."""
    endpoint = question.endpoint
    registry = httpx.URL(endpoint.origin).netloc.decode()
    return Behalf(registry, is_trusted=is_trusted, is_insecure=endpoint.is_insecure)

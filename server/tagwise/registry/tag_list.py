"""The list of a repository's tags, page after page.

Follows the OCI distribution-spec, "Listing Tags".  Does not know how tags are ordered or compared.
"""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import attrs

from tagwise.errors import InvalidManifest
from tagwise.oci.json_document import parse_object, words_field
from tagwise.registry.clock import Clock
from tagwise.registry.exchange import TAGS_LIMIT, Question, Request
from tagwise.registry.paging import is_same_origin, next_link, query_of, with_query
from tagwise.registry.refusals import protocol_error, refusal

if TYPE_CHECKING:
    from tagwise.registry.connection import Connection

TAG_LIMIT: Final = 10_000
_PAGE: Final = 1000  # ECR answers 405 above.
_PAGES: Final = 500

Heard = Callable[[Sequence[str]], None]
"""Told the tags so far, page after page."""


@attrs.frozen
class TagList:
    """Tags in the registry's order; `is_complete` unless the list was cut off at a limit."""

    tags: tuple[str, ...]
    is_complete: bool


def nobody_hears(tags: Sequence[str]) -> None:
    del tags


async def list_tags(
    connection: "Connection",
    question: Question,
    *,
    limit: int,
    clock: Clock,
    heard: Heard = nobody_hears,
) -> TagList:
    """Get the pages one after the other until there are `limit` tags or no more.

    :raises RegistryError: if any page is refused.
    """
    address = question.endpoint.url("tags", "list")
    query, seen, tags = urlencode({"n": _PAGE}), set[str](), list[str]()
    while query not in seen and len(seen) < _PAGES:
        seen.add(query)
        request = Request("GET", with_query(address, query), TAGS_LIMIT)
        answer = await connection.ask(question, request)
        if answer.status != HTTPStatus.OK:
            raise refusal(question, answer, now=clock())
        try:
            tags += words_field(parse_object(answer.body), "tags")
        except InvalidManifest as error:
            raise protocol_error(question, "answered with no list of tags") from error
        link = next_link(answer)
        if link is None:
            return TagList(tuple(tags[:limit]), is_complete=len(tags) <= limit)
        if len(tags) >= limit or not is_same_origin(link, question):
            break
        query = query_of(link)
        heard(tags)
    return TagList(tuple(tags[:limit]), is_complete=False)

"""A repository's tags, and a registry's repositories: lists that come page after page.

Follows the OCI distribution-spec, "Listing Tags", and distribution's "Listing Repositories", which
not every registry has.  Does not know how tags are ordered or compared.
"""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import attrs

from tagwise.errors import InvalidManifest
from tagwise.oci.json_document import parse_object, words_field
from tagwise.oci.reference import is_repository, is_tag
from tagwise.registry.clock import Clock
from tagwise.registry.exchange import TAGS_LIMIT, Question, Request
from tagwise.registry.paging import is_same_origin, next_link, query_of, with_query
from tagwise.registry.refusals import protocol_error, refusal

if TYPE_CHECKING:
    from tagwise.registry.connection import Connection

TAG_LIMIT: Final = 10_000
REPOSITORY_LIMIT: Final = 5000
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

    What the grammar of references has no place for is no tag, whatever a registry says: it would
    go into files and onto screens.

    :raises RegistryError: if any page is refused.
    """
    address = question.endpoint.url("tags", "list")
    listing = _Listing(address, "tags", is_tag, limit, heard)
    return await _listed(connection, question, listing, clock)


async def list_repositories(
    connection: "Connection", question: Question, *, clock: Clock
) -> tuple[str, ...]:
    """Get the names of the repositories of the host that is asked, a few thousand at most.

    :raises RegistryError: if it does not tell.
    """
    address = f"{question.endpoint.origin}/v2/_catalog"
    listing = _Listing(address, "repositories", is_repository, REPOSITORY_LIMIT, nobody_hears)
    return (await _listed(connection, question, listing, clock)).tags


@attrs.frozen
class _Listing:
    address: str
    field: str
    may_be: Callable[[str], bool]
    limit: int
    heard: Heard


async def _listed(
    connection: "Connection", question: Question, listing: _Listing, clock: Clock
) -> TagList:
    limit = listing.limit
    query, seen, names = urlencode({"n": _PAGE}), set[str](), list[str]()
    while query not in seen and len(seen) < _PAGES:
        seen.add(query)
        request = Request("GET", with_query(listing.address, query), TAGS_LIMIT)
        answer = await connection.ask(question, request)
        if answer.status != HTTPStatus.OK:
            raise refusal(question, answer, now=clock())
        try:
            names += filter(listing.may_be, words_field(parse_object(answer.body), listing.field))
        except InvalidManifest as error:
            raise protocol_error(question, f"answered with no list of {listing.field}") from error
        link = next_link(answer)
        if link is None:
            return TagList(tuple(names[:limit]), is_complete=len(names) <= limit)
        if len(names) >= limit or not is_same_origin(link, question):
            break
        query = query_of(link)
        listing.heard(names)
    return TagList(tuple(names[:limit]), is_complete=False)

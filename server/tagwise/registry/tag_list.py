"""The list of a repository's tags, page after page.

Follows the OCI distribution-spec, "Listing Tags".  Of a `Link` to the next page only the query is
used, on the address of the first: Artifactory leaves the repository's prefix out of its links.
Does not know how tags are ordered or compared.
"""

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import attrs

from tagwise.errors import InvalidManifest
from tagwise.oci.json_document import parse_object, words_field
from tagwise.registry.clock import Clock
from tagwise.registry.exchange import TAGS_LIMIT, Question, Request
from tagwise.registry.refusals import protocol_error, refusal

if TYPE_CHECKING:
    from tagwise.registry.connection import Connection

TAG_LIMIT: Final = 10_000
_PAGE: Final = 1000  # ECR answers 405 above.
_PAGES: Final = 100
_NEXT: Final = re.compile(r'<([^>]*)>(?=[^<]*;[ \t]*rel[ \t]*=[ \t]*"?next\b)', re.IGNORECASE)


@attrs.frozen
class TagList:
    """Tags in the registry's order; `is_complete` unless the list was cut off at a limit."""

    tags: tuple[str, ...]
    is_complete: bool


async def list_tags(
    connection: "Connection", question: Question, *, limit: int, clock: Clock
) -> TagList:
    """Get the pages one after the other until there are `limit` tags or no more.

    :raises RegistryError: if any page is refused.
    """
    address = question.endpoint.url("tags", "list")
    query, seen, tags = urlencode({"n": _PAGE}), set[str](), list[str]()
    while query not in seen and len(seen) < _PAGES:
        seen.add(query)
        joint = "&" if "?" in address else "?"
        answer = await connection.ask(
            question, Request("GET", f"{address}{joint}{query}", TAGS_LIMIT)
        )
        if answer.status != HTTPStatus.OK:
            raise refusal(question, answer, now=clock())
        try:
            tags += words_field(parse_object(answer.body), "tags")
        except InvalidManifest as error:
            raise protocol_error(question, "answered with no list of tags") from error
        link = _NEXT.search(answer.headers.get("link", ""))
        if link is None:
            return TagList(tuple(tags[:limit]), is_complete=len(tags) <= limit)
        if len(tags) >= limit or not _is_same_origin(link[1], question):
            break
        query = _query_of(link[1])
    return TagList(tuple(tags[:limit]), is_complete=False)


def _is_same_origin(link: str, question: Question) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    return not parts.netloc or origin == question.endpoint.origin.lower()


def _query_of(link: str) -> str:
    fields = parse_qsl(urlsplit(link).query, keep_blank_values=True)
    return urlencode([(name, value) for name, value in fields if name != "ns"])

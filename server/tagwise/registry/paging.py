"""The next page of a list, as the `Link` of this one tells it (distribution-spec, "Listing Tags").

Of a link only the query is used, on the address of the first page: Artifactory leaves the
repository's prefix out of its links.  Does not know what is listed.
"""

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from tagwise.registry.exchange import Answer, Question

_NEXT: Final = re.compile(r'<([^<>]*)>(?=[^<]*;[ \t]*rel[ \t]*=[ \t]*"?next\b)', re.IGNORECASE)


def next_link(answer: Answer) -> str | None:
    """Return the address of the next page, which may be on any host; None on the last page."""
    link = _NEXT.search(answer.headers.get("link", ""))
    return link[1] if link else None


def is_same_origin(link: str, question: Question) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    return not parts.netloc or origin == question.endpoint.origin.lower()


def query_of(link: str) -> str:
    """Return the query of a link, without the mirror's own parameter: its address has that."""
    fields = parse_qsl(urlsplit(link).query, keep_blank_values=True)
    return urlencode([(name, value) for name, value in fields if name != "ns"])


def with_query(address: str, query: str) -> str:
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{query}" if query else address

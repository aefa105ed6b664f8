"""Which thing of which repository a request to the embedded registry is about.

Follows the OCI distribution specification 1.1, spec.md, "Endpoints" and "Pulling manifests"
(the grammars of names and tags).
Does not know whether that thing exists.
"""

import re
from enum import Enum, auto
from typing import Final

import attrs

from tagwise.errors import InvalidDigest
from tagwise.oci.digest import Digest

_NAME_LENGTH: Final = 255
_PART: Final = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_NAME: Final = re.compile(rf"{_PART}(?:/{_PART})*")
_TAG: Final = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
_PATH: Final = re.compile(
    r"""/v2/(?P<repository>.+)/(?:
        blobs/uploads/(?P<UPLOAD>[^/]+)
        | (?P<UPLOADS>blobs/uploads/?)
        | blobs/(?P<BLOB>[^/]+)
        | manifests/(?P<MANIFEST>[^/]+)
        | (?P<TAGS>tags/list)
        | referrers/(?P<REFERRERS>[^/]+)
    )""",
    re.VERBOSE | re.DOTALL,
)


class Endpoint(Enum):
    """The kinds of thing that have an address under a repository's name."""

    UPLOAD = auto()
    UPLOADS = auto()
    BLOB = auto()
    MANIFEST = auto()
    TAGS = auto()
    REFERRERS = auto()


@attrs.frozen
class Route:
    """`argument` is what stands last in the path: a tag, a digest, an upload's session."""

    endpoint: Endpoint
    repository: str
    argument: str

    @property
    def digest(self) -> Digest | None:
        return digest_in(self.argument)

    @property
    def tag(self) -> str | None:
        return self.argument if _TAG.fullmatch(self.argument) else None


def route_of(path: str) -> Route | None:
    """Read a decoded path; None if the specification has no such endpoint."""
    match = _PATH.fullmatch(path)
    if match is None or match.lastgroup is None:
        return None
    return Route(Endpoint[match.lastgroup], match["repository"], match[match.lastgroup])


def is_name(text: str) -> bool:
    """Say whether `text` can name a repository."""
    return len(text) <= _NAME_LENGTH and _NAME.fullmatch(text) is not None


def digest_in(text: str) -> Digest | None:
    """Read a digest; None if it is none that this registry could compute."""
    try:
        return Digest.parse(text)
    except InvalidDigest:
        return None

"""What clients are answered about references: fields in camel case on the wire (`wire.py`).

Does not know how it is found out.
"""

import attrs
from lsprotocol import types


@attrs.frozen
class ListedReference:
    """What stands in a document where an image can; `id` is for an `ImageTarget`'s `occurrence`.

    `text` is its value, without variables; `skipped` is why it is no image, a sentence, and
    `skip_reason` one of the closed list; both null where it is one.  The names are null where there
    is no image.
    """

    id: str
    text: str
    range: types.Range
    role: str
    familiar_name: str | None
    canonical_name: str | None
    platform: str | None
    variant: str | None
    is_pinned: bool
    can_pin: bool
    skipped: str | None = None
    skip_reason: str | None = None


@attrs.frozen
class Description:
    """`digest` is what the reference stands for now: an index where it is one.

    `page` is the address of the page its registry has about it, on `site`; null where it has none.
    `platforms` are those known of without costing a pull.
    """

    familiar_name: str
    canonical_name: str
    registry: str
    repository: str
    tag: str | None
    digest: str
    page: str | None
    site: str | None
    platforms: tuple[str, ...]


@attrs.frozen
class ChangedReferences:
    """What became of an action: how many references it changed, and how many needed no change.

    Where a person is asked first, they may have left some out.  `documents` are the URIs of the
    documents that change.  `failures` are sentences about the others.
    `is_applied` is false where the client, or its user, did not take the edit.
    """

    changed: int
    unchanged: int
    documents: tuple[str, ...]
    failures: tuple[str, ...]
    is_applied: bool


@attrs.frozen
class FreedSpace:
    """`freed` are bytes on disk."""

    freed: int

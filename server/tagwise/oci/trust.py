"""Signs of trust on an image: what it is made of, who built it from what, who signed it.

Signs are told as they are found, and never verified: whether to believe them is another question.
Does not know where they are kept, nor the documents they are read from (`in_toto.py`).
"""

from enum import Enum
from typing import Final, TypeAlias

import attrs

from tagwise.oci.digest import Digest

COSIGN_SIGNATURE: Final = "https://sigstore.dev/cosign/sign/v1"
"""The predicate under which cosign, since version 3, packs a plain signature as a statement."""


class Unread(Enum):
    """Why a sign that is there was not read; the value is for a person."""

    TOO_LARGE = "too large to read"
    UNREADABLE = "in a form that cannot be read"
    NOT_FETCHED = "not fetched"
    MISSING = "missing: its registry lists it and has lost it"


class SignatureKind(Enum):
    """Whose signature it is; the value is the word for a person."""

    COSIGN = "cosign"
    NOTATION = "notation"
    SIGSTORE = "sigstore bundle"


@attrs.frozen
class Sbom:
    """A bill of materials; `format` is `SPDX`, `CycloneDX` or empty.

    `is_signed` where it comes in a signed envelope; the signature has not been verified.
    """

    format: str
    packages: int | Unread
    is_signed: bool = False


@attrs.frozen
class Provenance:
    """Who built it, from which revision of which source repository; empty where it is not said."""

    builder: str
    source: str
    revision: str
    is_signed: bool = False


@attrs.frozen
class OtherStatement:
    """A statement about something else, by its predicate's type or its media type."""

    type: str


@attrs.frozen
class Signature:
    """A signature on the manifest or index `subject`."""

    kind: SignatureKind
    subject: Digest


Statement: TypeAlias = Sbom | Provenance | OtherStatement | Unread
"""What one document states."""


@attrs.frozen
class TrustSigns:
    """All signs found; `missed` says why there may be more, and is empty where there are not.

    A `Provenance` that could not be read stands as the reason for that.  `missing` are artifacts
    that the registry lists and does not have, so that nobody knows what they state.
    """

    sboms: tuple[Sbom, ...] = ()
    provenances: tuple[Provenance | Unread, ...] = ()
    signatures: tuple[Signature, ...] = ()
    others: tuple[str, ...] = ()
    missing: tuple[Digest, ...] = ()
    missed: str = ""

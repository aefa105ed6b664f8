"""What a document about an image states, in short, to be kept instead of the document.

A bill of materials may be megabytes; what is shown of it is a line.
Does not know where it is kept.
"""

import json
from typing import assert_never

from tagwise.errors import InvalidManifest
from tagwise.oci.json_document import parse_object, text_field
from tagwise.oci.trust import OtherStatement, Provenance, Sbom, Statement, Unread


def packed(statement: Statement) -> bytes:
    return json.dumps(_fields(statement)).encode()


def unpacked(body: bytes) -> Statement | None:
    """Read what `packed` wrote; None where it is of another version of this program."""
    try:
        fields = parse_object(body)
    except InvalidManifest:
        return None
    is_signed = fields.get("signed") is True
    match text_field(fields, "is"), fields.get("packages"):
        case "sbom", int(count):
            return Sbom(text_field(fields, "format"), count, is_signed)
        case "sbom", _:
            return Sbom(
                text_field(fields, "format"), _why(text_field(fields, "packages")), is_signed
            )
        case "provenance", _:
            return Provenance(
                builder=text_field(fields, "builder"),
                source=text_field(fields, "source"),
                revision=text_field(fields, "revision"),
                is_signed=is_signed,
            )
        case "other", _:
            return OtherStatement(text_field(fields, "type"))
        case "unread", _:
            return _why(text_field(fields, "why"))
        case _:
            return None


def _fields(statement: Statement) -> dict[str, object]:
    match statement:
        case Sbom(form, packages, is_signed):
            count = packages.name if isinstance(packages, Unread) else packages
            return {"is": "sbom", "format": form, "packages": count, "signed": is_signed}
        case Provenance(builder, source, revision, is_signed):
            return {
                "is": "provenance",
                "builder": builder,
                "source": source,
                "revision": revision,
                "signed": is_signed,
            }
        case OtherStatement(kind):
            return {"is": "other", "type": kind}
        case Unread():
            return {"is": "unread", "why": statement.name}
        case _:
            assert_never(statement)


def _why(name: str) -> Unread:
    return next((why for why in Unread if why.name == name), Unread.UNREADABLE)

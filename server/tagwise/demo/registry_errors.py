"""How the embedded registry says no: the error codes of the OCI distribution specification.

Follows spec.md, "Error Codes"; the codes that it lacks are those of CNCF distribution.
Does not know what is refused, or why.
"""

from enum import Enum
from http import HTTPStatus

from tagwise.demo.http_message import HeaderFields, Response


class ErrorCode(Enum):
    """A code with the status it travels under and the specification's sentence for it."""

    BLOB_UNKNOWN = (HTTPStatus.NOT_FOUND, "blob unknown to registry")
    BLOB_UPLOAD_INVALID = (HTTPStatus.BAD_REQUEST, "blob upload invalid")
    BLOB_UPLOAD_UNKNOWN = (HTTPStatus.NOT_FOUND, "blob upload unknown to registry")
    DENIED = (HTTPStatus.FORBIDDEN, "requested access to the resource is denied")
    DIGEST_INVALID = (HTTPStatus.BAD_REQUEST, "provided digest did not match uploaded content")
    MANIFEST_BLOB_UNKNOWN = (HTTPStatus.BAD_REQUEST, "manifest references an unknown blob")
    MANIFEST_INVALID = (HTTPStatus.BAD_REQUEST, "manifest invalid")
    MANIFEST_UNKNOWN = (HTTPStatus.NOT_FOUND, "manifest unknown to registry")
    NAME_INVALID = (HTTPStatus.BAD_REQUEST, "invalid repository name")
    NAME_UNKNOWN = (HTTPStatus.NOT_FOUND, "repository name not known to registry")
    NOT_FOUND = (HTTPStatus.NOT_FOUND, "no such endpoint")
    PAGINATION_NUMBER_INVALID = (HTTPStatus.BAD_REQUEST, "invalid number of results requested")
    RANGE_INVALID = (HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "range out of order")
    SIZE_INVALID = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "content is too large")
    TAG_INVALID = (HTTPStatus.BAD_REQUEST, "invalid tag")
    UNAUTHORIZED = (HTTPStatus.UNAUTHORIZED, "authentication required")
    UNSUPPORTED = (HTTPStatus.METHOD_NOT_ALLOWED, "the operation is unsupported")


def refusal(code: ErrorCode, detail: str | None = None, *, headers: HeaderFields = ()) -> Response:
    """Answer with `code`: `{"errors": [{"code": …, "message": …, "detail": …}]}`."""
    status, message = code.value
    error = {"code": code.name, "message": message, "detail": detail}
    return Response.of_json(status, {"errors": [error]}, headers)

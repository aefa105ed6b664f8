"""What a registry's refusal means, in words for a person.

Follows the OCI distribution-spec, "Error Codes", where registries do; a status says enough where
they do not.  Does not know how the answer was got.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from tagwise.errors import (
    InvalidManifest,
    ManifestUnknown,
    NameUnknown,
    NoConnection,
    RateLimited,
    RegistryError,
    RegistryProtocolError,
    RegistryUnreachable,
    Unauthorized,
)
from tagwise.oci.json_document import as_object, list_field, parse_object, text_field
from tagwise.registry.credentials import Anonymous
from tagwise.registry.exchange import Answer, Question
from tagwise.registry.rate_limits import Quota, is_pull_limit, read_quota, retry_after

_MINUTE: Final = 60
_DAY: Final = 24 * 60 * _MINUTE
_MIRRORS_TOLD: Final = 2


def refusal(question: Question, answer: Answer, *, now: datetime) -> RegistryError:
    """Turn an answer without what was asked for into the error to raise."""
    match answer.status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return unauthorized(question)
        case HTTPStatus.NOT_FOUND:
            return _not_found(question, answer)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return rate_limited(question, answer, now=now)
        case status if is_trouble(status):
            message = f"{question.host} is in trouble ({_status(status)}): try again later"
            return RegistryUnreachable(message, host=question.host, reference=_name(question))
        case status:
            return protocol_error(question, f"answered {_status(status)}")


def is_trouble(status: int) -> bool:
    """Whether the host itself says that it cannot answer now."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT


def unauthorized(question: Question) -> Unauthorized:
    """Say as whom it was asked, by the file or helper the credentials came from."""
    login = f"`docker login {question.endpoint.registry}`"
    credential = question.credential
    if isinstance(credential, Anonymous):
        message = (
            f"{question.host} does not show {_name(question)} to everybody: it is private, or does"
            f" not exist; log in with {login}{_aside(credential.why)}"
        )
    else:
        origin = f" from {credential.origin}" if credential.origin else ""
        message = (
            f"{question.host} refused the stored credentials{origin} for {_name(question)}: log in"
            f" again with {login}, or ask its owner for access"
        )
    return Unauthorized(message, host=question.host, reference=_name(question))


def explained(
    error: Unauthorized | ManifestUnknown | NameUnknown, why: str
) -> Unauthorized | ManifestUnknown | NameUnknown:
    """Add to a refusal why it was asked for without credentials."""
    return type(error)(f"{error}{_aside(why)}", host=error.host, reference=error.reference)


def after_mirrors(error: RegistryError, mirrors: Sequence[RegistryError]) -> RegistryError:
    """Add to the registry's own error what its mirrors said before, unless it is the same.

    The error is a new one: the old one belongs to everybody who asked.
    """
    told = [str(each) for each in mirrors if _why(each) != _why(error)][:_MIRRORS_TOLD]
    message = f"{error} (before that: {'; '.join(told)})" if told else str(error)
    if isinstance(error, RateLimited):
        return RateLimited(
            message, host=error.host, reference=error.reference, retry_after=error.retry_after
        )
    return type(error)(message, host=error.host, reference=error.reference)


def _why(error: RegistryError) -> str:
    return str(error).rpartition(": ")[2].replace(error.host, "")


def rate_limited(question: Question, answer: Answer, *, now: datetime) -> RateLimited:
    """Tell a quota on pulls that is used up from too many requests at a time."""
    seconds = retry_after(answer.headers, answer.body, now=now)
    when = "later" if seconds is None else _moment(seconds, now)
    quota = read_quota(answer.headers, now=now)
    if is_pull_limit(answer.body) or (quota and quota.remaining == 0):
        is_anonymous = isinstance(question.credential, Anonymous)
        login = f"log in with `docker login {question.endpoint.registry}` to raise it, "
        message = (
            f"the pull limit of {question.host}{_extent(quota)} is reached:"
            f" {login if is_anonymous else ''}ask through a mirror, or try again {when}"
        )
    else:
        message = (
            f"{question.host} has been asked too often at a time (its limit against abuse, not on"
            f" pulls): try again {when}"
        )
    return RateLimited(message, host=question.host, reference=_name(question), retry_after=seconds)


def protocol_error(question: Question, what: str) -> RegistryProtocolError:
    message = f"{question.host} {what} when asked for {_name(question)}: is it a registry?"
    return RegistryProtocolError(message, host=question.host, reference=_name(question))


def no_connection(question: Question, host: str, why: str) -> NoConnection:
    return NoConnection(
        str(unreachable(question, host, why)), host=question.host, reference=_name(question)
    )


def unreachable(question: Question, host: str, why: str) -> RegistryUnreachable:
    """Say why `host`, the registry's own or one it sent us to, gave no answer."""
    message = f"{host} cannot be reached for {_name(question)}: {why}"
    return RegistryUnreachable(message, host=question.host, reference=_name(question))


def _moment(seconds: float, now: datetime) -> str:
    if seconds < _MINUTE:
        return f"in {max(1, round(seconds))} s"
    if seconds > 2 * _DAY:
        return f"in {round(seconds / _DAY)} days"
    at = now + timedelta(seconds=seconds)
    return f"in {round(seconds / _MINUTE)} min, at {at.astimezone(UTC):%H:%M} UTC"


def _extent(quota: Quota | None) -> str:
    if quota is None:
        return ""
    if quota.window is None:
        return f" ({quota.limit} pulls)"
    return f" ({quota.limit} pulls in {quota.window.total_seconds() / 3600:g} h)"


def _not_found(question: Question, answer: Answer) -> ManifestUnknown | NameUnknown:
    message = f"{_name(question)} was not found on {question.host}"
    if isinstance(question.credential, Anonymous):
        message += f", or is private{_aside(question.credential.why)}"
    kind = NameUnknown if "NAME_UNKNOWN" in _error_codes(answer.body) else ManifestUnknown
    return kind(message, host=question.host, reference=_name(question))


def _error_codes(body: bytes) -> frozenset[str]:
    try:
        errors = list_field(parse_object(body), "errors")
    except InvalidManifest:
        return frozenset()
    return frozenset(text_field(as_object(error), "code") for error in errors)


def _aside(why: str) -> str:
    return f" ({why})" if why else ""


def _name(question: Question) -> str:
    return question.reference.familiar


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)

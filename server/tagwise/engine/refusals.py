"""What an engine's refusals, and silence, mean for a person.

Foreign errors become ours here, and nowhere else under `engine`.
"""

import errno
import os
import re
import ssl
from pathlib import Path
from typing import Final

import httpx

from tagwise.engine.endpoint import EngineEndpoint
from tagwise.errors import EngineError, EngineUnreachable, InvalidManifest, NoSuchImage
from tagwise.oci.json_document import parse_object, text_field

_NOT_FOUND: Final = 404
_NO_SUCH_IMAGE: Final = re.compile(r"(?:failed to find image|No such image:) (\S+?)(?:: |$)")
_WANTS_TLS: Final = "HTTP request to an HTTPS server"
_DISK_FULL: Final = "no space left on device"


def refusal(status: int, body: bytes, *, asked: str) -> EngineError:
    """Say why the engine does not do what was `asked`."""
    said = message_in(body) or f"HTTP status {status}"
    if status == _NOT_FOUND and "image" in said.lower():
        return NoSuchImage(_once(said))
    return EngineError(explained(said, asked=asked))


def _once(said: str) -> str:
    """Say once what is not there: Docker says it twice, Podman in three parts."""
    name = _NO_SUCH_IMAGE.search(said)
    return f"No such image: {name[1]}" if name else said


def explained(said: str, *, asked: str) -> str:
    """Complete what the engine says of a failure with what to do, where that is known."""
    if _DISK_FULL in said.lower():
        return (
            f"the engine could not {asked}: its disk is full ({said}); free some with "
            "`tagwise prune`, or remove images with `tagwise rm`"
        )
    if _WANTS_TLS in said:
        said += " Set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of its certificates."
    return f"the engine could not {asked}: {said}"


def message_in(body: bytes) -> str:
    """Return the sentence in an error's body, in one line."""
    try:
        said = text_field(parse_object(body), "message")
    except InvalidManifest:
        said = body[:200].decode(errors="replace")
    return " ".join(said.split())


def unreachable(
    error: httpx.HTTPError | ssl.SSLError | TimeoutError, endpoint: EngineEndpoint
) -> EngineUnreachable:
    """Say why there is no answer, and what to start."""
    where = f"{endpoint}, from {endpoint.origin}"
    system = _system_error(error)
    tls = system if isinstance(system, ssl.SSLError) else None
    if tls is not None:
        reason = _tls(tls)
    elif isinstance(error, httpx.TimeoutException | TimeoutError):
        reason = "it did not answer in time: it may hang, restart it or see its log"
    elif system is not None and system.errno in {errno.EACCES, errno.EPERM}:
        reason = _permission(endpoint.socket)
    elif system is not None and system.errno in {errno.ENOENT, errno.ECONNREFUSED}:
        reason = (
            "nothing listens there: start Docker (or `podman system service`), or set DOCKER_HOST"
        )
    elif isinstance(error, httpx.ConnectError):
        reason = f"no connection ({error}): is it running, and is DOCKER_HOST right?"
    else:
        reason = (
            f"the connection broke off ({str(error) or type(error).__name__}): see the engine's log"
        )
    return EngineUnreachable(f"no engine at {where}: {reason}", endpoint=str(endpoint))


def _system_error(error: BaseException) -> OSError | None:
    """Find the operating system's word under what httpx and httpcore have made of it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno:
            return cause
        cause = cause.__cause__ or cause.__context__
    return None


def _tls(error: ssl.SSLError) -> str:
    """Say whose certificate is not accepted: OpenSSL tells of ours by an alert of the engine's."""
    said = error.reason or str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"its certificate is not accepted ({error.verify_message}): is the ca.pem of its "
            "authority in DOCKER_CERT_PATH, or in the context, and does it name this host?"
        )
    if "ALERT" in said or "CERTIFICATE" in said:
        return (
            f"it does not accept this side's certificate ({said.replace('_', ' ').lower()}): "
            "cert.pem and key.pem, in DOCKER_CERT_PATH or in the context, must be signed by its "
            "authority"
        )
    return f"no connection over TLS ({said.replace('_', ' ').lower()}): does it speak TLS there?"


def _permission(socket: Path | None) -> str:
    if socket is None:
        return "permission denied"
    group = _group_of(socket)
    if group in {"", "root"}:
        return "permission denied: only root may use this socket (or a rootless engine of your own)"
    return (
        f"permission denied: the socket belongs to the group {group!r}, and you are not in it: "
        f"`sudo usermod -aG {group} $USER`, then log in again"
    )


def _group_of(socket: Path) -> str:
    if os.name != "posix":
        return ""
    try:
        return socket.group()
    except (OSError, KeyError):
        return ""

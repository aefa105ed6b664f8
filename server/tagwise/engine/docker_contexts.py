"""Docker's contexts: named engines, with their certificates, as `docker context` keeps them.

Follows docker/cli, cli/context/store: `contexts/meta/SHA256/meta.json` holds the address, and
`contexts/tls/SHA256/docker` the files of TLS; SHA256 is that of the context's name.
"""

import hashlib
import logging
from pathlib import Path
from typing import Final

import attrs

from tagwise.errors import InvalidManifest
from tagwise.oci.json_document import JsonObject, object_field, parse_object, text_field

_LOG: Final = logging.getLogger(__name__)
_PARTS: Final = ("ca", "cert", "key")


@attrs.frozen
class TlsFiles:
    """What a connection over TLS is made with; unless it `verifies`, any certificate will do."""

    ca: Path | None
    certificate: Path | None
    key: Path | None
    verifies: bool = True


@attrs.frozen
class DockerContext:
    host: str
    tls: TlsFiles | None


def current_context(folder: Path) -> str:
    """Return the name that `docker context use` has chosen; empty for none."""
    document = _read(folder / "config.json")
    return text_field(document, "currentContext") if document else ""


def read_context(folder: Path, name: str) -> DockerContext | None:
    """Read a context; None if there is no such, or it names no engine."""
    identity = hashlib.sha256(name.encode()).hexdigest()
    document = _read(folder / "contexts" / "meta" / identity / "meta.json")
    endpoint = object_field(object_field(document or {}, "Endpoints"), "docker")
    host = text_field(endpoint, "Host")
    if not host:
        return None
    files = folder / "contexts" / "tls" / identity / "docker"
    verifies = endpoint.get("SkipTLSVerify") is not True
    ca, certificate, key = (
        path if (path := files / f"{part}.pem").is_file() else None for part in _PARTS
    )
    has_files = ca or certificate or key
    return DockerContext(host, TlsFiles(ca, certificate, key, verifies) if has_files else None)


def _read(path: Path) -> JsonObject | None:
    try:
        return parse_object(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, InvalidManifest) as error:
        _LOG.warning("%s cannot be read: %s", path, error)
        return None

"""Reads the Docker daemon's `daemon.json`: the mirrors of Docker Hub, and insecure registries.

Follows docs.docker.com, "dockerd": `registry-mirrors` are URLs, `insecure-registries` hosts or
networks.  Bytes in, values out; what cannot be used is told in the log.
Does not know where the file is.
"""

import codecs
import logging
import re
from typing import Final

from tagwise.errors import InvalidManifest
from tagwise.oci.json_document import parse_object, words_field
from tagwise.registry.mirrors import MachineConfiguration

_LOG: Final = logging.getLogger(__name__)
_MIRROR: Final = re.compile(r"https?://[^/?#@\s]+(?:/[^?#@\s]*)?", re.IGNORECASE)
_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)


def read_daemon_json(content: bytes, *, origin: str) -> MachineConfiguration:
    """Read what concerns registries; `origin` names the file to a person."""
    content = content.removeprefix(codecs.BOM_UTF8)
    if not content.strip():
        return MachineConfiguration()
    try:
        document = parse_object(content)
    except InvalidManifest as error:
        _LOG.warning("%s is not used: %s", origin, error)
        return MachineConfiguration()
    mirrors = words_field(document, "registry-mirrors")
    usable = tuple(mirror for mirror in mirrors if _MIRROR.fullmatch(mirror))
    if len(usable) < len(mirrors):
        _LOG.warning("%s has a mirror that is no http or https URL, or names a user", origin)
    insecure = words_field(document, "insecure-registries")
    return MachineConfiguration(
        hub_mirrors=usable, insecure=tuple(_SCHEME.sub("", host, count=1) for host in insecure)
    )

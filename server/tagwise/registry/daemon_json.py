"""Reads the Docker daemon's `daemon.json`: the mirrors of Docker Hub, and insecure registries.

Follows docs.docker.com, "dockerd": `registry-mirrors` are URLs, `insecure-registries` hosts or
networks.  Bytes in, values out; what cannot be used is told in the log.
Does not know where the file is.
"""

import logging
from typing import Final

from tagwise.errors import InvalidManifest
from tagwise.oci.json_document import parse_object, words_field
from tagwise.registry.mirrors import MachineConfiguration

_LOG: Final = logging.getLogger(__name__)


def read_daemon_json(content: bytes, *, origin: str) -> MachineConfiguration:
    """Read what concerns registries; `origin` names the file to a person."""
    if not content.strip():
        return MachineConfiguration()
    try:
        document = parse_object(content)
        return MachineConfiguration(
            hub_mirrors=words_field(document, "registry-mirrors"),
            insecure=words_field(document, "insecure-registries"),
        )
    except InvalidManifest as error:
        _LOG.warning("%s is not used: %s", origin, error)
        return MachineConfiguration()

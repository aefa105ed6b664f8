"""An image's configuration: what it runs, and how it came to be.

Follows the OCI image-spec, config.md; a field the document lacks, or holds in another type than the
specification's, is empty here.  Does not know JSON (`codec.py`), nor any layer's size: the manifest
has it.
"""

from collections.abc import Mapping
from datetime import datetime

import attrs

from tagwise.oci.digest import Digest
from tagwise.oci.manifest import NOTHING
from tagwise.oci.platform import Platform


@attrs.frozen
class HistoryEntry:
    """One step of the build, oldest first; `empty_layer` where it made no layer."""

    created: datetime | None
    created_by: str
    comment: str
    empty_layer: bool


@attrs.frozen
class ImageConfig:
    """The configuration; `created` is aware, `environment` is written NAME=value."""

    platform: Platform | None
    created: datetime | None = None
    author: str = ""
    user: str = ""
    working_dir: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    shell: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    exposed_ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    stop_signal: str = ""
    health_check: tuple[str, ...] = ()
    labels: Mapping[str, str] = attrs.field(default=NOTHING, hash=False)
    diff_ids: tuple[Digest, ...] = ()
    history: tuple[HistoryEntry, ...] = ()

"""Platforms that a Dockerfile is built for, as whoever builds it writes them.

Those that its base images have are what could be written there.
Does not know any file format, nor what a Dockerfile says.
"""

from typing import Protocol, runtime_checkable

import attrs

from tagwise.documents.model import Inputs
from tagwise.documents.names import Giver
from tagwise.documents.traced import Span


@attrs.frozen
class BuildPlatform:
    """A platform that is written at `span`, for the Dockerfile that `giver` leads to."""

    span: Span
    giver: Giver


@runtime_checkable
class BuildingFor(Protocol):
    """A syntax whose document says for which platforms Dockerfiles are built."""

    def build_platforms(self, inputs: Inputs) -> tuple[BuildPlatform, ...]: ...

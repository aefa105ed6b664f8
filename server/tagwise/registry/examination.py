"""How a registry is spoken to from here: whom it takes, as whom, and what each of them says.

Asks every host that may answer for a registry with one HEAD of a tag, which costs no pull.
Does not know how it is told, and holds nothing secret.
"""

import attrs

from tagwise.errors import ManifestUnknown, NameUnknown, RegistryError
from tagwise.registry.credentials import Anonymous, Credential
from tagwise.registry.hosts import Endpoint
from tagwise.registry.rate_limits import Quota


@attrs.frozen
class HostReport:
    """What one host said: `problem` is a sentence for a person, also where it `answers`."""

    origin: str
    is_mirror: bool
    answers: bool
    problem: str | None

    @classmethod
    def of(cls, endpoint: Endpoint, error: RegistryError | None) -> "HostReport":
        answers = error is None or isinstance(error, ManifestUnknown | NameUnknown)
        problem = None if error is None else str(error)
        return cls(endpoint.origin, endpoint.namespace is not None, answers, problem)


@attrs.frozen
class RegistryReport:
    """The hosts in the order they are asked; `credentials` is where they come from, never what."""

    registry: str
    credentials: str
    hosts: tuple[HostReport, ...]
    quota: Quota | None

    @property
    def is_answered(self) -> bool:
        return any(host.answers for host in self.hosts)


def origin_of(credential: Credential) -> str:
    """Return in words where a credential comes from."""
    match credential:
        case Anonymous(why):
            return f"none: {why}" if why else "none: asked anonymously"
        case _:
            return credential.origin or "given"

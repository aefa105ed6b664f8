"""Which hosts answer for a registry, over which scheme, in which order.

The only place, with the reference grammar, that knows Docker Hub's names and habits.
Does not know credentials, and opens no connection.
"""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import urlsplit

import attrs

from tagwise.oci.reference import DOCKER_HUB
from tagwise.registry.certificates import CertificateFolders
from tagwise.registry.mirrors import MachineConfiguration, Mirror, RegistryRule

_MOST_LISTED: Final = 1000
_HUB_API: Final = "registry-1.docker.io"
_HUB_SERVER: Final = "https://index.docker.io/v1/"
_HUB_CREDENTIALS: Final = ("index.docker.io", DOCKER_HUB, _HUB_API)


@attrs.frozen
class RegistrySettings:
    """What a user may say of one registry.

    A mirror is a host, or a URL whose path comes before the repository's name.  With `insecure`,
    certificates are not checked, and plain http does where there is no https.  `realms` are hosts
    of token services that may be asked although they are on a private address.
    """

    mirrors: tuple[str, ...] = ()
    upstream: bool = True
    insecure: bool = False
    realms: tuple[str, ...] = ()


@attrs.frozen
class Endpoint:
    """A host that may be asked for a repository, and the `repository`'s name there.

    `registry` is the name credentials for it are found under; `namespace` is the registry a mirror
    stands in for.  `is_metered` where a GET of a manifest counts against a quota and a HEAD does
    not.  `is_insecure` where certificates are not checked, and http may be tried where https is not
    there.  `realms` are hosts that may give its tokens wherever they are.
    """

    scheme: str
    host: str
    registry: str
    repository: str
    namespace: str | None = None
    is_metered: bool = False
    is_insecure: bool = False
    realms: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"

    @property
    def identity(self) -> str:
        """Tells two endpoints apart; one mirror host may stand in for several registries."""
        return f"{self.origin}/{self.repository}?ns={self.namespace or ''}"

    def over_http(self) -> Self:
        """Give the endpoint to ask where there is no https."""
        return attrs.evolve(self, scheme="http")

    def url(self, kind: str, name: str) -> str:
        """Build the URL of a manifest, a blob or a list of tags (distribution-spec, "Endpoints").

        Containerd's `ns` parameter tells a mirror of many registries which one is meant.
        """
        path = f"{self.origin}/v2/{self.repository}/{kind}/{name}"
        return f"{path}?ns={self.namespace}" if self.namespace else path


class Hosts:
    """The endpoints of every registry, given what the user and the `machine` say of some."""

    def __init__(
        self,
        settings: Mapping[str, RegistrySettings],
        *,
        machine: MachineConfiguration | None = None,
        certificates: CertificateFolders | None = None,
    ) -> None:
        self._settings = settings
        self._machine = machine or MachineConfiguration()
        self._certificates = certificates or CertificateFolders()
        self._local_schemes: dict[str, str] = {}
        self._listed: dict[tuple[str, str, bool], tuple[Endpoint, ...]] = {}

    def endpoints(
        self, registry: str, repository: str, *, by_digest: bool = False
    ) -> tuple[Endpoint, ...]:
        """List whom to ask, in order: the mirrors, the user's own first, then the registry itself.

        There is nobody to ask where the machine's configuration forbids it.
        """
        key = (registry, repository, by_digest)
        listed = self._listed.get(key)
        if listed is None:
            if len(self._listed) >= _MOST_LISTED:
                self._listed.clear()
            listed = self._listed[key] = tuple(
                self._list(registry, repository, by_digest=by_digest)
            )
        return listed

    def _list(self, registry: str, repository: str, *, by_digest: bool) -> Iterable[Endpoint]:
        settings = self._settings.get(registry, RegistrySettings())
        rule = self._machine.rule_for(f"{registry}/{repository}")
        if rule is not None and rule.is_blocked:
            return ()
        mirrors = [self._mirror(registry, repository, Mirror(each)) for each in settings.mirrors]
        if rule is not None:
            rest = _rest(rule, registry, repository)
            mirrors += (
                self._mirror(registry, rest, mirror)
                for mirror in rule.mirrors
                if mirror.pulls.covers(by_digest=by_digest)
            )
        if registry == DOCKER_HUB:
            located = map(Mirror, self._machine.hub_mirrors)
            mirrors += (self._mirror(registry, repository, mirror) for mirror in located)
        if settings.upstream:
            mirrors.append(self._upstream(registry, repository, rule))
        return dict.fromkeys(mirrors)

    def _upstream(self, registry: str, repository: str, rule: RegistryRule | None) -> Endpoint:
        if rule is not None and rule.location:
            located, _, path = rule.location.partition("/")
            repository = _joined(path, _rest(rule, registry, repository))
            registry = located
        host = _api_of(registry)
        is_insecure = self._is_insecure(registry) or (rule is not None and rule.is_insecure)
        return Endpoint(
            scheme=self._scheme(host),
            host=host,
            registry=registry,
            repository=repository,
            is_metered=host == _HUB_API,
            is_insecure=is_insecure,
            realms=self._realms(registry),
        )

    def _mirror(self, registry: str, repository: str, mirror: Mirror) -> Endpoint:
        scheme, _, rest = mirror.location.rpartition("://")
        name, _, path = rest.strip("/").partition("/")
        host = _api_of(name)
        is_insecure = mirror.is_insecure or self._is_insecure(name)
        return Endpoint(
            scheme=scheme.lower() or self._scheme(host),
            host=host,
            registry=name,
            repository=_joined(path, repository),
            namespace=registry,
            is_metered=host == _HUB_API,
            is_insecure=is_insecure and scheme.lower() != "http",
            realms=self._realms(name),
        )

    def _scheme(self, host: str) -> str:
        """Take plain http on this machine, unless there are certificates for it."""
        if not is_loopback(host):
            return "https"
        if host not in self._local_schemes:
            self._local_schemes[host] = "https" if self._certificates.of(host) else "http"
        return self._local_schemes[host]

    def _is_insecure(self, host: str) -> bool:
        settings = self._settings.get(host)
        return (settings is not None and settings.insecure) or self._machine.is_insecure(host)

    def _realms(self, host: str) -> tuple[str, ...]:
        settings = self._settings.get(host)
        return settings.realms if settings else ()


def _rest(rule: RegistryRule, registry: str, repository: str) -> str:
    """Return what of a name comes after what the rule matches."""
    name = f"{registry}/{repository}"
    return name[rule.matched(name) :].strip("/")


def _api_of(registry: str) -> str:
    """Return the host that answers for a registry's name, in a mirror's place as well."""
    return _HUB_API if registry == DOCKER_HUB else registry


def _joined(path: str, repository: str) -> str:
    return "/".join(filter(None, (path, repository)))


def is_loopback(host: str) -> bool:
    """Whether `host`, with or without a port, is this machine by name or by address.

    An IPv6 address without a port may go without its brackets, as sockets have it.
    """
    try:
        name = host if host.count(":") > 1 and "[" not in host else urlsplit(f"//{host}").hostname
        name = (name or "").lower()
        return name == "localhost" or name.endswith(".localhost") or ip_address(name).is_loopback
    except ValueError:
        return False


def credential_names(registry: str) -> tuple[str, ...]:
    """List the host names under which credentials for `registry` are kept, best first.

    `docker login` files Docker Hub's under `https://index.docker.io/v1/`.
    """
    return _HUB_CREDENTIALS if registry in _HUB_CREDENTIALS else (registry,)


def credential_server(registry: str) -> str:
    """Give the address a credential helper knows `registry` by."""
    return _HUB_SERVER if registry in _HUB_CREDENTIALS else registry

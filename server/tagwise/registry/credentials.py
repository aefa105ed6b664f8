"""Credentials, and where they are kept.

Now read: the `auths` of Docker's `config.json` (docker/cli, cli/config/configfile).  A keychain
answers for one registry at a time and never fails: whoever has no credentials is anonymous.
Does not know where a credential is sent: that is `auth.py`.
"""

import base64
import hashlib
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol, TypeAlias

import attrs

from tagwise.errors import InvalidManifest
from tagwise.oci.json_document import JsonObject, as_object, object_field, parse_object, text_field
from tagwise.registry.hosts import credential_names

_LOG: Final = logging.getLogger(__name__)
_API_PATHS: Final = frozenset({"", "v0", "v1", "v2"})


@attrs.frozen
class Anonymous:
    """Nobody in particular."""

    @property
    def identity(self) -> str:
        return "anonymous"


@attrs.frozen
class Password:
    """A user name and a password, or a token in a password's place."""

    username: str
    password: str = attrs.field(repr=False)

    @property
    def identity(self) -> str:
        return f"user {self.username}"


@attrs.frozen
class IdentityToken:
    """An OAuth refresh token (distribution, docs/spec/auth/oauth.md)."""

    username: str
    token: str = attrs.field(repr=False)

    @property
    def identity(self) -> str:
        return f"token {hashlib.sha256(self.token.encode()).hexdigest()[:16]}"


Credential: TypeAlias = Anonymous | Password | IdentityToken
"""`identity` tells two apart without giving either away."""


class Keychain(Protocol):
    """Finds credentials; `registry` is as in a reference (`docker.io`, `ghcr.io`, `host:5000`)."""

    def credential(self, registry: str) -> Credential: ...


class AnonymousKeychain:
    """Has no credentials for anybody: for workspaces that are not trusted."""

    def credential(self, registry: str) -> Credential:  # noqa: ARG002 - the protocol's
        return Anonymous()


@attrs.frozen
class ConfigFileKeychain:
    """The `auths` of one `config.json`, read when asked: `docker login` may change it any time."""

    path: Path

    def credential(self, registry: str) -> Credential:
        entries = tuple(self._entries())
        for name in credential_names(registry):
            for host, entry in entries:
                if host == name:
                    return _credential(entry, registry)
        return Anonymous()

    def _entries(self) -> Iterator[tuple[str, JsonObject]]:
        try:
            document = parse_object(self.path.read_bytes())
        except FileNotFoundError:
            return
        except (OSError, InvalidManifest) as error:
            _LOG.info("%s cannot be read, so nobody is logged in: %s", self.path, error)
            return
        for key, entry in object_field(document, "auths").items():
            yield _host_of(key), as_object(entry)


def docker_config_keychain(environment: Mapping[str, str], home: Path) -> Keychain:
    """Give the keychain `docker` itself would use: `DOCKER_CONFIG`, else `~/.docker`."""
    configured = environment.get("DOCKER_CONFIG")
    folder = Path(configured) if configured else home / ".docker"
    return ConfigFileKeychain(folder / "config.json")


def _host_of(key: str) -> str:
    """Reduce a key that may be a URL to its host (docker/cli, `ConvertToHostname`).

    A key with another path than the API's stays as it is: Docker Desktop has its own tokens under
    `…/v1/access-token`, Podman credentials for a part of a registry.
    """
    host, _, path = key.rpartition("://")[2].partition("/")
    return host if path.strip("/") in _API_PATHS else key


def _credential(entry: JsonObject, registry: str) -> Credential:
    username, password = text_field(entry, "username"), text_field(entry, "password")
    if encoded := text_field(entry, "auth"):
        try:
            decoded = base64.b64decode(encoded, validate=True).decode()
        except ValueError:
            _LOG.info("the stored credentials for %s cannot be read", registry)
            return Anonymous()
        username, _, password = decoded.rstrip("\0").partition(":")
    if token := text_field(entry, "identitytoken"):
        return IdentityToken(username, token)
    return Password(username, password) if username and password else Anonymous()

"""The files of logins: Docker's `config.json` and Podman's `auth.json`, which share their format.

    {"auths": {KEY: {"auth": base64("user:password")}},         KEY: a host, a URL, host/name/space
     "credsStore": "desktop", "credHelpers": {HOST: "ecr-login"}}

Follows docker/cli, cli/config/configfile, and containers-auth.json(5).  Text in, values out.
Does not know where the files are, nor how a helper is asked.
"""

import base64
import logging
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from tagwise.errors import InvalidManifest
from tagwise.oci.json_document import JsonObject, as_object, object_field, parse_object, text_field
from tagwise.registry.credentials import Anonymous, Credential, IdentityToken, Password
from tagwise.registry.hosts import credential_names

_LOG: Final = logging.getLogger(__name__)
_API_PATHS: Final = frozenset({"", "v0", "v1", "v2"})
# Docker Desktop keeps its own beside the user's, as `https://index.docker.io/v1/access-token`.
_OWN_TOKENS: Final = ("/access-token", "/refresh-token")


@attrs.frozen
class CredentialFile:
    """Credentials by host, or by host and path; `helpers` by host, `store` for all others.

    `problem` is a sentence where nothing of it can be used.
    """

    entries: Mapping[str, Credential] = attrs.field(factory=dict[str, Credential])
    helpers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    store: str = ""
    problem: str = ""

    def entry(self, registry: str, repository: str) -> Credential | None:
        """Find the credentials for a repository, those for the longest part of its path first."""
        for key in _keys(registry, repository):
            credential = self.entries.get(key)
            if credential is not None:
                return credential
        return None

    def helper(self, registry: str) -> str:
        """Name the helper to ask for a registry; empty if there is none, or none is wanted."""
        named = (self.helpers.get(name) for name in credential_names(registry))
        return next((name for name in named if name is not None), self.store)


def read_credential_file(content: bytes, *, origin: str) -> CredentialFile:
    """Read what is usable; a broken file has nobody logged in.  `origin` is what a person reads."""
    try:
        document = parse_object(content)
    except InvalidManifest as error:
        return unusable(origin, str(error))
    helpers = object_field(document, "credHelpers")
    return CredentialFile(
        entries=dict(_entries(document, origin)),
        helpers={host_of(key): text_field(helpers, key) for key in helpers},
        store=text_field(document, "credsStore"),
    )


def unusable(origin: str, why: str) -> CredentialFile:
    """Stand in for a file that cannot be read, so that nobody is logged in there."""
    _LOG.info("%s cannot be read, so nobody is logged in there: %s", origin, why)
    return CredentialFile(problem=f"{origin} cannot be read: {why}")


def host_of(key: str) -> str:
    """Reduce a key that may be a URL to its host (docker/cli, `ConvertToHostname`).

    Without a scheme, a path other than the API's stays: Podman has credentials for a part of a
    registry.
    """
    _, scheme, name = key.rpartition("://")
    host, _, path = name.partition("/")
    if key.endswith(_OWN_TOKENS):
        return key
    return host.rpartition("@")[2] if scheme or path.strip("/") in _API_PATHS else key


def _entries(document: JsonObject, origin: str) -> Iterator[tuple[str, Credential]]:
    """Read the logins; where several are for one host, the shortest key counts."""
    auths = object_field(document, "auths")
    for key in sorted(auths, key=len, reverse=True):
        credential = _credential(as_object(auths[key]), key, origin)
        if not isinstance(credential, Anonymous):
            yield host_of(key), credential


def _credential(entry: JsonObject, key: str, origin: str) -> Credential:
    username, password = text_field(entry, "username"), text_field(entry, "password")
    if encoded := text_field(entry, "auth"):
        try:
            folded = encoded.replace("\r", "").replace(
                "\n", ""
            )  # As Go's decoder passes over them.
            decoded = base64.b64decode(folded, validate=True).decode()
        except ValueError:
            _LOG.info("the credentials for %s in %s cannot be read", host_of(key), origin)
            return Anonymous()
        username, _, password = decoded.rstrip("\0").partition(":")
    if token := text_field(entry, "identitytoken"):
        return IdentityToken(username, token, origin)
    return Password(username, password, origin) if username and password else Anonymous()


def _keys(registry: str, repository: str) -> Iterator[str]:
    names, path = credential_names(registry), repository
    while path:
        for name in names:
            yield f"{name}/{path}"
        path = path.rpartition("/")[0]
    yield from names

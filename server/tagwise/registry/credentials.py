"""Credentials, and who is asked for them.

A keychain answers for one registry at a time and never fails: whoever has no credentials is
anonymous.  Each credential knows the file or the program it came from, never to be told with its
value.  Does not know where credentials are kept (`keychain.py`), nor where one is sent (`auth.py`).
"""

import hashlib
from typing import Final, Protocol, TypeAlias

import attrs

NOBODY: Final = "anonymous"


@attrs.frozen
class Anonymous:
    """Nobody in particular; `why` is a sentence where somebody was to be expected."""

    why: str = attrs.field(default="", eq=False)

    @property
    def identity(self) -> str:
        return NOBODY


@attrs.frozen
class Password:
    """A user name and a password, or a token in a password's place."""

    username: str
    password: str = attrs.field(repr=False)
    origin: str = attrs.field(default="", eq=False)

    @property
    def identity(self) -> str:
        return f"user {self.username}"


@attrs.frozen
class IdentityToken:
    """An OAuth refresh token (distribution, docs/spec/auth/oauth.md)."""

    username: str
    token: str = attrs.field(repr=False)
    origin: str = attrs.field(default="", eq=False)

    @property
    def identity(self) -> str:
        return f"token {hashlib.sha256(self.token.encode()).hexdigest()[:16]}"


Credential: TypeAlias = Anonymous | Password | IdentityToken
"""`identity` tells two apart without giving either away."""


class Keychain(Protocol):
    """Finds credentials; `registry` is as in a reference (`docker.io`, `ghcr.io`, `host:5000`)."""

    def known(self, registry: str, repository: str) -> Credential | None:
        """Tell at once; None where a program that may be slow must be asked first."""
        ...

    async def credential(self, registry: str, repository: str) -> Credential:
        """Tell, when whoever keeps it has answered."""
        ...

    async def renewed(
        self, registry: str, repository: str, *, refused: Credential
    ) -> Credential | None:
        """Tell what has come in the place of one that a registry no longer takes, if anything."""
        ...

    async def aclose(self) -> None:
        """End what still runs."""
        ...


class AnonymousKeychain:
    """Has no credentials for anybody: for workspaces that are not trusted."""

    def known(self, registry: str, repository: str) -> Credential:  # noqa: ARG002 - the protocol's
        return Anonymous()

    async def credential(self, registry: str, repository: str) -> Credential:
        return self.known(registry, repository)

    async def renewed(
        self,
        registry: str,  # noqa: ARG002
        repository: str,  # noqa: ARG002
        *,
        refused: Credential,  # noqa: ARG002
    ) -> Credential | None:
        return None

    async def aclose(self) -> None:
        """Nothing runs."""

"""Bearer tokens, in memory, until they expire.

Does not know how a token is got, and never writes one down.
"""

from datetime import datetime, timedelta

import attrs

from tagwise.registry.clock import Clock
from tagwise.registry.credentials import Credential


@attrs.frozen
class TokenKey:
    """A token is for one host, one scope and whoever asked: a new password asks anew."""

    origin: str
    credential: Credential
    scope: str


@attrs.frozen
class _Token:
    text: str = attrs.field(repr=False)
    expires: datetime


class Tokens:
    """The tokens of one client."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tokens: dict[TokenKey, _Token] = {}

    def get(self, key: TokenKey) -> str | None:
        token = self._tokens.get(key)
        return token.text if token and token.expires > self._clock() else None

    def put(self, key: TokenKey, text: str, *, lifetime: timedelta) -> None:
        now = self._clock()
        self._tokens = {each: token for each, token in self._tokens.items() if token.expires > now}
        self._tokens[key] = _Token(text, now + lifetime)

    def forget(self, key: TokenKey, text: str) -> None:
        """Drop the token of `key` if it is `text`."""
        token = self._tokens.get(key)
        if token and token.text == text:
            del self._tokens[key]
